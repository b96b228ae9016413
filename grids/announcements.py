"""What the ground announces and the floors above answer, in the same transaction (architecture §3)."""

from django.dispatch import Signal

# Sent by `grids.services.areas` with `area=`, `old_path=`, `new_path=` after a subtree has moved to another parent,
# and with `new_path` of the successor after a merger. Whoever keeps a path follows it.
area_moved = Signal()

"""What the ground announces and the floors above answer, in the same transaction (architecture §3)."""

from django.dispatch import Signal

# Sent by `grids.services.areas` with `area=`, `old_path=`, `new_path=`, `into=` after a subtree has moved to another
# parent (`into` is the area itself), and with path and area of the successor after a merger or a split. Whoever keeps
# a path follows it, whoever keeps an area goes `into` it.
area_moved = Signal()

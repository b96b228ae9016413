"""What the registers announce and the floors above answer, in the same transaction."""

from django.dispatch import Signal

# Sent by `services/people.py` with `person=` after somebody has been erased: whoever keeps words about him empties
# them.
person_erased = Signal()

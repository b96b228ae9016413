"""The names of a work order's statuses, and the sets of them that steps and lists speak of; labels: `lifecycle.py`."""

from typing import Final

REPORTED: Final = "reported"
CHECKING: Final = "checking"
KEPT: Final = "kept"
ACCEPTED: Final = "accepted"
POOLED: Final = "pooled"
HELD: Final = "held"
DISPATCHED: Final = "dispatched"
HANDLING: Final = "handling"
RULING: Final = "ruling"
PARKED: Final = "parked"
WHISTLED: Final = "whistled"
FINISHED: Final = "finished"
VERIFIED: Final = "verified"
JOINED: Final = "joined"
CLOSED: Final = "closed"
RATED: Final = "rated"
UNRATED: Final = "unrated"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"

# A department has it in hand.
IN_HAND: Final = (DISPATCHED, HELD, HANDLING)
# Taken on, and not yet done: may be pressed.
UNDER_WAY: Final = (KEPT, ACCEPTED, POOLED, *IN_HAND, RULING, PARKED, WHISTLED, FINISHED, VERIFIED)
OPEN: Final = (REPORTED, CHECKING, *UNDER_WAY, JOINED)
# Closed with something done, whether or not anybody has said how well.
DONE: Final = (CLOSED, RATED, UNRATED)

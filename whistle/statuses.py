"""The names of a whistle's statuses, and the sets of them that steps and lists speak of; labels: `lifecycle.py`."""

from typing import Final

RAISED: Final = "raised"
CALLING: Final = "calling"
HANDLING: Final = "handling"
SETTLED: Final = "settled"
RATED: Final = "rated"
LOUDER: Final = "louder"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
CALLED_OFF: Final = "called_off"

# Blown, and departments are called to it.
BLOWN: Final = (CALLING, HANDLING)
# What discipline inspection may still have to look at.
TOLD: Final = (*BLOWN, SETTLED, RATED, LOUDER)

# A supervised case (督办件) of the supervision office.
FOLLOWED: Final = "followed"
CONCLUDED: Final = "concluded"

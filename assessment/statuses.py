"""The statuses of an assessment, an appeal and a proposal: plain words that lifecycle, models and queries share."""

from typing import Final

# A month of a board.
ENTERING: Final = "entering"  # the assessment team still enters what no clock measures
SCORED: Final = "scored"  # scored by the system; the communities look at it
LOOKED: Final = "looked"  # looked at; the street is to confirm it
PUBLISHED: Final = "published"
FINAL: Final = "final"
SUPERSEDED: Final = "superseded"  # a later edition stands
DISCARDED: Final = "discarded"  # never published: scored anew

OPEN: Final = (ENTERING, SCORED, LOOKED, PUBLISHED)
# What everybody whom it concerns may see.
OUT: Final = (PUBLISHED, FINAL, SUPERSEDED)

# An appeal.
LODGED: Final = "lodged"
SUPPORTED: Final = "supported"  # the first reviewer is for it; the second decides
UPHELD: Final = "upheld"
REJECTED: Final = "rejected"
TAKEN_BACK: Final = "taken_back"

# A proposal of a consequence: people decide it.
PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
DECLINED: Final = "declined"
CARRIED_OUT: Final = "carried_out"

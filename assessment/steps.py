"""The tables of steps of an assessment, an appeal and a proposal: pure data. Each is a service of the same name."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.statuses import (
    APPROVED,
    CARRIED_OUT,
    DECLINED,
    DISCARDED,
    ENTERING,
    FINAL,
    LODGED,
    LOOKED,
    PROPOSED,
    PUBLISHED,
    REJECTED,
    SCORED,
    SUPERSEDED,
    SUPPORTED,
    TAKEN_BACK,
    UPHELD,
)
from casework.lifecycle import REPORTER, Step


def aside(name, button, from_, to, past, permission=None, role="lead") -> Step:
    """A step that is not the main one of the statuses it starts from."""
    return Step(name, button, from_, to, past, permission, main=False, role=role)


ASSESSMENT_STEPS: Final = (
    # By the team as soon as all is entered, else by the clock.
    Step("score", pgettext_lazy("assessment", "Score it now"), (ENTERING,), SCORED, "scored", "confirm_scores_in"),
    # Of the communities below the board's area: whose people stand on it is asked of the case (`calls_upon`).
    aside("look", _("Say that the community has looked"), (SCORED,), None, "looked_at", "look_at_scores_in", "called"),
    aside("end_looks", _("End the looking"), (SCORED,), LOOKED, "looks_ended"),
    Step("publish", _("Confirm and publish"), (SCORED, LOOKED), PUBLISHED, "published", "confirm_scores_in"),
    aside("discard", _("Discard it and score anew"), (ENTERING, SCORED, LOOKED), DISCARDED, "discarded",
          "confirm_scores_in"),
    Step("finalise", _("Make it final"), (PUBLISHED,), FINAL, "finalised"),
    aside("supersede", _("Replace it by a corrected edition"), (PUBLISHED, FINAL), SUPERSEDED, "superseded"),
)  # fmt: skip
APPEAL_STEPS: Final = (
    Step("support", _("For it: the second reviewer decides"), (LODGED,), SUPPORTED, "supported", "review_appeals_in"),
    Step("uphold", _("Uphold the appeal"), (SUPPORTED,), UPHELD, "appeal_upheld", "review_appeals_in"),
    aside("reject", _("Reject the appeal"), (LODGED, SUPPORTED), REJECTED, "appeal_rejected", "review_appeals_in"),
    aside("take_back", _("Take the appeal back"), (LODGED, SUPPORTED), TAKEN_BACK, "appeal_taken_back", REPORTER),
)
PROPOSAL_STEPS: Final = (
    Step("approve", _("Approve"), (PROPOSED,), APPROVED, "approved", "decide_rewards_in"),
    aside("decline", _("Decline"), (PROPOSED,), DECLINED, "proposal_declined", "decide_rewards_in"),
    Step("carry_out", _("Record that it was done"), (APPROVED,), CARRIED_OUT, "carried_out", "decide_rewards_in"),
)

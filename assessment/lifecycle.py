"""What an assessment, an appeal and a proposal may go through: the first file to read.

Assessment: (entering →) scored → looked → published → final; corrected by a later edition, it is superseded. Appeal:
lodged → supported → upheld, or rejected by either reviewer. Proposal: proposed → approved → carried out, or declined.
The door is `casework.services.doors.take_step`; `steps.py` holds the tables.
"""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment import reasons, steps
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
from casework.lifecycle import Lifecycle, register

# Clocks; their lengths stand in assessment.toml, their ladders in ladder.csv (rules.md 13.5 row 86).
ENTER: Final = "assessment.enter"
LOOK: Final = "assessment.look"
CONFIRM: Final = "assessment.confirm"
SHOW: Final = "assessment.show"
REVIEW: Final = "assessment.review"
DECIDE: Final = "assessment.decide"
CLOCKS: Final = {
    ENTER: pgettext_lazy("assessment", "Enter the marks"),
    LOOK: pgettext_lazy("assessment", "Communities look"),
    CONFIRM: pgettext_lazy("assessment", "Confirm"),
    SHOW: pgettext_lazy("assessment", "Stands published"),
}
# No clock, but a limit: until when a published line may be appealed against.
APPEAL: Final = "assessment.appeal"
BOUNDS: Final = frozenset({APPEAL})
LIMITS: Final = BOUNDS | frozenset(CLOCKS) | {REVIEW, DECIDE}

APPEAL_WORDS: Final[dict[tuple[str, str], dict[Any, Any]]] = {
    ("appealed", "reason"): dict(reasons.AppealReason.choices),
}
PROPOSAL_WORDS: Final[dict[tuple[str, str], dict[Any, Any]]] = {
    ("proposed", "consequence"): dict(reasons.Consequence.choices),
    ("proposed", "merit"): dict(reasons.Merit.choices),
}

ASSESSMENT: Final = register(
    Lifecycle(
        kind="assessment",
        prefix="KH",
        statuses={
            ENTERING: _("marks are being entered"),
            SCORED: _("scored, communities look"),
            LOOKED: _("to be confirmed"),
            PUBLISHED: _("published, open to appeals"),
            FINAL: pgettext_lazy("assessment", "final"),
            SUPERSEDED: _("replaced by a later edition"),
            DISCARDED: _("discarded"),
        },
        final=frozenset({FINAL, SUPERSEDED, DISCARDED}),
        opening=ENTERING,
        opened="assessment_opened",
        app="assessment",
        apart=True,
        page="assessment_month",
        clocks=CLOCKS,
        bounds=BOUNDS,
        void=frozenset({DISCARDED}),
        steps=steps.ASSESSMENT_STEPS,
    )
)
APPEALED: Final = register(
    Lifecycle(
        kind="appeal",
        prefix="SS",
        statuses={
            LODGED: _("lodged, first reviewer"),
            SUPPORTED: _("supported, second reviewer"),
            UPHELD: _("upheld"),
            REJECTED: _("rejected"),
            TAKEN_BACK: _("taken back"),
        },
        final=frozenset({UPHELD, REJECTED, TAKEN_BACK}),
        opening=LODGED,
        opened="appealed",
        app="assessment",
        apart=True,
        page="appeal",
        clocks={REVIEW: pgettext_lazy("assessment", "Decide on the appeal")},
        words=APPEAL_WORDS,
        void=frozenset({TAKEN_BACK}),
        steps=steps.APPEAL_STEPS,
    )
)
PROPOSAL: Final = register(
    Lifecycle(
        kind="proposal",
        prefix="JC",
        statuses={
            PROPOSED: _("proposed"),
            APPROVED: _("approved"),
            DECLINED: pgettext_lazy("proposal", "declined"),
            CARRIED_OUT: _("carried out"),
        },
        final=frozenset({DECLINED, CARRIED_OUT}),
        opening=PROPOSED,
        opened="proposed",
        app="assessment",
        apart=True,
        page="proposal",
        clocks={DECIDE: pgettext_lazy("assessment", "Decide on the proposal")},
        words=PROPOSAL_WORDS,
        void=frozenset({DECLINED}),
        steps=steps.PROPOSAL_STEPS,
    )
)

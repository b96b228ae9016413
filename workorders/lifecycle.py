"""What a work order may go through: the first file to read. The door is `casework.services.doors.take_step`.

The straight line: reported → accepted → dispatched → handling → finished → verified → closed → rated. Beside it:
checking (a look before it is taken on), kept (the grid settles it itself), pooled and held (departments claim),
ruling (whose is it?), parked (挂账), whistled (a whistle was blown for it), joined (one matter with another order), and
the ends without handling.
`steps.py` holds the table of steps.
"""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.lifecycle import Lifecycle, register
from workorders import reasons, steps
from workorders.statuses import (
    ACCEPTED,
    CHECKING,
    CLOSED,
    DISPATCHED,
    FINISHED,
    HANDLING,
    HELD,
    JOINED,
    KEPT,
    PARKED,
    POOLED,
    RATED,
    REFUSED,
    REPORTED,
    RULING,
    UNRATED,
    VERIFIED,
    WHISTLED,
    WITHDRAWN,
)  # fmt: skip

# Clocks: one holder's time for one stage. Their lengths are the city's (time_limits.csv), their ladders too.
ACCEPT: Final = "workorders.accept"
CHECK: Final = "workorders.check"
KEEP: Final = "workorders.keep"
DISPATCH: Final = "workorders.dispatch"
CLAIM: Final = "workorders.claim"
SIGN: Final = "workorders.sign"
CONTACT: Final = "workorders.contact"
HANDLE: Final = "workorders.handle"
ASSIST: Final = "workorders.assist"
RULE: Final = "workorders.rule"
DECIDE: Final = "workorders.decide"
REVIEW: Final = "workorders.review"
VERIFY: Final = "workorders.verify"
CLOSE: Final = "workorders.close"
CALL_BACK: Final = "workorders.call_back"
REPLY: Final = "workorders.reply"
CLOCKS: Final = {
    ACCEPT: pgettext_lazy("stage", "Accept"),
    CHECK: pgettext_lazy("stage", "Check on site"),
    KEEP: pgettext_lazy("stage", "Settle in the grid"),
    DISPATCH: pgettext_lazy("stage", "Dispatch"),
    CLAIM: pgettext_lazy("stage", "Claim"),
    SIGN: pgettext_lazy("stage", "Sign for"),
    CONTACT: pgettext_lazy("stage", "First contact"),
    HANDLE: pgettext_lazy("stage", "Handle"),
    ASSIST: pgettext_lazy("stage", "Assist"),
    RULE: pgettext_lazy("stage", "Rule"),
    DECIDE: pgettext_lazy("stage", "Decide on an application"),
    REVIEW: pgettext_lazy("stage", "Monthly review"),
    VERIFY: pgettext_lazy("stage", "Verify"),
    CLOSE: pgettext_lazy("stage", "Close"),
    CALL_BACK: pgettext_lazy("stage", "Call back"),
    REPLY: pgettext_lazy("stage", "Reply to supervision"),
}
# No clock, but a limit in time_limits.csv: until when an order may be sent back, and how long a claim is held.
RETURN: Final = "workorders.return"
HOLD: Final = "workorders.hold"
BOUNDS: Final = frozenset({RETURN, HOLD})
LIMITS: Final = BOUNDS | frozenset(CLOCKS)

WORDS: Final[dict[tuple[str, str], dict[Any, Any]]] = {
    ("sent_back", "reason"): dict(reasons.ObjectionReason.choices),
    ("longer_asked", "reason"): dict(reasons.ApplicationReason.choices),
    ("parking_asked", "reason"): dict(reasons.ApplicationReason.choices),
    ("pressed", "level"): dict(reasons.PressLevel.choices),
    ("press_lifted", "level"): dict(reasons.PressLevel.choices),
    ("clue_filed", "reason"): dict(reasons.ClueReason.choices),
    ("tagged", "tags"): dict(reasons.Tag.choices),
    ("undone", "step"): {step.name: step.button for step in steps.STEPS},
}

WORK_ORDER: Final = register(
    Lifecycle(
        kind="workorder",
        prefix="GD",
        statuses={
            REPORTED: _("to be accepted"),
            CHECKING: _("to be checked on site"),
            KEPT: _("being settled in the grid"),
            ACCEPTED: _("to be dispatched"),
            POOLED: _("to be claimed"),
            HELD: _("claimed, to be signed for"),
            DISPATCHED: _("to be signed for"),
            HANDLING: _("being handled"),
            RULING: _("to be ruled on"),
            PARKED: _("parked"),
            WHISTLED: _("waits for a whistle"),
            FINISHED: _("to be verified"),
            VERIFIED: _("to be closed"),
            JOINED: _("goes with another order"),
            CLOSED: _("closed, not rated"),
            RATED: _("closed and rated"),
            UNRATED: _("closed, unrated"),
            REFUSED: _("not accepted"),
            WITHDRAWN: _("withdrawn"),
        },
        final=frozenset({CLOSED, RATED, UNRATED, REFUSED, WITHDRAWN}),
        opening=REPORTED,
        opened="reported",
        app="workorders",
        clocks=CLOCKS,
        bounds=BOUNDS,
        words=WORDS,
        void=frozenset({REFUSED, WITHDRAWN}),
        steps=steps.STEPS,
    )
)

"""What a work order may go through: the first file to read. The door is `casework.services.doors.take_step`.

The straight line: reported → accepted → dispatched → handling → finished → verified → closed → rated, and refused
beside it.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.lifecycle import REPORTER, Lifecycle, Step, register

REPORTED: Final = "reported"
ACCEPTED: Final = "accepted"
DISPATCHED: Final = "dispatched"
HANDLING: Final = "handling"
FINISHED: Final = "finished"
VERIFIED: Final = "verified"
CLOSED: Final = "closed"
RATED: Final = "rated"
REFUSED: Final = "refused"

# Clocks: one holder's time for one stage. Their lengths are the city's (time_limits.csv), their ladders too.
ACCEPT: Final = "workorders.accept"
DISPATCH: Final = "workorders.dispatch"
SIGN: Final = "workorders.sign"
HANDLE: Final = "workorders.handle"
VERIFY: Final = "workorders.verify"
CLOSE: Final = "workorders.close"
CLOCKS: Final = {
    ACCEPT: pgettext_lazy("stage", "Accept"),
    DISPATCH: pgettext_lazy("stage", "Dispatch"),
    SIGN: pgettext_lazy("stage", "Sign for"),
    HANDLE: pgettext_lazy("stage", "Handle"),
    VERIFY: pgettext_lazy("stage", "Verify"),
    CLOSE: pgettext_lazy("stage", "Close"),
}

WORK_ORDER: Final = register(
    Lifecycle(
        kind="workorder",
        prefix="GD",
        statuses={
            REPORTED: _("to be accepted"),
            ACCEPTED: _("to be dispatched"),
            DISPATCHED: _("to be signed for"),
            HANDLING: _("being handled"),
            FINISHED: _("to be verified"),
            VERIFIED: _("to be closed"),
            CLOSED: _("closed, not rated"),
            RATED: _("closed and rated"),
            REFUSED: _("not accepted"),
        },
        final=frozenset({CLOSED, RATED, REFUSED}),
        opening=REPORTED,
        opened="reported",
        app="workorders",
        clocks=CLOCKS,
        void=frozenset({REFUSED}),
        steps=(
            Step("accept", _("Accept"), (REPORTED,), ACCEPTED, "accepted", "accept_in"),
            Step("refuse", _("Do not accept"), (REPORTED,), REFUSED, "refused", "accept_in", main=False),
            Step("dispatch", _("Dispatch"), (ACCEPTED,), DISPATCHED, "dispatched", "dispatch_in"),
            Step("sign_for", _("Sign for"), (DISPATCHED,), HANDLING, "signed_for", "handle_in"),
            Step("finish", _("Finish"), (HANDLING,), FINISHED, "finished", "handle_in"),
            Step("verify", _("Verify"), (FINISHED,), VERIFIED, "verified", "verify_in"),
            Step("close", pgettext_lazy("step", "Close"), (VERIFIED,), CLOSED, "closed", "close_in"),
            Step("rate", _("Rate"), (CLOSED,), RATED, "rated", REPORTER),
        ),
    )
)

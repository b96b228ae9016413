"""The table of steps of a work order: pure data. Each is a service of the same name (`services/steps.py`)."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.lifecycle import REPORTER, Step
from workorders.statuses import (
    ACCEPTED,
    CHECKING,
    CLOSED,
    DISPATCHED,
    DONE,
    FINISHED,
    HANDLING,
    HELD,
    IN_HAND,
    JOINED,
    KEPT,
    OPEN,
    PARKED,
    POOLED,
    RATED,
    REFUSED,
    REPORTED,
    RULING,
    UNDER_WAY,
    UNRATED,
    VERIFIED,
    WHISTLED,
    WITHDRAWN,
)  # fmt: skip


def aside(name, button, from_, to, past, permission=None, *, role="lead") -> Step:
    """A step that is not the main one of the statuses it starts from."""
    return Step(name, button, from_, to, past, permission, main=False, role=role)


INTAKE: Final = (
    Step("accept", _("Accept"), (REPORTED,), ACCEPTED, "accepted", "accept_in"),
    aside("refuse", _("Do not accept"), (REPORTED,), REFUSED, "refused", "accept_in"),
    aside("ask_check", _("Have it checked on site"), (REPORTED,), CHECKING, "check_asked", "accept_in"),
    Step("check", _("Say what is there"), (CHECKING,), REPORTED, "checked", "verify_in"),
    aside("keep", _("Settle it in the grid"), (REPORTED,), KEPT, "kept", "keep_in"),
    aside("settle", _("Settled on the spot"), (REPORTED, KEPT), CLOSED, "settled", "keep_in"),
    aside("pass_up", _("Pass it up"), (KEPT,), REPORTED, "passed_up", "keep_in"),
    aside("withdraw", _("Withdraw"), (REPORTED, CHECKING, KEPT, ACCEPTED), WITHDRAWN, "withdrawn", REPORTER),
    aside("join", _("Join to another order"), (REPORTED, ACCEPTED), JOINED, "joined", "accept_in"),
    aside("part", _("Take it apart again"), (JOINED,), ACCEPTED, "parted", "accept_in"),
    aside("close_along", _("Close with its matter"), (JOINED,), CLOSED, "closed_along"),
)
DISPATCHING: Final = (
    Step("dispatch", _("Dispatch"), (ACCEPTED,), DISPATCHED, "dispatched", "dispatch_in"),
    aside("offer", _("Put into the claim pool"), (ACCEPTED,), POOLED, "offered", "dispatch_in"),
    Step("claim", _("Claim"), (POOLED,), HELD, "claimed", "handle_in", role="offered"),
    aside("hold_on", _("Hold for longer"), (HELD,), None, "held_on", "handle_in"),
    aside("let_go", _("Let go of the claim"), (HELD,), POOLED, "let_go", "handle_in"),
    aside("lapse", _("Let the claim lapse"), (HELD,), POOLED, "lapsed"),
    aside("recall", _("Take it back from the department"), (POOLED, *IN_HAND), ACCEPTED, "recalled", "dispatch_in"),
)
HANDLING_IT: Final = (
    Step("sign_for", _("Sign for"), (DISPATCHED, HELD), HANDLING, "signed_for", "handle_in"),
    aside("contact", _("First contact made"), (HANDLING,), None, "contacted", "handle_in"),
    aside("plan", _("Give a plan"), (HANDLING, PARKED), None, "planned", "handle_in"),
    aside("progress", _("Tell the progress"), (HANDLING, PARKED), None, "progressed", "handle_in"),
    aside("hand_to", _("Hand to a colleague"), (HANDLING,), None, "handed_to", "handle_in"),
    aside("take_back", _("Take back from the colleague"), (HANDLING,), None, "taken_back", "handle_in"),
    Step("finish", _("Finish"), (HANDLING,), FINISHED, "finished", "handle_in"),
    aside("sign_assist", _("Sign for our part"), IN_HAND, None, "assist_signed", "handle_in", role="assist"),
    aside("assist", _("Our part is done"), IN_HAND, None, "assisted", "handle_in", role="assist"),
    aside("release", _("Release an assisting department"), IN_HAND, None, "released", "handle_in"),
)
WHOSE: Final = (
    aside("send_back", _("Send back"), (DISPATCHED, HANDLING), RULING, "sent_back", "handle_in"),
    aside("question", _("Ask whose it is"), (ACCEPTED,), RULING, "questioned", "dispatch_in"),
    aside("refer", _("Refer for a ruling"), (POOLED,), RULING, "referred"),
    Step("uphold", _("The unit keeps it"), (RULING,), HANDLING, "upheld", "rule_in"),
    aside("grant", _("Grant the return"), (RULING,), ACCEPTED, "granted", "rule_in"),
    aside("name_owner", _("Name who carries it"), (RULING, ACCEPTED), DISPATCHED, "owner_named", "rule_in"),
)
TIME: Final = (
    aside("ask_longer", _("Apply for more time"), (HANDLING,), None, "longer_asked", "handle_in"),
    aside("ask_parking", _("Apply for parking"), (HANDLING,), None, "parking_asked", "handle_in"),
    aside("endorse", _("Endorse the application"), (HANDLING,), None, "endorsed", "endorse_in"),
    aside("lengthen", _("Grant more time"), (HANDLING,), None, "lengthened", "rule_in"),
    aside("park", _("Park it"), (HANDLING,), PARKED, "parked", "rule_in"),
    aside("decline", _("Decline the application"), (HANDLING,), None, "declined", "rule_in"),
    aside("review", _("Record the monthly review"), (PARKED,), None, "reviewed", "rule_in"),
    aside("resume", _("Take up again"), (PARKED,), HANDLING, "resumed", "rule_in"),
)
ENDING: Final = (
    Step("verify", _("Verify"), (FINISHED,), VERIFIED, "verified", "verify_in"),
    aside("rework", _("Not done: rework"), (FINISHED, VERIFIED), HANDLING, "reworked", "verify_in"),
    Step("close", pgettext_lazy("step", "Close"), (VERIFIED,), CLOSED, "closed", "close_in"),
    Step("rate", _("Rate"), (CLOSED,), RATED, "rated", REPORTER),
    aside("call", _("Called, not reached"), (CLOSED,), None, "called", "close_in"),
    aside("record_rating", _("Called back: record the answer"), (CLOSED,), RATED, "rating_recorded", "close_in"),
    aside("leave_unrated", _("Leave unrated"), (CLOSED,), UNRATED, "left_unrated"),
    aside("redo", _("Not solved: take up again"), (CLOSED, RATED), HANDLING, "redone", "close_in"),
)
SUPERVISION: Final = (
    aside("press", _("Press"), UNDER_WAY, None, "pressed", "press_in"),
    aside("answer_press", _("Reply to supervision"), UNDER_WAY, None, "press_answered", "handle_in"),
    aside("lift_press", _("Lift the supervision"), (*UNDER_WAY, *DONE), None, "press_lifted", "press_in"),
    aside("file_clue", _("File a clue"), (*OPEN, *DONE), None, "clue_filed", "press_in"),
    aside("decide_clue", _("Enter the decision on a clue"), (*OPEN, *DONE), None, "clue_decided", "decide_clues_in"),
    aside("tag", _("Tag"), OPEN, None, "tagged", "accept_in"),
    aside("become_problem", _("Make it a problem order"), UNDER_WAY, None, "became_problem"),
)
# While a whistle runs for it, an order waits; afterwards it stands where it stood, with the time it had.
WHISTLED_FOR: Final = (
    aside("stand_by", _("Wait for a whistle"), (ACCEPTED, DISPATCHED, HANDLING), WHISTLED, "stood_by"),
    aside("dispatch_on", _("Go on: to be dispatched"), (WHISTLED,), ACCEPTED, "went_on"),
    aside("sign_on", _("Go on: to be signed for"), (WHISTLED,), DISPATCHED, "went_on"),
    aside("handle_on", _("Go on: being handled"), (WHISTLED,), HANDLING, "went_on"),
)
STEPS: Final = (*INTAKE, *DISPATCHING, *HANDLING_IT, *WHOSE, *TIME, *ENDING, *SUPERVISION, *WHISTLED_FOR)

"""The tables of steps of a whistle and of a supervised case: pure data, each a service of the same name."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.lifecycle import Step
from whistle.statuses import (
    BLOWN,
    CALLED_OFF,
    CALLING,
    CONCLUDED,
    DECLINED,
    FOLLOWED,
    HANDLING,
    LOUDER,
    RAISED,
    RATED,
    SETTLED,
    TOLD,
    WITHDRAWN,
)  # fmt: skip

CALLED: Final = "called"


def aside(name, button, from_, to, past, permission=None, *, role="lead") -> Step:
    """A step that is not the main one of the statuses it starts from."""
    return Step(name, button, from_, to, past, permission, main=False, role=role)


BLOWING: Final = (
    Step("blow", _("Blow the whistle"), (RAISED,), CALLING, "blown", "blow_in"),
    aside("decline", _("Do not whistle"), (RAISED,), DECLINED, "whistle_declined", "blow_in"),
    aside("withdraw", _("Withdraw the whistle"), (RAISED, CALLING), WITHDRAWN, "whistle_withdrawn", "blow_in"),
)
REPORTING_IN: Final = (
    aside("sign", pgettext_lazy("whistle", "Sign in"), BLOWN, None, "signed_in", "handle_in", role=CALLED),
    aside("contact", _("First contact made"), BLOWN, None, "contacted", "handle_in", role=CALLED),
    aside("announce", _("Say who comes"), BLOWN, None, "announced", "handle_in", role=CALLED),
    Step("check_in", _("Report in on site"), BLOWN, None, "checked_in", "handle_in", role=CALLED),
    aside("register", _("Register an arrival"), BLOWN, None, "arrival_registered", "host_in"),
    aside("object_to", _("Send the whistle back"), BLOWN, None, "objected", "handle_in", role=CALLED),
    aside("uphold", _("The unit has to report in"), BLOWN, None, "objection_refused", "rule_in"),
    aside("excuse", _("Excuse the unit"), BLOWN, None, "excused", "rule_in"),
    aside("call_off", _("Call the whistle off"), (CALLING,), CALLED_OFF, "called_off"),
)
DOING: Final = (
    Step("plan", _("Agree on the plan"), (CALLING,), HANDLING, "plan_agreed", "host_in"),
    aside("replan", _("Change the plan"), (HANDLING,), None, "plan_changed", "host_in"),
    aside("confirm_plan", _("Confirm our part of the plan"), (HANDLING,), None, "plan_confirmed", "handle_in",
          role=CALLED),
    aside("attach", _("File an agreement"), BLOWN, None, "agreement_filed", "host_in"),
    aside("progress", _("Tell the progress"), (HANDLING,), None, "progressed", "handle_in", role=CALLED),
    aside("reply", _("Reply: our part is done"), (HANDLING,), None, "replied", "handle_in", role=CALLED),
    aside("audit", _("Audit a reply"), (HANDLING,), None, "audited", "host_in"),
    Step("settle", _("Settle the matter"), (HANDLING,), SETTLED, "whistle_settled", "host_in"),
    Step("rate", _("Rate the departments"), (SETTLED,), RATED, "departments_rated", "blow_in"),
    aside("let_stand", _("Let the system's facts stand"), (SETTLED,), RATED, "facts_stand"),
)  # fmt: skip
LOUDER_STILL: Final = (
    aside("supervise", _("Put it before the supervision office"), BLOWN, None, "supervised"),
    aside("ask_word", _("Ask for the word to blow again"), BLOWN, None, "word_asked"),
    aside("blow_again", _("Blow again, louder"), (*BLOWN, RATED), LOUDER, "blown_again", "blow_in"),
    aside("grow", _("Grow louder by itself"), BLOWN, LOUDER, "grown_louder"),
    aside("file_clue", _("File a clue"), TOLD, None, "clue_filed", "press_in"),
    aside("decide_clue", _("Enter the decision on a clue"), TOLD, None, "clue_decided", "decide_clues_in"),
)
STEPS: Final = (*BLOWING, *REPORTING_IN, *DOING, *LOUDER_STILL)

SUPERVISION_STEPS: Final = (
    aside("demand", _("Demand a statement"), (FOLLOWED,), None, "statement_demanded", "press_in"),
    aside("take_up", _("Take another unit's lateness up"), (FOLLOWED,), None, "lateness_taken_up"),
    Step("answer", _("Make our statement"), (FOLLOWED,), None, "statement_made", "handle_in", role=CALLED),
    Step("conclude", _("Conclude the supervision"), (FOLLOWED,), CONCLUDED, "concluded", "press_in"),
)

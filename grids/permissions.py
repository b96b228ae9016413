"""The vocabulary of what a post may allow on an area or a department. `roles.csv` of a city chooses from it.

One list for all apps, because guardian ties a permission to the table it is granted on, and all are granted here.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

PERMISSIONS: list[tuple[str, Any]] = [
    ("see_cases_in", _("see the cases of")),
    ("report_in", _("report in")),
    ("accept_in", _("accept or refuse reports in")),
    ("dispatch_in", _("dispatch work orders of")),
    ("handle_in", _("handle work orders of")),
    ("verify_in", _("verify on site in")),
    ("keep_in", _("settle in the grid what needs no department in")),
    ("rule_in", _("rule on objections and applications in")),
    ("endorse_in", _("endorse applications of")),
    ("press_in", _("press work orders in")),
    ("decide_clues_in", _("decide on clues in")),
    ("edit_rules_in", _("edit the dispatch rules of")),
    ("import_in", _("import work orders into")),
    ("raise_in", _("apply for a whistle in")),
    ("blow_in", _("blow the whistle in")),
    ("host_in", _("run the meetings of whistles in")),
    ("close_in", _("close work orders of")),
    ("unmask_in", _("see the names and numbers of reporters in")),
    ("reorganise_in", _("rename, move, merge and split the units of")),
    ("appoint_in", _("appoint and dismiss in")),
    ("edit_calendar_in", _("edit the working calendar of")),
    ("log_visits_in", _("log leaders' visits in")),
    ("patrol_in", _("go on patrol in")),
    ("visit_in", _("visit people in")),
    ("plan_patrols_in", _("plan the patrols of")),
    ("name_risks_in", _("name risks and hazards for")),
    ("admit_in", _("decide what may be put upon grid workers in")),
    ("watch_patrols_in", _("see where patrols are now in")),
    ("keep_registers_in", _("keep the registers of")),
    ("enter_scores_in", _("enter marks of the assessment in")),
    ("look_at_scores_in", _("look at the scores of one's own people in")),
    ("confirm_scores_in", _("confirm and publish the boards of")),
    ("review_appeals_in", _("review appeals against scores in")),
    ("see_scores_in", _("see all scores, and who needs help, in")),
    ("edit_schemes_in", _("edit the schemes of the assessment of")),
    ("decide_rewards_in", _("decide what follows from a board in")),
]
CODENAMES = frozenset(codename for codename, _label in PERMISSIONS)

"""What the letter of a supervised case says (督办单): to whom, why, what is expected until when, how the clocks ran."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from casework.calendar import Unit
from casework.models import Deadline
from casework.spans import limit_words
from whistle.lifecycle import REPLY
from whistle.models import Statement, Supervision
from whistle.selectors.overdue import clocks_of, units_of
from workorders.selectors.papers import Paper, Row, Table, day_of, moment_of, stamp_of


def letter_of(case: Supervision) -> Paper:
    """The letter as the office sends it: one paper to every unit of which a statement is demanded."""
    statements, whistle = list(case.statements.all()), case.followed
    office = case.office.title if case.office else whistle.caller.title
    asked = {each.department_id for each in statements}
    others = [each.department for each in units_of(case) if each.department and each.department_id not in asked]
    return Paper(
        issuer=office, kind=_("Supervision letter"), number=case.number,
        urgency=_("urgent") if whistle.sort.urgent else "",
        title=_("Supervision of the whistle “%(title)s”") % {"title": case.title},
        to=_names([each.department for each in statements]) or _("the units called"),
        body=_body(case, statements), facts=_facts(case), tables=_tables(case, statements),
        copies=_names([*others, whistle.caller]), signed_by=office, date=day_of(case.opened_at), alarm=True,
    )  # fmt: skip


def _body(case: Supervision, statements: list[Statement]) -> list[str]:
    said = {"number": case.followed.number, "reason": case.get_reason_display(), "street": case.followed.caller.title}
    lines = [_("Whistle %(number)s of %(street)s is put under supervision: %(reason)s.") % said]
    lines += [
        _("What is expected of %(unit)s: %(words)s") % {"unit": each.department.title, "words": each.demand}
        for each in statements
        if each.demand
    ]
    lines.append(_("Be at the place without delay, do your part, and report the result to the street."))
    due = [clock.due_at for clock in case.deadlines.all() if clock.clock == REPLY and clock.ended_at is None]
    if due:
        words = _("Please state in writing by %(due)s why you were late and what you do about it.")
        lines.append(words % {"due": moment_of(min(due))})
    elif any(each.answered_at is None for each in statements):
        lines.append(_("Please state in writing why you were late and what you do about it."))
    return lines


def _facts(case: Supervision) -> list[Row]:
    whistle = case.followed
    rows = [
        (_("Whistle"), f"{whistle.number} {whistle.sort.title}"),
        (pgettext("area", "Blown by"), whistle.caller.title),
        (pgettext("paper", "To report in"), f"{moment_of(whistle.meet_at)}\n{whistle.place}"),
        (pgettext("paper", "Matter"), whistle.words),
        (_("Conclusion"), case.conclusion),
    ]
    return [row for row in rows if row[1]]


def _tables(case: Supervision, statements: list[Statement]) -> list[Table]:
    late = [
        [str(case.followed.lifecycle.clocks[clock.clock]), str(clock.holder or ""),
         limit_words(clock.amount, Unit(clock.unit)), stamp_of(clock.started_at), stamp_of(clock.due_at), _ended(clock)]
        for clock in clocks_of(case)
    ]  # fmt: skip
    columns = [_("Stage"), _("With"), _("Limit"), _("Began"), pgettext("paper", "Due"), _("How it stands")]
    tables = [Table(_("Clocks that were missed"), columns, late)] if late else []
    said = [
        [each.department.title, str(each.get_reason_display()), stamp_of(each.demanded_at), each.words]
        for each in statements
        if each.answered_at
    ]
    columns = [_("Unit"), _("Reason"), _("Demanded"), _("Statement")]
    return [*tables, Table(_("Statements made"), columns, said)] if said else tables


def _ended(clock: Deadline) -> str:
    if clock.ended_at is None:
        return _("late")
    return f"{clock.get_state_display()} {stamp_of(clock.ended_at)}"


def _names(named: list[Any]) -> str:
    return pgettext("names", ", ").join(each.title for each in named)

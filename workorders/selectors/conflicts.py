"""What is wrong with a list of dispatch rules: rules that can never fit, and names that stand for nothing any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from grids.models import Department
from workorders.models import DispatchRule
from workorders.selectors.matching import covers
from workorders.selectors.rules import Names


@dataclass(frozen=True)
class Conflict:
    """One thing to be mended: which rule, what kind of mistake, and the sentence about it."""

    rule: DispatchRule
    kind: str
    sentence: str


def conflicts_of(rules: Sequence[DispatchRule], names: Names, today: dt.date) -> list[Conflict]:
    """The whole report, in the order of the rules."""
    return [conflict for place, rule in enumerate(rules) for conflict in _of_one(rule, rules[:place], names, today)]


def shadowed(rules: Sequence[DispatchRule]) -> dict[int, DispatchRule]:
    """The places of the rules that can never fit, each with the earlier rule that takes all of its orders."""
    found = {}
    for place, rule in enumerate(rules):
        cover = next((earlier for earlier in rules[:place] if covers(earlier, rule)), None)
        if cover is not None:
            found[rule.place] = cover
    return found


def _of_one(rule: DispatchRule, before: Sequence[DispatchRule], names: Names, today: dt.date) -> Iterator[Conflict]:
    cover = next((earlier for earlier in before if covers(earlier, rule)), None)
    words: dict[str, object]
    if cover is not None:
        words = {"n": rule.place, "first": cover.place}
        yield Conflict(rule, "shadowed", _("Rule %(n)s can never fit: rule %(first)s takes all its orders.") % words)
    if rule.valid_until and rule.valid_until < today:
        words = {"n": rule.place, "day": rule.valid_until.isoformat()}
        yield Conflict(rule, "over", _("Rule %(n)s ended on %(day)s.") % words)
    if rule.category and rule.category not in names.categories:
        words = {"n": rule.place, "code": rule.category}
        yield Conflict(rule, "matter", _("Rule %(n)s speaks of “%(code)s”, which the catalogue does not have.") % words)
    if rule.area and not rule.area.stands:
        words = {"n": rule.place, "area": rule.area}
        yield Conflict(rule, "area", _("Rule %(n)s speaks of %(area)s, which no longer stands.") % words)
    for department in (rule.lead, *(names.departments[key] for key in rule.assistant_keys)):
        yield from _of_department(rule, department, today)


def _of_department(rule: DispatchRule, department: Department, today: dt.date) -> Iterator[Conflict]:
    words = {"n": rule.place, "department": department}
    if department.valid_from > today or (department.valid_to and department.valid_to <= today):
        yield Conflict(rule, "gone", _("Rule %(n)s names %(department)s, which no longer stands.") % words)
    elif rule.area and department.area_id not in rule.area.path_keys:
        yield Conflict(rule, "elsewhere", _("Rule %(n)s: %(department)s does not serve that area.") % words)
    elif not rule.area and "/" in department.area.path.strip("/"):
        yield Conflict(rule, "elsewhere", _("Rule %(n)s: %(department)s does not serve the whole city.") % words)

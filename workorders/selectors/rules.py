"""Dispatch rules in force: which one fits an order, what the desk is told because of it, and why.

How one rule fits is `matching.py`; what is wrong with a list of rules, `conflicts.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from casework.moment import now
from casework.selectors import calendar_of
from grids.models import City, Department, Rulebook
from workorders.lifecycle import WORK_ORDER
from workorders.models import Category, DispatchRule, DryRun, DryRunLine, RuleEdition, Source, WorkOrder
from workorders.selectors.matching import Matter, first_fitting, moment_at
from workorders.selectors.orders import departments_for

# While an order is here, the desk has still to choose who leads.
UNDECIDED = frozenset({"reported", "checking", "accepted"})
HISTORY_DAYS, HISTORY_MOST = 365, 3
HOURS_FORMAT = "%H:%M"
DAYS_WORDS: dict[str, str | Promise] = {
    DispatchRule.Days.WORKING: gettext_lazy("working days"), DispatchRule.Days.OFF: gettext_lazy("days off"),
}  # fmt: skip


def rules_of(edition: RuleEdition) -> list[DispatchRule]:
    """An edition's rules from the top, each with its area, its lead and its `assistant_keys`."""
    return list(_whole(DispatchRule.objects.filter(edition=edition)))


def rules_in_force(city: City) -> list[DispatchRule]:
    """The rules that hold now, from the top, in one question."""
    state = RuleEdition.State.IN_FORCE
    return list(_whole(DispatchRule.objects.filter(edition__city=city, edition__state=state)))


def _whole(rules: QuerySet[DispatchRule]) -> QuerySet[DispatchRule]:
    assistant_keys = ArrayAgg("assistants", filter=Q(assistants__isnull=False), default=[])
    related = rules.select_related("edition", "area__level", "lead__area").order_by("place")
    return related.annotate(assistant_keys=assistant_keys)  # type: ignore[no-redef]  # declared on the model, for its readers


def matching_rule(order: WorkOrder, at: dt.datetime) -> DispatchRule | None:
    """The first rule in force that fits the order at a moment."""
    moment = moment_at(calendar_of(order.city), at)
    return first_fitting(rules_in_force(order.city), matter_of(order), moment)


def matter_of(order: WorkOrder) -> Matter:
    """An order as the rules see it."""
    return Matter(order.category.code, order.area_path, order.source)


def editions_of(city: City) -> QuerySet[RuleEdition]:
    """All editions that have ever been in force, the newest first."""
    published = RuleEdition.objects.filter(city=city).exclude(state=RuleEdition.State.DRAFT)
    return published.select_related("made_by", "published_by", "city").annotate(many=Count("rules"))


def edition_of(city: City, number: int | None = None) -> RuleEdition | None:
    """The edition of that number that is or was in force; the one in force if none is asked for."""
    editions = editions_of(city)
    asked = editions.filter(edition=number) if number else editions.filter(state=RuleEdition.State.IN_FORCE)
    return asked.first()


def draft_of(city: City) -> RuleEdition | None:
    """The draft the city's desk is working on, if there is one."""
    drafts = RuleEdition.objects.filter(city=city, state=RuleEdition.State.DRAFT)
    return drafts.select_related("city", "made_by").first()


def last_run(edition: RuleEdition) -> DryRun | None:
    """The newest dry run of an edition."""
    return edition.dry_runs.select_related("asked_by").first()


@dataclass(frozen=True)
class Past:
    """A department, and how many orders of this matter it had in this area within a year."""

    department: Department
    orders: int


@dataclass(frozen=True)
class Suggestion:
    """What the dispatch form begins with, and what the desk reads beside it."""

    rule: DispatchRule | None
    lead: Department | None
    assistants: list[Department]
    joint: bool
    why: str
    # The departments that had the most orders of this matter in this area within a year.
    history: list[Past] = field(default_factory=list)


def suggestion_for(order: WorkOrder, *, among: Iterable[Department] | None = None) -> Suggestion | None:
    """Who should lead and assist: by the first rule that fits, else the matter's usual handler; and the history.

    None once the order has a lead, or has left the desk. `among`: the departments to choose from, if known already.
    """
    if order.status not in UNDECIDED:
        return None
    choice = departments_for(order) if among is None else among
    able = {one.pk: one for one in choice if one.pk != order.accused_department_id}
    history = _history(order, able)
    rule = matching_rule(order, now())
    if rule and rule.lead_id in able:
        assistants = [able[key] for key in rule.assistant_keys if key in able]
        return Suggestion(rule, able[rule.lead_id], assistants, rule.joint, rule_words(rule, _titles(order)), history)
    handler = able.get(order.category.handler_id or 0)
    return Suggestion(None, handler, [], False, _without_rule(rule, handler), history)


def follows(rule: DispatchRule, department: Department, assistants: Iterable[Department], joint: bool) -> bool:
    """Whether a choice of the desk is the rule's own."""
    return (rule.lead_id, set(rule.assistant_keys), rule.joint) == (
        department.pk,
        {one.pk for one in assistants},
        joint,
    )


def _without_rule(rule: DispatchRule | None, handler: Department | None) -> str:
    if rule:
        return _("Rule %(n)s names %(department)s, which cannot take it.") % {"n": rule.place, "department": rule.lead}
    if handler:
        return _("No rule fits; the catalogue names the usual handler.")
    return _("No rule fits, and the catalogue names nobody.")


def _titles(order: WorkOrder) -> dict[str, str]:
    """The order's matter and the groups above it by their codes: a rule that fits it can speak of no other."""
    found: dict[str, str] = {}
    category: Category | None = order.category
    while category is not None:
        found[category.code], category = category.title, category.parent
    return found


def _history(order: WorkOrder, able: dict[int, Department]) -> list[Past]:
    since = order.opened_at - dt.timedelta(days=HISTORY_DAYS)
    like = WorkOrder.objects.filter(area=order.area_id, opened_at__gte=since, category__code=order.category.code)
    led = like.exclude(pk=order.pk).filter(department__in=able).exclude(status__in=WORK_ORDER.void)
    counts = led.order_by().values_list("department").annotate(n=Count("pk")).order_by("-n", "department")
    return [Past(able[key], many) for key, many in counts[:HISTORY_MOST]]


@dataclass
class Names:
    """The words of the city for what rules speak of by code: categories, sources and departments."""

    categories: dict[str, Category]
    sources: dict[str, Source]
    departments: dict[int, Department]


def names_for(rules: Iterable[DispatchRule], rulebook: Rulebook) -> Names:
    """What the rules' codes are called, in three questions for all of them."""
    rules = list(rules)
    categories = Category.objects.filter(rulebook=rulebook, code__in={rule.category for rule in rules})
    sources = Source.objects.filter(rulebook=rulebook, code__in={rule.source for rule in rules})
    departments = Department.objects.select_related("area").in_bulk(
        {key for rule in rules for key in rule.assistant_keys}
    )
    return Names({row.code: row for row in categories}, {row.code: row for row in sources}, departments)


def rule_words(rule: DispatchRule, titles: Mapping[str, str] | None = None) -> str:
    """A rule in one sentence: its number, when it holds, and who leads then; `titles` are those of categories."""
    where = [(titles or {}).get(rule.category, rule.category), rule.area.title if rule.area else ""]
    told = rule.words or _(", ").join(str(part) for part in (*when_words(rule), *where) if part)
    words = {"n": rule.place, "when": told or _("any matter"), "lead": rule.lead}
    return _("Rule %(n)s: %(when)s → %(lead)s") % words


def when_words(rule: DispatchRule) -> list[str | Promise]:
    """Its kind of day, its hours and its dates, where it has any."""
    found: list[str | Promise] = []
    if rule.days in DAYS_WORDS:
        found.append(DAYS_WORDS[rule.days])
    if rule.hour_from or rule.hour_until:
        start, end = (hour or dt.time() for hour in (rule.hour_from, rule.hour_until))
        found.append(f"{start:{HOURS_FORMAT}}–{end:{HOURS_FORMAT}}")
    if rule.valid_from:
        found.append(_("from %(day)s") % {"day": rule.valid_from.isoformat()})
    if rule.valid_until:
        found.append(_("until %(day)s") % {"day": rule.valid_until.isoformat()})
    return found


@dataclass(frozen=True)
class RuleLine:
    """A rule as a line of the list, in the city's words."""

    rule: DispatchRule
    matter: str
    source: str
    when: list[str | Promise]
    assistants: list[Department]


def lines_of(rules: Iterable[DispatchRule], names: Names) -> list[RuleLine]:
    """The rules as the list shows them; a code that stands for nothing any more is shown as it is."""
    return [
        RuleLine(
            rule=rule,
            matter=_named(names.categories, rule.category),
            source=_named(names.sources, rule.source),
            when=when_words(rule),
            assistants=[names.departments[key] for key in rule.assistant_keys],
        )
        for rule in rules
    ]


def _named(rows: Mapping[str, Category | Source], code: str) -> str:
    return rows[code].title if code in rows else code


def lines_of_run(run: DryRun, user: User, *, place: int | None = None, bare: bool = False) -> QuerySet[DryRunLine]:
    """The orders a person sees that would have gone elsewhere; those of one rule, or those no rule fits (`bare`)."""
    seen = run.lines.filter(order__in=WorkOrder.objects.visible_to(user))
    lines = seen.select_related("order", "old_lead", "new_lead").order_by("place", "pk")
    if bare:
        return lines.filter(place=None)
    return lines.filter(place=place) if place is not None else lines

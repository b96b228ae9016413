"""What is short of staff: the need of 1+4+X against the posts held, and which grids have no Party body."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from grids.models import Area, PartyBody, Post, Role, Rulebook, StaffingRule

ANY = "any"


@dataclass(frozen=True)
class Staffing:
    """How many workers of a kind an area needs, and has."""

    area: Area
    rule: StaffingRule
    held: int

    @property
    def missing(self) -> int:
        return max(self.rule.need - self.held, 0)

    @property
    def kind(self) -> str:
        """The kind of worker the rule asks for, in the reader's language."""
        return str(Post.Employment(self.rule.employment).label) if self.rule.employment != ANY else ""

    @property
    def extra(self) -> int:
        """The X of 1+4+X: what an area has beyond its need."""
        return max(self.held - self.rule.need, 0)


def staffing_of(area: Area, rulebook: Rulebook, on: dt.date | None = None) -> list[Staffing]:
    """Each staffing rule of one area against the posts held there."""
    return list(_compared([area], list(_rules(rulebook).filter(level=area.level)), on))


def staffing_gaps(within: Area, rulebook: Rulebook, on: dt.date | None = None) -> list[Staffing]:
    """Everything that is short of staff in an area and below it, in the order of the codes: three questions in all."""
    rules = list(_rules(rulebook))
    levels = {rule.level_id for rule in rules}
    areas = Area.objects.standing(on).within(within).filter(level__in=levels).order_by("code")
    return [staffing for staffing in _compared(list(areas), rules, on) if staffing.missing]


@dataclass(frozen=True)
class PartyCover:
    """How far Party bodies cover the base grids of an area (支部建在网格上)."""

    grids: int
    without: list[Area]

    @property
    def covered(self) -> int:
        return self.grids - len(self.without)

    @property
    def is_full(self) -> bool:
        return not self.without


def party_cover(within: Area, on: dt.date | None = None) -> PartyCover:
    """The base grids that have a Party body of their own, and those that have none."""
    grids = Area.objects.standing(on).within(within).filter(level__base=True)
    having = PartyBody.objects.standing(on).values("area")
    return PartyCover(grids=grids.count(), without=list(grids.exclude(pk__in=having).order_by("code")))


def _rules(rulebook: Rulebook):  # type: ignore[no-untyped-def]
    return StaffingRule.objects.filter(rulebook=rulebook).select_related("level").order_by("level__rank", "pk")


def _compared(areas: list[Area], rules: list[StaffingRule], on: dt.date | None):  # type: ignore[no-untyped-def]
    of_level = defaultdict(list)
    for rule in rules:
        of_level[rule.level_id].append(rule)
    held = _held(areas, on) if rules else Counter()
    for area in areas:
        for rule in of_level[area.level_id]:
            yield Staffing(area, rule, held[area.pk, rule.employment, rule.tag])


def _held(areas: list[Area], on: dt.date | None) -> Counter[tuple[int, str, str]]:
    """Workers by area, employment ("any" too) and tag ("" for everybody)."""
    posts = Post.objects.held(on).filter(role__code__in=Role.codes_of(Role.Part.WORKER))
    posts = posts.filter(area__in=[area.pk for area in areas])
    held: Counter[tuple[int, str, str]] = Counter()
    for area, employment, tags in posts.values_list("area_id", "employment", "tags"):
        for tag in {"", *tags}:
            held[area, employment, tag] += 1
            held[area, ANY, tag] += 1
    return held

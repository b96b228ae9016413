"""Which scheme is in force for a month, which versions there are, and what each of them says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from assessment.models import Assessment, Band, Dimension, Indicator, PeerGroup, Scheme
from assessment.plans import BAND, DIMENSION, GROUP, INDICATOR, SCHEME
from casework.moment import now
from grids.models import City

State = Scheme.State
# What was activated once; a replaced version still assesses the months before its successor's first.
EVER_IN_FORCE = (State.ACTIVE, State.RETIRED)


def in_force_on(city: City, day: dt.date) -> list[Scheme]:
    """Of each scheme the version by which a month (or year) that begins on this day is assessed, by code.

    The newest one that came into force by then; a version that was replaced before it ever began is left out.
    """
    begun = Scheme.objects.filter(city=city, state__in=EVER_IN_FORCE, effective_from__lte=day)
    latest = begun.order_by("code", "-effective_from", "-version").distinct("code")
    return list(latest.select_related("city", "level", "board_level"))


def scheme_in_force(city: City, code: str, day: dt.date) -> Scheme | None:
    """The version of one scheme by which a month that begins on this day is assessed."""
    return next((scheme for scheme in in_force_on(city, day) if scheme.code == code), None)


def versions_of(city: City, code: str = "") -> QuerySet[Scheme]:
    """All versions, newest first, each with whether months were assessed by it."""
    found = Scheme.objects.filter(city=city, **({"code": code} if code else {})).order_by("code", "-version")
    used = Exists(Assessment.objects.filter(scheme=OuterRef("pk")))
    found = found.annotate(used=used, last_assessed=Max("assessments__since"))
    return found.select_related("level", "board_level", "drafted_by", "rulebook")


def is_used(scheme: Scheme) -> bool:
    """Whether a month was assessed by it: then it stands for ever."""
    return Assessment.objects.filter(scheme=scheme).exists()


def versions_seen(city: City, code: str, *, drafts: bool) -> QuerySet[Scheme]:
    """The versions of a scheme that may be read: what is announced is everybody's, a draft only of those who edit."""
    found = versions_of(city, code)
    return found if drafts else found.exclude(state=State.DRAFT)


def newest_but_drafts(city: City, code: str) -> Scheme | None:
    """The version that is in force, else the last one that was."""
    return versions_of(city, code).filter(state__in=EVER_IN_FORCE).order_by("-version").first()


@dataclass(frozen=True)
class Listed:
    """A scheme of the list: the version that stands for it, and all others."""

    scheme: Scheme
    versions: Sequence[Scheme]
    # Until when it holds, where a later version is to come.
    until: dt.date | None


def listed(city: City, *, drafts: bool) -> list[Listed]:
    """All schemes of a city: each by the version that assesses now, else by the newest."""
    today = now().astimezone(city.zone).date()
    standing = {scheme.code: scheme.pk for scheme in in_force_on(city, today)}
    found = []
    for code, rows in groupby(versions_seen(city, "", drafts=drafts), key=lambda each: each.code):
        versions = list(rows)
        shown = next((each for each in versions if each.pk == standing.get(code)), versions[0])
        later = [each.effective_from for each in versions if each.state == State.ACTIVE and each.pk != shown.pk]
        found.append(Listed(shown, versions, min((day for day in later if day > today), default=None)))
    return found


@dataclass(frozen=True)
class Part:
    """A dimension of a scheme as it is read: the rows that count, and those that do not."""

    dimension: Dimension
    on: Sequence[Indicator]
    off: Sequence[Indicator]


@dataclass(frozen=True)
class Table:
    """A scheme as it is read."""

    parts: Sequence[Part]
    bands: Sequence[Band]
    groups: Sequence[PeerGroup]
    # What the indicator is called by whose share the lowest band is judged; empty where points alone decide.
    judged: str

    @property
    def rows(self) -> int:
        return sum(len(part.on) + len(part.off) for part in self.parts)

    @property
    def feeds(self) -> list[Indicator]:
        """The rows that feed an indicator of the assessment from above (mechanism 1-21)."""
        return [row for part in self.parts for row in part.on if row.upper_code]


def table_of(scheme: Scheme) -> Table:
    """A version with all its parts, in a handful of questions."""
    parts = []
    for dimension in scheme.dimensions.prefetch_related("indicators"):
        rows = list(dimension.indicators.all())
        parts.append(Part(dimension, [row for row in rows if row.on], [row for row in rows if not row.on]))
    judged = [row.title for part in parts for row in part.on if row.code == scheme.judged_by]
    return Table(parts, list(scheme.bands.all()), list(scheme.groups.all()), "".join(judged[:1]))


def plan_of(scheme: Scheme) -> dict[str, Any]:
    """What a stored scheme says, as plain values: what a draft begins from, and what it is checked by."""
    plan = {name: getattr(scheme, name) for name in SCHEME if name not in {"level", "board_level"}}
    plan |= {"level": scheme.level.rank if scheme.level else 0, "board_level": scheme.board_level.rank}
    dimensions = scheme.dimensions.prefetch_related("indicators")
    plan["dimensions"] = [
        _said(row, DIMENSION) | {"indicators": [_said(one, INDICATOR) for one in row.indicators.all()]}
        for row in dimensions
    ]
    plan["bands"] = [_said(row, BAND) for row in scheme.bands.all()]
    plan["groups"] = [_said(row, GROUP) for row in scheme.groups.all()]
    return plan


def _said(row: Any, names: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}

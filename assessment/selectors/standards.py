"""标准体系: which version of which rules is in force since when, and how far the city's own targets are reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from assessment.measures import all_measures
from assessment.models import Indicator, PeerGroup, Scheme, Standard
from assessment.reasons import Sort
from assessment.reasons import Subject as Kind
from assessment.selectors.schemes import versions_of
from assessment.selectors.subjects import WORKER_ROLES, Subject
from assessment.selectors.tally import span_of, tally_of
from assessment.selectors.what_if import last_span
from casework.models import TimeLimit
from casework.moment import now
from grids.models import Area, City, Post, Rulebook
from grids.selectors import rulebook_in_force
from workorders.models import Category, DispatchRule, RuleEdition

Figure = Standard.Figure
# Which measure a target is read from; the others are counted here.
MEASURED = {Figure.ON_TIME: "on_time", Figure.VISITED: "visits_done", Figure.SATISFIED: "satisfied"}


@dataclass(frozen=True)
class Target:
    """A target with how far it is: so many of so many; no n where nothing could be counted."""

    standard: Standard
    k: float
    n: int

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is nothing to tell by."""
        if self.share is None or self.standard.goal is None:
            return None
        return self.share >= self.standard.goal


@dataclass(frozen=True)
class Rules:
    """The versions of everything the city works by."""

    book: Rulebook
    books: QuerySet[Rulebook]
    schemes: QuerySet[Scheme]
    editions: QuerySet[RuleEdition]
    categories: int
    dispatch_rules: int
    limits: QuerySet[TimeLimit]


def rules_of(city: City) -> Rules:
    """The rulebooks with what each holds, the schemes' versions, the editions of the dispatch rules."""
    book = rulebook_in_force(city, _today(city))
    books = Rulebook.objects.filter(city=city).order_by("-version")
    counted = books.annotate(
        many_limits=Count("limits", distinct=True), many_rungs=Count("ladder", distinct=True),
    )  # fmt: skip
    editions = RuleEdition.objects.filter(city=city).exclude(state=RuleEdition.State.DRAFT).order_by("-edition")
    in_force = DispatchRule.objects.filter(edition__city=city, edition__state=RuleEdition.State.IN_FORCE)
    return Rules(
        book, counted, versions_of(city), editions, Category.objects.filter(rulebook=book).count(), in_force.count(),
        TimeLimit.objects.filter(rulebook=book, clock__startswith="assessment.").order_by("clock", "subject"),
    )  # fmt: skip


def principles_of(city: City) -> Sequence[Standard]:
    """三贴近: what the city's work stays close to."""
    return list(_standards(city).filter(sort=Standard.Sort.PRINCIPLE))


def targets_of(city: City) -> list[Target]:
    """四个全面: the city's targets, each with the last full month's figure (how the net stands: today's)."""
    top = Area.objects.filter(city=city, parent=None).standing(_today(city)).first()
    found = []
    for standard in _standards(city).filter(sort=Standard.Sort.TARGET):
        k, n = _counted(city, top, standard.figure) if top else (0, 0)
        found.append(Target(standard, k, n))
    return found


def _standards(city: City) -> QuerySet[Standard]:
    return Standard.objects.filter(rulebook=rulebook_in_force(city, _today(city))).order_by("place")


def _counted(city: City, top: Area, figure: str) -> tuple[float, int]:
    if figure == Figure.COVERED:
        return _covered(city)
    name = MEASURED[Figure(figure)]
    found = all_measures().get(name)
    if found is None or not found.counts_for(Kind.AREA):
        return 0, 0
    since, until = last_span(city, Scheme.Span.MONTH)
    # The whole city as the one who is assessed: a scheme that is written nowhere asks the measure.
    scheme = Scheme(city=city, code="", subject=Kind.AREA, window_months=1)
    asked = Indicator(pk=0, measure=name, sort=Sort.RATE)
    whole = Subject(top.pk, PeerGroup(pk=0), area=top)
    counted = tally_of(scheme, [whole], span_of(scheme, since, until), only=[asked]).get((0, top.pk))
    return (counted.k, counted.n) if counted else (0, 0)


def _covered(city: City) -> tuple[int, int]:
    """Grids with a worker of their own, of all grids, today."""
    today = _today(city)
    grids = Area.objects.filter(city=city, level__base=True).standing(today)
    held = Post.objects.held(today).filter(area=OuterRef("pk"), role__code__in=WORKER_ROLES)
    return grids.filter(Exists(held)).count(), grids.count()


def _today(city: City) -> dt.date:
    return now().astimezone(city.zone).date()

"""Which months are to be assessed, what a month still waits for, and what its corrected edition changed.

What a card shows is `cards.py` and `boards.py`; how it is counted, `tally.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import statuses
from assessment.lifecycle import APPEAL, LOOK, SHOW
from assessment.models import Appeal, Assessment, Entry, Indicator, Remark, Scheme, ScoreCard
from assessment.reasons import Sort, Subject
from assessment.selectors.subjects import subjects_of
from casework.calendar import Unit
from casework.models import Case
from casework.moment import now
from casework.refusals import NotFound
from casework.selectors import calendar_of, limit_for
from grids import jurisdiction
from grids.models import Area, City, Post

LOOKS = "look_at_scores_in"


@dataclass(frozen=True)
class Month:
    """A month or a year that is over: days of the city, the second no longer in it."""

    span: str
    since: dt.date
    until: dt.date

    def ended_at(self, city: City) -> dt.datetime:
        """The moment of the city's midnight with which it was over."""
        return dt.datetime.combine(self.until, dt.time(), city.zone)


def day_in(city: City) -> dt.date:
    """The city's own day, by the house's clock."""
    return now().astimezone(city.zone).date()


def months_over(city: City) -> list[Month]:
    """The last month and the last year that are over in the city."""
    first = day_in(city).replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    year = first.replace(month=1)
    return [
        Month(Scheme.Span.MONTH, before, first),
        Month(Scheme.Span.YEAR, year.replace(year=year.year - 1), year),
    ]


def schemes_for(city: City, month: Month) -> list[Scheme]:
    """By which schemes a month is assessed: of each that the city uses, the version that was in force then.

    None of which nobody could know before the month was over.
    """
    used = Scheme.objects.filter(city=city, state=Scheme.State.ACTIVE).values("code")
    states = [Scheme.State.ACTIVE, Scheme.State.RETIRED]
    known = Q(activated_at=None) | Q(activated_at__lt=month.ended_at(city))
    found = Scheme.objects.filter(known, city=city, span=month.span, state__in=states, code__in=used)
    found = found.filter(effective_from__lte=month.since).order_by("code", "-effective_from", "-version")
    return list(found.distinct("code").select_related("city", "board_level", "level"))


def was_here(city: City, month: Month) -> bool:
    """Whether anything was known of the city before the month was over: a house that is new assesses no past."""
    return Case.objects.filter(city=city, opened_at__lt=month.ended_at(city)).exists()


def board_areas(scheme: Scheme, month: Month) -> list[Area]:
    """Whose boards there are: the areas of the scheme's level that stood on the last day."""
    last = month.until - dt.timedelta(days=1)
    return list(Area.objects.filter(level=scheme.board_level).standing(last).order_by("code"))


def editions_of(scheme: Scheme, area: Area, since: dt.date) -> QuerySet[Assessment]:
    """All editions of one board, by whichever version of the scheme, the discarded left out; the last first."""
    found = Assessment.objects.filter(scheme__city=scheme.city_id, scheme__code=scheme.code, area=area, since=since)
    return found.exclude(status=statuses.DISCARDED).order_by("-edition")


def boards_there(city: City, month: Month) -> set[tuple[str, int]]:
    """Of which schemes and areas a month's boards are there, so that beat asks once and not board by board."""
    found = Assessment.objects.filter(city=city, since=month.since, until=month.until)
    return set(found.exclude(status=statuses.DISCARDED).values_list("scheme__code", "area"))


def being_entered() -> list[Assessment]:
    """The months that wait for marks and have some already; whether it is all of them is asked of each."""
    marks = Entry.objects.filter(
        city=OuterRef("city"), scheme_code=OuterRef("scheme__code"), since=OuterRef("since")
    )  # fmt: skip
    waiting = Assessment.objects.filter(Exists(marks), status=statuses.ENTERING)
    return list(waiting.select_related("scheme", "area", "city").order_by("pk"))


def marks_missing(assessment: Assessment) -> int:
    """How many marks the assessment team has not entered yet: of each entered indicator, for each subject."""
    entered = Indicator.objects.filter(dimension__scheme=assessment.scheme_id, sort=Sort.ENTERED, on=True)
    codes = list(entered.values_list("code", flat=True))
    if not codes:
        return 0
    subjects = subjects_of(assessment.scheme, assessment.area, assessment.since, assessment.until)
    there = Entry.objects.filter(
        city=assessment.city_id, scheme_code=assessment.scheme.code, since=assessment.since, indicator_code__in=codes
    )
    marked = set(there.values_list("indicator_code", "subject"))
    return sum((code, each.subject) not in marked for code in codes for each in subjects)


def looking_areas(assessment: Assessment) -> list[Area]:
    """The communities (whatever they are called) that look at the cards of their people before the street confirms."""
    if assessment.scheme.subject not in (Subject.WORKER, Subject.AREA):
        return []
    posts = Post.objects.held().filter(
        role__permissions__contains=[LOOKS], area__path__startswith=assessment.area_path
    )  # fmt: skip
    areas = Area.objects.filter(pk__in=posts.values("area")).select_related("level").order_by("code")
    paths = set(
        ScoreCard.objects.filter(assessment=assessment, area__isnull=False).values_list("area__path", flat=True)
    )
    return [area for area in areas if any(path.startswith(area.path) for path in paths)]


def areas_to_look_for(assessment: Assessment, user: User) -> list[Area]:
    """Of the communities that have not looked yet, those for which this person may."""
    waiting = assessment.deadlines.open().filter(clock=LOOK, area__isnull=False).select_related("area")
    return [clock.area for clock in waiting.order_by("area__code") if jurisdiction.may(user, LOOKS, clock.area)]


def remarks_on(assessment: Assessment) -> list[Remark]:
    """What the communities said of it."""
    return list(assessment.remarks.select_related("area", "by").order_by("area__code"))


def shows_no_longer(assessment: Assessment) -> bool:
    """Whether the days for which it stands published are over."""
    ended = assessment.deadlines.filter(clock=SHOW)
    return assessment.published_at is not None and ended.exists() and not ended.open().exists()


def open_appeals(assessment: Assessment) -> QuerySet[Appeal]:
    """Appeals against its cards that are not decided yet."""
    return Appeal.objects.filter(line__card__assessment=assessment, closed_at=None)


def upheld_appeals(assessment: Assessment) -> QuerySet[Appeal]:
    """Appeals against its cards that both reviewers were for."""
    return Appeal.objects.filter(line__card__assessment=assessment, status=statuses.UPHELD)


def appeals_until(assessment: Assessment) -> dt.datetime | None:
    """Until when its lines may be appealed against; None where nothing bounds it but its being final."""
    limit = limit_for(assessment.rulebook, APPEAL, subject=assessment.scheme.code)
    if limit is None or assessment.published_at is None:
        return None
    return calendar_of(assessment.city).due(assessment.published_at, limit.amount, Unit(limit.unit))


@dataclass(frozen=True)
class Change:
    """What a corrected edition changed for one subject."""

    before: ScoreCard
    after: ScoreCard

    @property
    def moved(self) -> bool:
        """Whether the grade became another, as the public reads it or as the card has it."""
        return self.before.grade != self.after.grade

    @property
    def points(self) -> float:
        return (self.after.points or 0) - (self.before.points or 0)


@dataclass(frozen=True)
class Changes:
    """What a corrected edition changed: for whom it is told one by one, and for how many others a little."""

    named: list[Change]
    # Their points alone, because their peers' share is another without what was exempted.
    others: int


def changes_told(before: Assessment, after: Assessment) -> Changes:
    """Those who moved to another grade and those whose appeal was upheld; the others are counted."""
    upheld = set(upheld_appeals(before).values_list("line__card__subject", flat=True))
    changes = changes_between(before, after)
    named = [each for each in changes if each.moved or each.after.subject in upheld]
    return Changes(named, len(changes) - len(named))


def changes_between(before: Assessment, after: Assessment) -> list[Change]:
    """Whose points or grade a corrected edition changed; the cards of both, subject by subject."""
    cards = {card.subject: card for card in _cards(before)}
    pairs = ((cards[card.subject], card) for card in _cards(after) if card.subject in cards)
    return [Change(was, card) for was, card in pairs if (was.grade, was.points) != (card.grade, card.points)]


def _cards(assessment: Assessment) -> Iterator[ScoreCard]:
    rows = assessment.cards.select_related("person", "area", "department", "team")
    yield from rows.order_by("area__path", "department__code", F("person__name").asc(nulls_last=True), "pk")


def visible_month(user: User, number: str) -> Assessment:
    """One assessment that this person may see, with what its page needs."""
    rows = Assessment.objects.visible_to(user).select_related("scheme", "area__level", "city", "rulebook", "corrects")
    found: Assessment | None = rows.filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such board, or it is not yours to see."))
    return found


def later_edition(board: Assessment) -> Assessment | None:
    """The edition that corrects a board, once there is one."""
    return Assessment.objects.filter(corrects=board).first()


def finals_of(code: str, city: City, area: Area, firsts: Iterable[dt.date]) -> dict[dt.date, Assessment]:
    """The final boards of some months by the first day of each: the last edition counts."""
    rows = Assessment.objects.filter(
        city=city, area=area, scheme__code=code, since__in=list(firsts), status=statuses.FINAL
    )  # fmt: skip
    return {each.since: each for each in rows.order_by("edition")}


def months_around(since: dt.date, *, before: int, after: int) -> Sequence[dt.date]:
    """The first days of the months around one, in order."""
    place = since.year * 12 + since.month - 1
    return [dt.date(at // 12, at % 12 + 1, 1) for at in range(place - before, place + after + 1)]

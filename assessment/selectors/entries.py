"""What the assessment team has entered, and what is still to be: sheets by board, month and line, with history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Assessment, Entry, Indicator, LineAssessor, Scheme
from assessment.reasons import Sort
from assessment.reasons import Subject as Kind
from assessment.selectors.schemes import in_force_on
from assessment.selectors.subjects import Subject, subjects_of
from assessment.statuses import DISCARDED, ENTERING
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City, Department, Post, WorkingGroup

ENTER = "enter_scores_in"
# So many boards of a scheme stand on the page at once.
MOST_BOARDS = 6
# Who may look at what a mark was given for, besides him to whom it was given.
LOOK_AT = (ENTER, "confirm_scores_in", "see_scores_in", "review_appeals_in", "look_at_scores_in")


@dataclass(frozen=True)
class Row:
    """One subject of a line: its latest mark, and those that it replaced."""

    who: Subject
    marks: Sequence[Entry]

    @property
    def name(self) -> str:
        row: Any = self.who.person or self.who.department or self.who.team or self.who.area
        return str(getattr(row, "title", "") or getattr(row, "name", ""))

    @property
    def latest(self) -> Entry | None:
        return self.marks[0] if self.marks else None

    @property
    def earlier(self) -> Sequence[Entry]:
        return self.marks[1:]


@dataclass(frozen=True)
class Line:
    """One entered indicator of a month's board: who may enter it, and how far it is."""

    indicator: Indicator
    rows: Sequence[Row]
    assessors: Sequence[User]
    mine: bool

    @property
    def entered(self) -> int:
        return sum(row.latest is not None for row in self.rows)


@dataclass(frozen=True)
class Sheet:
    """All entered lines of one board for one month; `closed` says why nothing is entered any more."""

    scheme: Scheme
    area: Area
    since: dt.date
    until: dt.date
    lines: Sequence[Line]
    closed: str = ""

    @property
    def wanted(self) -> int:
        return sum(len(line.rows) for line in self.lines)

    @property
    def entered(self) -> int:
        return sum(line.entered for line in self.lines)


def sheets_for(user: User, city: City, *, area: str = "") -> list[Sheet]:
    """The boards of the running month and of the last one on which this person enters marks.

    Where there are many boards, the first few of each scheme, or those of the area that is asked for by its code.
    """
    found = []
    for since, until, scheme, boards in _boards(user, city):
        shown = [each for each in boards if each.code == area] if area else boards[:MOST_BOARDS]
        found += [sheet_of(user, scheme, each, since, until) for each in shown]
    return found


def areas_for(user: User, city: City) -> list[Area]:
    """The areas among which to choose; none where all their boards are shown anyhow."""
    boards = [areas for _since, _until, _scheme, areas in _boards(user, city)]
    if all(len(areas) <= MOST_BOARDS for areas in boards):
        return []
    return sorted({each for areas in boards for each in areas}, key=lambda each: each.path)


def _boards(user: User, city: City) -> Iterator[tuple[dt.date, dt.date, Scheme, list[Area]]]:
    keys = jurisdiction.areas_where(user, ENTER).filter(city=city).values("pk")
    for since, until, span in _months(city):
        for scheme in in_force_on(city, since):
            if scheme.span == span and _entered(scheme).exists():
                boards = Area.objects.filter(pk__in=keys, level=scheme.board_level).standing(since)
                yield since, until, scheme, list(boards.order_by("path"))


def sheet_at(user: User, city: City, code: str, area_code: str, since: dt.date) -> Sheet:
    """One of them, by its address."""
    area = jurisdiction.areas_where(user, ENTER).filter(city=city, code=area_code).first()
    for first, until, span in _months(city):
        scheme = next((one for one in in_force_on(city, first) if one.code == code), None)
        if area and scheme and first == since and scheme.span == span and scheme.board_level_id == area.level_id:
            return sheet_of(user, scheme, area, since, until)
    raise NotFound(_("There is no such sheet of marks, or it is not yours to fill in."))


def sheet_of(user: User, scheme: Scheme, area: Area, since: dt.date, until: dt.date) -> Sheet:
    """The lines of a board's month with all marks, whoever gave them."""
    subjects = subjects_of(scheme, area, since, until)
    marks = _marks(scheme, since)
    trusted = trusted_with(scheme)
    lines = []
    for indicator in _entered(scheme).order_by("dimension__place", "place"):
        rows = [Row(one, marks.get((indicator.code, one.subject), [])) for one in subjects]
        people = trusted.get(indicator.code, [])
        lines.append(Line(indicator, rows, people, not people or user in people))
    return Sheet(scheme, area, since, until, lines, closed_because(scheme, area, since))


def closed_because(scheme: Scheme, area: Area, since: dt.date) -> str:
    """Why the marks of a board's month can no longer be entered; nothing while they can."""
    boards = Assessment.objects.filter(scheme__city=scheme.city_id, scheme__code=scheme.code, area=area, since=since)
    if boards.exclude(status__in=[ENTERING, DISCARDED]).exists():
        return _("This month is scored; its marks stand. Whoever disagrees appeals.")
    return ""


def trusted_with(scheme: Scheme) -> dict[str, list[User]]:
    """To whom the lines of a scheme are entrusted, by the indicator's code."""
    rows = LineAssessor.objects.filter(city=scheme.city_id, scheme_code=scheme.code).select_related("user")
    found: dict[str, list[User]] = defaultdict(list)
    for row in rows:
        found[row.indicator_code].append(row.user)
    return found


def who_may_enter(city: City) -> QuerySet[User]:
    """Everybody whose post lets him enter marks somewhere in the city: the assessment team."""
    posts = Post.objects.held().filter(role__city=city, role__permissions__contains=[ENTER])
    return User.objects.filter(pk__in=posts.values("user")).order_by("username")


def visible_entry(user: User, key: Any) -> Entry:
    """A mark with its evidence: for the team, those who confirm, see or review scores there, and him who was marked."""
    entry = Entry.objects.select_related("city").filter(key=key).first()
    if entry is None or not entry.evidence or not _may_see(user, entry):
        raise NotFound(_("There is no such evidence, or it is not yours to see."))
    return entry


def _may_see(user: User, entry: Entry) -> bool:
    kind = Scheme.objects.filter(city=entry.city_id, code=entry.scheme_code).values_list("subject", flat=True).first()
    if kind == Kind.WORKER and entry.subject == user.pk:
        return True
    if kind == Kind.DEPARTMENT:
        department = Department.objects.select_related("area").filter(pk=entry.subject).first()
        if department is None or jurisdiction.may(user, "handle_in", department):
            return department is not None
        return any(jurisdiction.may(user, permission, department.area) for permission in LOOK_AT)
    return any(jurisdiction.may(user, permission, area) for area in _ground(kind, entry) for permission in LOOK_AT)


def _ground(kind: str | None, entry: Entry) -> list[Area]:
    """Where the one who was marked works."""
    if kind == Kind.AREA:
        return list(Area.objects.filter(pk=entry.subject))
    if kind == Kind.TEAM:
        return [team.area for team in WorkingGroup.objects.filter(pk=entry.subject).select_related("area")]
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=entry.since), user=entry.subject, area__level__base=True)
    return [post.area for post in posts.select_related("area") if post.area]


def _entered(scheme: Scheme) -> QuerySet[Indicator]:
    return Indicator.objects.filter(dimension__scheme=scheme, sort=Sort.ENTERED, on=True).select_related("dimension")


def _marks(scheme: Scheme, since: dt.date) -> dict[tuple[str, int], list[Entry]]:
    """All marks of a month by line and subject, the latest first."""
    rows = Entry.objects.filter(city=scheme.city_id, scheme_code=scheme.code, since=since).select_related("by")
    found: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for row in rows.order_by("-at", "-pk"):
        found[row.indicator_code, row.subject].append(row)
    return found


def _months(city: City) -> list[tuple[dt.date, dt.date, str]]:
    """The last month and year and the running ones: days, the second no longer in it."""
    first = now().astimezone(city.zone).date().replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    year = first.replace(month=1)
    past, coming = year.replace(year=year.year - 1), year.replace(year=year.year + 1)
    return [
        (before, first, Scheme.Span.MONTH), (first, after, Scheme.Span.MONTH),
        (past, year, Scheme.Span.YEAR), (year, coming, Scheme.Span.YEAR),
    ]  # fmt: skip

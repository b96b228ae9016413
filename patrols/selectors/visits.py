"""Visits as pages show them: who is due, masked; one person or home with what was there before; counts for the desk.

The dates themselves: `visit_due.py`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.http import Http404

from accounts.models import User
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, City
from grids.once import once
from patrols.models import Visit, VisitEvent
from patrols.selectors import visit_due
from patrols.selectors.visit_due import Due
from registers.models import Home, Person
from registers.selectors.kinds import kinds_of
from registers.selectors.people import PersonFace, faces_of, home_seen_by, people_at, person_seen_by, with_cares
from registers.selectors.sight import KEEPS, VISITS

# Who is due within these days is shown ahead of time.
AHEAD: Final = dt.timedelta(days=7)
# What is due before this much time is over is not late yet, but no more far off.
SOON: Final = dt.timedelta(days=2)
MOST, SHOWN_BEFORE = 100, 5


@dataclass(frozen=True)
class DueFace:
    """One line of the worker's list: whom or which home, masked, by when, why."""

    due: Due
    key: uuid.UUID
    name: str
    place: str
    reasons: str
    event: str
    state: str
    # Whole days over (late) or left.
    days: int
    hours: int


@dataclass(frozen=True)
class GridCount:
    """How many visits of one grid are overdue, and how many are due within a week."""

    area: Area
    late: int
    soon: int


def due(user: User) -> list[DueFace]:
    """The people whom this worker is to visit, most overdue first, masked."""
    city, areas = _ground(user)
    if city is None:
        return []
    found = visit_due.due_people(city, areas, until=now() + AHEAD, most=MOST)
    people = with_cares(Person.objects.filter(pk__in=[row.person for row in found]))
    faces = {face.person.pk: face for face in faces_of(people)}
    return [_of_person(row, faces[row.person]) for row in found if row.person in faces]


def due_households(user: User) -> list[DueFace]:
    """The homes whose ordinary visit is due, most overdue first."""
    city, areas = _ground(user)
    if city is None:
        return []
    found = visit_due.due_homes(city, areas, until=now() + AHEAD, most=MOST)
    homes = Home.objects.in_bulk([row.home for row in found if row.home])
    title = {code: kind.title for code, kind in kinds_of(city).items()}
    return [
        _face(row, homes[row.home], "", homes[row.home].building, title.get(row.kind, "")) for row in found if row.home
    ]


def due_now(user: User) -> int:
    """How many people are overdue or due today: the figure on the worker's first page."""
    city, areas = _ground(user)
    if city is None:
        return 0
    today = now().astimezone(city.zone)
    tomorrow = (today + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = visit_due.counted(city, areas, at=now(), until=tomorrow, homes=False)
    return sum(row.late + row.soon for row in rows)


@dataclass(frozen=True)
class Target:
    """Whom or what a worker visits: a person with his home, or a home with who lives there."""

    area: Area
    city: City
    person: Person | None
    home: Home | None
    face: PersonFace | None
    living: Sequence[PersonFace]
    due: DueFace | None
    before: Sequence[Visit]

    @property
    def key(self) -> uuid.UUID:
        return self.person.key if self.person else self.home.key  # type: ignore[union-attr]


def target_seen_by(user: User, key: uuid.UUID | str) -> Target:
    """The person or home behind a key, for whoever visits there; for everybody else there is none."""
    person, home = person_or_home(user, key)
    area, city = (person or home).area, (person or home).city  # type: ignore[union-attr]
    if not jurisdiction.may(user, VISITS, area) or (person and person.erased_at):
        raise Http404
    face = faces_of([person])[0] if person else None
    living = people_at(home) if home and not person else []
    return Target(area, city, person, home, face, living, _due_of(city, area, person, home, face), before(person, home))


def person_or_home(user: User, key: uuid.UUID | str) -> tuple[Person | None, Home | None]:
    """What stands behind a key: a person and the home he lives in, or a home."""
    if Person.objects.filter(key=key).exists():
        person = person_seen_by(user, key)
        return person, person.home
    return None, home_seen_by(user, key)


def before(person: Person | None, home: Home | None) -> list[Visit]:
    """The last visits to a person, or to a home."""
    visits = Visit.objects.select_related("worker", "order")
    found = visits.filter(person=person) if person else visits.filter(home=home)
    return list(found[:SHOWN_BEFORE])


def own_visit(user: User, key: uuid.UUID | str) -> Visit:
    """One visit of the worker's own."""
    found = Visit.objects.filter(worker=user, key=key).select_related("person", "home", "area__city", "order").first()
    if found is None:
        raise Http404
    return found


def overview(user: User) -> tuple[list[GridCount], list[GridCount]]:
    """For who plans patrols: people and homes overdue and due within a week, by grid. Counts, never a name."""
    inside = Q(pk__in=[])
    for path in jurisdiction.paths_where(user, "plan_patrols_in"):
        inside |= Q(path__startswith=path)
    areas = Area.objects.filter(inside, level__base=True, valid_to=None).select_related("city").defer("boundary")
    by_city: dict[City, list[Area]] = {}
    for area in areas:
        by_city.setdefault(area.city, []).append(area)
    return _counts(by_city, homes=False), _counts(by_city, homes=True)


def proposals_for(user: User) -> list[Visit]:
    """What workers propose to change in the registers that this person keeps, oldest first."""
    paths = jurisdiction.paths_where(user, KEEPS)
    keys = [pk for path in paths for pk in Area.objects.filter(path__startswith=path).values_list("pk", flat=True)]
    waiting = Visit.objects.filter(proposal=Visit.Proposal.OPEN, area__in=keys)
    return list(waiting.select_related("worker", "area", "person", "home").order_by("pk")[:MOST])


def proposal_seen_by(user: User, key: uuid.UUID | str) -> Visit:
    """One of those proposals; for everybody else there is none."""
    found = Visit.objects.filter(key=key).exclude(proposal="").select_related("area", "person__area", "home").first()
    if found is None or not jurisdiction.may(user, KEEPS, found.area):
        raise Http404
    return found


def _ground(user: User) -> tuple[City | None, list[int]]:
    """The city and the areas in which the worker visits; who works in several cities visits in the first."""
    return once(("visits", user.pk), lambda: _read_ground(user))


def _read_ground(user: User) -> tuple[City | None, list[int]]:
    tops = list(jurisdiction.granted_areas(user, VISITS).select_related("city").order_by("path"))
    if not tops:
        return None, []
    city = tops[0].city
    inside = Area.objects.filter(city=city).within(*tops)
    return city, list(inside.values_list("pk", flat=True))


def _counts(by_city: dict[City, list[Area]], *, homes: bool) -> list[GridCount]:
    at = now()
    found = []
    for city, areas in by_city.items():
        keys = [area.pk for area in areas]
        rows = {row.area: row for row in visit_due.counted(city, keys, at=at, until=at + AHEAD, homes=homes)}
        found += [GridCount(area, rows[area.pk].late, rows[area.pk].soon) for area in areas if area.pk in rows]
    return sorted(found, key=lambda count: (-count.late, -count.soon, count.area.code))


def _due_of(
    city: City, area: Area, person: Person | None, home: Home | None, face: PersonFace | None
) -> DueFace | None:
    if person is not None and face is not None:
        row = visit_due.due_of_person(city, area.pk, person.pk)
        return _of_person(row, face) if row else None
    assert home is not None  # noqa: S101  # one of the two there is
    row = visit_due.due_of_home(city, area.pk, home.pk)
    kind = kinds_of(city).get(row.kind) if row else None
    return _face(row, home, "", home.building, kind.title if kind else "") if row else None


def _of_person(row: Due, face: PersonFace) -> DueFace:
    reasons = "、".join(" ".join(filter(None, [care.title, care.degree])) for care in face.cares)
    return _face(row, face.person, face.name, face.home.building if face.home else face.area.title, reasons)


def _face(row: Due, of: Any, name: str, place: str, reasons: str) -> DueFace:
    left = row.due_at - now()
    state = "late" if left <= dt.timedelta(0) else "soon" if left <= SOON else ""
    words = dict(VisitEvent.Kind.choices)
    event = str(words.get(VisitEvent.Kind(row.event), "")) if row.event else ""
    span = abs(left)
    return DueFace(row, of.key, name, place, reasons, event, state, span.days, int(span.total_seconds() // 3600))

"""People and homes of one's ground, masked: what pages and the phone may show before anybody looks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from grids.models import Area
from grids.selectors import today_in
from registers.masks import MASKS, masked_door
from registers.models import Care, CareKind, Home, Look, Person
from registers.sealing import OF_A_PERSON, key_of, unseal
from registers.selectors.kinds import kinds_of
from registers.selectors.sight import area_keys_read_by, require_sight

A_PAGE: Final = 50
OLD: Final = 80
SHOWN_LOOKS: Final = 20


@dataclass(frozen=True)
class CareFace:
    """One care in words: its kind, its degree, since when."""

    care: Care
    title: str
    degree: str

    @property
    def pk(self) -> int:
        return int(self.care.pk)


@dataclass(frozen=True)
class PersonFace:
    """A person as whoever may read him masked sees him."""

    person: Person
    name: str
    phone: str
    id_number: str
    birth_date: str
    age: int | None
    door: str
    cares: Sequence[CareFace]

    @property
    def key(self) -> uuid.UUID:
        return self.person.key

    @property
    def area(self) -> Area:
        return self.person.area

    @property
    def home(self) -> Home | None:
        return self.person.home


@dataclass(frozen=True)
class Page:
    """Rows of a list and the key after which the next ones begin (0: none)."""

    rows: Sequence[PersonFace]
    following: int


def faces_of(people: Iterable[Person]) -> list[PersonFace]:
    """Masked faces; of people read with `with_cares`, no further question is asked but for the care kinds."""
    kinds: dict[int, dict[str, CareKind]] = {}
    faces = []
    for person in people:
        if person.city_id not in kinds:
            kinds[person.city_id] = kinds_of(person.city)
        faces.append(_face(person, kinds[person.city_id]))
    return faces


def with_cares(people: QuerySet[Person]) -> QuerySet[Person]:
    """The same people with all that a face needs."""
    still_open = Prefetch("cares", Care.objects.filter(until=None), to_attr="open_cares")
    return people.select_related("area", "city", "home").defer("area__boundary").prefetch_related(still_open)


def people_of(user: User, *, kind: str = "", old: bool = False, area: str = "", after: int = 0) -> Page:
    """A page of the people of one's ground, newest first; narrowed by care kind, age or grid."""
    found = _on_ground(user, area)
    if kind:
        found = found.filter(cares__kind=kind, cares__until=None)
    if old:
        found = found.filter(born_year__lte=timezone.localdate().year - OLD)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(with_cares(found).order_by("-pk")[: A_PAGE + 1])
    return Page(faces_of(rows[:A_PAGE]), rows[A_PAGE - 1].pk if len(rows) > A_PAGE else 0)


def people_found(user: User, words: str) -> list[PersonFace]:
    """Who bears exactly this name, phone number or ID number on one's ground; found by keyed hashes."""
    keys = {f"{field}_key": key_of(field, words) for field in ("name", "phone", "id_number")}
    wanted = Q(pk__in=[])
    for column, key in keys.items():
        if key:
            wanted |= Q(**{column: key})
    return faces_of(with_cares(_on_ground(user).filter(wanted)).order_by("-pk")[:A_PAGE])


def person_seen_by(user: User, key: uuid.UUID | str) -> Person:
    """The person behind a key, for whoever reads there; for everybody else there is none."""
    person = with_cares(Person.objects.all()).filter(key=key).first()
    if person is None:
        raise Http404
    require_sight(user, person.area)
    return person


def home_seen_by(user: User, key: uuid.UUID | str) -> Home:
    """The home behind a key, for whoever reads there."""
    home = Home.objects.select_related("area", "city").defer("area__boundary").filter(key=key).first()
    if home is None:
        raise Http404
    require_sight(user, home.area)
    return home


def homes_of(user: User, *, area: str = "", building: str = "", after: int = 0) -> tuple[list[Any], int]:
    """A page of the homes of one's ground with how many live in each, and the key of the next page (0: none)."""
    found = Home.objects.filter(area__in=area_keys_read_by(user)).select_related("area").defer("area__boundary")
    if area:
        found = found.filter(area__code=area)
    if building:
        found = found.filter(building__startswith=building)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: A_PAGE + 1])
    living = Person.objects.filter(home__in=rows, erased_at=None).values_list("home").annotate(Count("pk")).order_by()
    counted = dict(living)
    for home in rows:
        home.living = counted.get(home.pk, 0)  # type: ignore[attr-defined]  # how many, for the page
    return rows[:A_PAGE], rows[A_PAGE - 1].pk if len(rows) > A_PAGE else 0


def people_at(home: Home) -> list[PersonFace]:
    """Who lives in a home, masked."""
    return faces_of(with_cares(home.people.filter(erased_at=None)).order_by("pk"))


def looks_at(person: Person) -> list[Look]:
    """Who looked at this person or changed him, newest first."""
    return list(person.looks.select_related("by")[:SHOWN_LOOKS])


def looks_at_home(home: Home) -> list[Look]:
    """Who looked at this door or changed the home, newest first."""
    return list(home.looks.filter(person=None).select_related("by")[:SHOWN_LOOKS])


def cares_ended(person: Person) -> list[CareFace]:
    """What a person was looked after for, latest first."""
    kinds = kinds_of(person.city)
    ended = person.cares.exclude(until=None).order_by("-until", "-pk")
    return [care_face(care, kinds) for care in ended]


def age_of(person: Person) -> int | None:
    """How old a person is in the year that runs; the day is sealed."""
    return today_in(person.city).year - person.born_year if person.born_year else None


def care_face(care: Care, kinds: dict[str, CareKind]) -> CareFace:
    """A care in the words of the rulebook in force; a kind it knows no more keeps its code."""
    kind = kinds.get(care.kind)
    degree = care.get_stability_display() if care.stability else ""
    if care.level is not None:
        degree = f"{care.level} · {degree}" if degree else str(care.level)
    return CareFace(care, kind.title if kind else care.kind, degree)


def _on_ground(user: User, area: str = "") -> QuerySet[Person]:
    found = Person.objects.filter(area__in=area_keys_read_by(user), erased_at=None)
    return found.filter(area__code=area) if area else found


def _face(person: Person, kinds: dict[str, CareKind]) -> PersonFace:
    plain = {field: unseal(getattr(person, f"{field}_sealed")) for field in OF_A_PERSON}
    masked = {field: MASKS[field](text) for field, text in plain.items()}
    cares = [care_face(care, kinds) for care in getattr(person, "open_cares", ())]
    door = masked_door(person.home.door_key) if person.home else ""
    return PersonFace(person, age=age_of(person), door=door, cares=cares, **masked)

"""Judged rows of a sheet become homes, people, cares and looks: a set of each kind at a time, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from grids.models import City
from registers.models import Care, Home, Look, Person
from registers.sealing import key_of, seal, sealed_columns
from registers.services.drafts import CareSaid, Draft
from registers.services.judging import HomeKey, Judged
from registers.services.people import year_of

AT_ONCE = 1_000


def write(judged: Sequence[Judged], *, city: City, by: User) -> None:
    """Writes what is new or changed; the caller holds the transaction and has judged a moment ago."""
    Writer(city, by).write(judged)


class Writer:
    """One sheet on its way into the registers."""

    def __init__(self, city: City, by: User):
        self.city, self.by, self.at = city, by, timezone.now()

    def write(self, judged: Sequence[Judged]) -> None:
        self._homes(judged)
        about_people = [each for each in judged if each.draft and each.draft.plain]
        self._people(about_people)
        self._cares(about_people)
        Look.objects.bulk_create([self._look(each) for each in judged], batch_size=AT_ONCE)

    def _homes(self, judged: Sequence[Judged]) -> None:
        new: dict[HomeKey, Home] = {}
        changed: dict[int, Home] = {}
        for each in judged:
            draft = each.draft
            if draft is None or draft.home_key is None:
                continue
            if each.home is None:
                each.home = new.setdefault(draft.home_key, self._home(draft))
            elif each.changed & {"home_kind", "lng"}:
                changed[each.home.pk] = _moved(each.home, draft)
        Home.objects.bulk_create(new.values(), batch_size=AT_ONCE)
        _rewrite(Home, list(changed.values()), ["kind", "lng", "lat"])

    def _home(self, draft: Draft) -> Home:
        lng, lat = draft.point or (None, None)
        return Home(
            city=self.city, area=draft.area, kind=draft.home_kind or Home.Kind.DWELLING, building=draft.building,
            door_sealed=seal(draft.door), door_key=key_of("door", draft.door), lng=lng, lat=lat,
            taken_in_by=self.by, taken_in_at=self.at,
        )  # fmt: skip

    def _people(self, judged: Sequence[Judged]) -> None:
        new, changed = [], []
        for each in judged:
            draft = each.draft
            assert draft is not None  # noqa: S101  # the caller chose them so
            if each.person is None:
                each.person = Person(
                    city=self.city, area=draft.area, home=each.home, taken_in_by=self.by, taken_in_at=self.at
                )
                new.append(_filled(each.person, draft, draft.plain.keys()))
            else:
                if "home" in each.changed:
                    each.person.home, each.person.area = each.home, draft.area
                changed.append(_filled(each.person, draft, each.changed))
        Person.objects.bulk_create(new, batch_size=AT_ONCE)
        _rewrite(Person, changed, COLUMNS)

    def _cares(self, judged: Sequence[Judged]) -> None:
        people = [each.person.pk for each in judged if each.person]
        open_cares: dict[tuple[int, str], Care] = {
            (care.person_id, care.kind): care for care in Care.objects.filter(person__in=people, until=None)
        }
        new, ended = [], []
        for each in judged:
            for said in each.draft.cares if each.draft else ():
                assert each.person is not None  # noqa: S101  # written just now
                before = open_cares.get((each.person.pk, said.kind))
                if before and (before.level, before.stability) == said.degree:
                    continue
                if before:
                    before.until, before.ended_by = max(before.since, said.since), self.by
                    ended.append(before)
                new.append(self._care(each.person, said))
        _rewrite(Care, ended, ["until", "ended_by"])
        Care.objects.bulk_create(new, batch_size=AT_ONCE)

    def _care(self, person: Person, said: CareSaid) -> Care:
        return Care(
            person=person, kind=said.kind, level=said.level, stability=said.stability, since=said.since,
            note_sealed=seal(said.note), given_by=self.by, given_at=self.at,
        )  # fmt: skip

    def _look(self, each: Judged) -> Look:
        fields = sorted(each.changed) or sorted(each.draft.plain if each.draft else ())
        return Look(
            by=self.by, at=self.at, deed=Look.Deed.IMPORT, person=each.person, home=each.home, fields=fields
        )  # fmt: skip


COLUMNS = [
    "area", "home", "born_year",
    *(f"{field}_{part}" for field in ("name", "phone", "id_number", "birth_date") for part in ("sealed", "key")),
]  # fmt: skip


def _rewrite(table: type[Model], rows: Sequence[Any], columns: Sequence[str]) -> None:
    """Rows that are there get these columns; as one statement a thousand, which `bulk_update` is far slower at."""
    table._default_manager.bulk_create(
        rows, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )


def _filled(person: Person, draft: Draft, fields: Any) -> Person:
    """The person with these fields as the row says them; what the row does not say stays."""
    said = {name: text for name, text in draft.plain.items() if name in fields}
    for column, value in sealed_columns(said).items():
        setattr(person, column, value)
    if "birth_date" in said:
        person.born_year = year_of(said)
    return person


def _moved(home: Home, draft: Draft) -> Home:
    home.kind = draft.home_kind or home.kind
    if draft.point:
        home.lng, home.lat = draft.point
    return home

"""The verdict on each row of a sheet: new, changed, the same, double, or wrong with its reasons; set by set.

What a row says: `drafts.py`; what becomes of it: `sheets.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from grids import geo
from grids.models import Area, City
from grids.selectors import today_in
from registers.models import Care, CareKind, Home, Person, RegisterLine
from registers.selectors.kinds import kinds_of
from registers.selectors.sight import base_areas_kept_by
from registers.services.drafts import Draft, Ground, draft_of, point_said

Verdict = RegisterLine.Verdict
HomeKey = tuple[int, str, str]


@dataclass
class Judged:
    """A row with its verdict and, where it is to be taken in, what it stands for and whom it is about."""

    line: int
    verdict: str
    reasons: dict[str, str] = field(default_factory=dict)
    draft: Draft | None = None
    person: Person | None = None
    home: Home | None = None
    # Of a changed row: which fields of the person, whether the home, which cares.
    changed: set[str] = field(default_factory=set)


class Judge:
    """Judges the rows of one keeper's sheet against the registers as they are now."""

    def __init__(self, city: City, by: User):
        self.city = city
        areas = list(base_areas_kept_by(by).filter(city=city))
        self.by_key = {area.pk: area for area in areas}
        names: dict[str, Area] = {}
        for area in areas:
            names |= {area.code: area, area.name: area}
        kinds: dict[str, CareKind] = {}
        for kind in kinds_of(city).values():
            if kind.about == CareKind.About.PERSON:
                kinds |= {kind.code: kind, kind.name: kind, kind.name_en: kind}
        self.ground = Ground(names, kinds, today_in(city))

    def judge(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> list[Judged]:
        """Each row's verdict, in their order."""
        placed = self._placed(rows)
        judged = [self._read(line, said, placed.get(line)) for line, said in rows]
        drafts = [each.draft for each in judged if each.draft]
        known = Known(self.city, drafts)
        seen: dict[object, int] = {}
        for each in judged:
            if each.draft:
                self._weigh(each, each.draft, known, seen)
        return judged

    def _placed(self, rows: Sequence[tuple[int, Mapping[str, str]]]) -> dict[int, Area]:
        """In which grid each row's point lies; all points in one question."""
        points = {line: point for line, said in rows if not said.get("area") and (point := point_said(said))}
        keys = geo.area_keys_at(list(points.values()), city=self.city) if points else []
        found = zip(points, keys, strict=True)
        return {line: self.by_key[key] for line, key in found if key is not None and key in self.by_key}

    def _read(self, line: int, said: Mapping[str, str], placed: Area | None) -> Judged:
        try:
            return Judged(line, Verdict.NEW, draft=draft_of(said, self.ground, placed))
        except ValidationError as error:
            reasons = {name: " ".join(map(str, words)) for name, words in error.message_dict.items()}
            return Judged(line, Verdict.WRONG, reasons)

    def _weigh(self, each: Judged, draft: Draft, known: Known, seen: dict[object, int]) -> None:
        who = _identity(draft)
        first = seen.setdefault(who, each.line)
        if first != each.line:
            each.verdict, each.reasons = Verdict.DOUBLE, {"line": _("stands in line %(line)s too") % {"line": first}}
            return
        each.home = known.homes.get(draft.home_key) if draft.home_key else None
        if not draft.plain:
            each.changed = _home_changes(draft, each.home) if each.home else set()
            each.verdict = Verdict.NEW if not each.home else Verdict.CHANGED if each.changed else Verdict.SAME
        else:
            each.person = known.person(draft, each.home)
            self._weigh_person(each, draft, known)
        if each.verdict == Verdict.CHANGED:
            each.reasons = dict.fromkeys(sorted(each.changed), "")

    def _weigh_person(self, each: Judged, draft: Draft, known: Known) -> None:
        person = each.person
        if person is None:
            each.verdict = Verdict.NEW
            return
        if person.area_id not in self.by_key:
            each.verdict, each.person = Verdict.WRONG, None
            each.reasons = {"id_number": _("Stands in registers that you do not keep; ask there to have it moved.")}
            return
        each.changed = {name for name, key in draft.keys.items() if key != getattr(person, f"{name}_key")}
        if draft.home_key and (each.home is None or person.home_id != each.home.pk):
            each.changed.add("home")
        elif each.home:
            each.changed |= _home_changes(draft, each.home)
        open_cares = known.cares.get(person.pk, {})
        if any(open_cares.get(care.kind) != care.degree for care in draft.cares):
            each.changed.add("care")
        each.verdict = Verdict.CHANGED if each.changed else Verdict.SAME


class Known:
    """What of the registers the rows of a sheet may be about: three questions, however many rows."""

    def __init__(self, city: City, drafts: Iterable[Draft]):
        drafts = list(drafts)
        places = {draft.home_key for draft in drafts if draft.home_key}
        homes = Home.objects.filter(area__in={key[0] for key in places}, building__in={key[1] for key in places})
        self.homes: dict[HomeKey, Home] = {(home.area_id, home.building, home.door_key): home for home in homes}
        numbers = {draft.keys["id_number"] for draft in drafts if "id_number" in draft.keys}
        names = {draft.keys["name"] for draft in drafts if "name" in draft.keys}
        people = Person.objects.filter(city=city, erased_at=None)
        found = list(people.filter(Q(id_number_key__in=numbers) | Q(name_key__in=names)).order_by("pk"))
        self.by_number = {person.id_number_key: person for person in found if person.id_number_key}
        self.by_name: dict[str, list[Person]] = {}
        for person in found:
            self.by_name.setdefault(person.name_key, []).append(person)
        self.cares: dict[int, dict[str, tuple[int | None, str]]] = {}
        open_cares = Care.objects.filter(person__in=[person.pk for person in found], until=None)
        for key, kind, level, stability in open_cares.values_list("person_id", "kind", "level", "stability"):
            self.cares.setdefault(key, {})[kind] = (level, stability)

    def person(self, draft: Draft, home: Home | None) -> Person | None:
        """Whom a row is about: by the ID number, else by the name with the phone number, else with the home."""
        number = draft.keys.get("id_number", "")
        if number in self.by_number and number:
            return self.by_number[number]
        namesakes = [
            person for person in self.by_name.get(draft.keys["name"], []) if not (number and person.id_number_key)
        ]
        phone = draft.keys.get("phone", "")
        for person in namesakes:
            if phone and person.phone_key == phone:
                return person
        return next((person for person in namesakes if home and person.home_id == home.pk), None)


def _identity(draft: Draft) -> object:
    """By what two rows of a sheet are about the same."""
    if not draft.plain:
        return "home", draft.home_key
    if draft.keys.get("id_number"):
        return "number", draft.keys["id_number"]
    return "name", draft.keys["name"], draft.keys.get("phone") or draft.home_key or draft.area.pk


def _home_changes(draft: Draft, home: Home) -> set[str]:
    changed = set()
    if draft.home_kind and draft.home_kind != home.kind:
        changed.add("home_kind")
    if draft.point and draft.point != (home.lng, home.lat):
        changed.add("lng")
    return changed

"""What a row of a sheet says, made into a home, a person and his cares; or the reasons, cell by cell, why it cannot be.

Which row is new, changed or double: `judging.py`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from grids import geo
from grids.models import Area
from grids.sheets import ROUNDED
from registers.columns import HOME_KINDS, STABILITIES
from registers.models import Care, CareKind, Home
from registers.numbers import clean_birth_date
from registers.sealing import OF_A_PERSON, key_of, normal
from registers.services.caring import check_care
from registers.services.homes import cleaned_address
from registers.services.people import cleaned

# Spreadsheets run what begins like this; none of our fields does.
FORMULA: Final = ("=", "@", "＝", "＠")
DIVIDERS: Final = "；;、|"
LONGEST_CELL: Final = 500


@dataclass(frozen=True)
class CareSaid:
    """One care as a row says it."""

    kind: str
    level: int | None
    stability: str
    since: dt.date
    note: str

    @property
    def degree(self) -> tuple[int | None, str]:
        return self.level, self.stability


@dataclass(frozen=True)
class Draft:
    """One row, whole and checked. `plain` holds what of the person was said; empty for a row about a home alone."""

    area: Area
    building: str
    door: str
    home_kind: str
    point: tuple[float, float] | None
    plain: Mapping[str, str]
    cares: Sequence[CareSaid]
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def home_key(self) -> tuple[int, str, str] | None:
        """Which home; none where the row names no building."""
        return (self.area.pk, self.building, key_of("door", self.door)) if self.building else None


@dataclass(frozen=True)
class Ground:
    """What every row is held against: the grids its keeper keeps, the care kinds, the day."""

    areas: Mapping[str, Area]
    kinds: Mapping[str, CareKind]
    today: dt.date


def draft_of(said: Mapping[str, str], ground: Ground, placed: Area | None) -> Draft:
    """A row as it is to be kept; `placed`: the grid in which its point lies, where it gives one."""
    wrong: dict[str, list[str]] = _strange(said)
    area = _area(said, ground, placed, wrong)
    point = _point(said, wrong)
    building, door = _address(said, wrong)
    kind = _home_kind(said, wrong)
    plain = _plain(said, wrong)
    cares = _cares(said, ground, wrong) if plain else []
    if not plain and not building:
        wrong.setdefault("name", [_("The row names neither a person nor a building.")])
    if wrong or area is None:
        raise ValidationError(dict(wrong))
    keys = {name: key_of(name, text) for name, text in plain.items()}
    return Draft(area, building, door, kind, point, plain, cares, keys)


def point_said(said: Mapping[str, str]) -> tuple[float, float] | None:
    """The point of a row, where both numbers can be read."""
    try:
        lng, lat = float(said.get("lng", "")), float(said.get("lat", ""))
    except ValueError:
        return None
    return (lng, lat) if math.isfinite(lng) and math.isfinite(lat) and abs(lng) <= 180 and abs(lat) <= 90 else None


def _strange(said: Mapping[str, str]) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, text in said.items():
        if len(text) > LONGEST_CELL:
            wrong[name] = [_("is longer than %(most)s signs") % {"most": LONGEST_CELL}]
        elif text.startswith(FORMULA):
            wrong[name] = [_("begins like a formula; write it as text")]
        elif text.startswith(ROUNDED):
            wrong[name] = [_("was rounded by the spreadsheet; format this column as text")]
        elif "\x00" in text:
            wrong[name] = [_("holds a character that no text holds")]
    return wrong


def _area(said: Mapping[str, str], ground: Ground, placed: Area | None, wrong: dict[str, list[str]]) -> Area | None:
    named = said.get("area", "").strip()
    area = ground.areas.get(named) if named else placed
    if area is None and named:
        wrong.setdefault("area", [_("is no grid whose registers you keep")])
    elif area is None:
        wrong.setdefault("area", [_("is missing, and no point lies in a grid that you keep")])
    return area


def _point(said: Mapping[str, str], wrong: dict[str, list[str]]) -> tuple[float, float] | None:
    if not said.get("lng") and not said.get("lat"):
        return None
    point = point_said(said)
    if point is None:
        wrong.setdefault("lng", [_("longitude and latitude must be numbers")])
        return None
    return geo.to_wgs84(*point)


def _address(said: Mapping[str, str], wrong: dict[str, list[str]]) -> tuple[str, str]:
    building, door = said.get("building", ""), said.get("door", "")
    if not building and not door:
        return "", ""
    try:
        return cleaned_address(building, door)
    except ValidationError as error:
        wrong |= {name: wrong.get(name) or words for name, words in error.message_dict.items()}
        return "", ""


def _home_kind(said: Mapping[str, str], wrong: dict[str, list[str]]) -> str:
    text = said.get("home_kind", "").strip()
    if not text:
        return ""
    known = HOME_KINDS | {str(code): str(code) for code in Home.Kind.values}
    if text not in known:
        wrong.setdefault("home_kind", [_("is not one of %(these)s") % {"these": "、".join(HOME_KINDS)}])
    return known.get(text, "")


def _plain(said: Mapping[str, str], wrong: dict[str, list[str]]) -> dict[str, str]:
    told = {name: said[name] for name in OF_A_PERSON if said.get(name) and name not in wrong}
    if not told:
        return {}
    try:
        plain = cleaned(told)
    except ValidationError as error:
        wrong |= error.message_dict
        return {}
    if not plain.get("name"):
        wrong.setdefault("name", [_("A person needs a name.")])
    return {name: text for name, text in plain.items() if text}


def _cares(said: Mapping[str, str], ground: Ground, wrong: dict[str, list[str]]) -> list[CareSaid]:
    text = said.get("care", "")
    for sign in DIVIDERS:
        text = text.replace(sign, "\n")
    words = list(dict.fromkeys(word.strip() for word in text.splitlines() if word.strip()))
    kinds = [ground.kinds.get(word) for word in words]
    if None in kinds:
        wrong.setdefault("care", [_("is no care kind of the rulebook")])
        return []
    since, level = _since(said, ground, wrong), _level(said, wrong)
    found = []
    for kind in kinds:
        assert kind is not None  # noqa: S101  # asked above
        stability = _stability(said, wrong) if kind.graded else ""
        care = CareSaid(kind.code, level if kind.graded else None, stability, since, said.get("note", "").strip())
        try:
            check_care(kind, care.level, care.stability, care.since, ground.today, care.note)
        except ValidationError as error:
            wrong |= {("care" if name == "kind" else name): said for name, said in error.message_dict.items()}
        found.append(care)
    return found


def _since(said: Mapping[str, str], ground: Ground, wrong: dict[str, list[str]]) -> dt.date:
    try:
        return clean_birth_date(said.get("since", "")) or ground.today
    except ValidationError:
        wrong.setdefault("since", [_("is no day like 2026-03-01 that has come already")])
        return ground.today


def _level(said: Mapping[str, str], wrong: dict[str, list[str]]) -> int | None:
    text = normal("level", said.get("level", "")).removesuffix("级")
    if not text:
        return None
    if text not in ("0", "1", "2", "3", "4", "5"):
        wrong.setdefault("level", [_("The danger level is 0 to 5.")])
        return None
    return int(text)


def _stability(said: Mapping[str, str], wrong: dict[str, list[str]]) -> str:
    text = said.get("stability", "").strip()
    known = STABILITIES | {str(code): str(code) for code in Care.Stability.values}
    if text and text not in known:
        wrong.setdefault("stability", [_("is not one of %(these)s") % {"these": "、".join(STABILITIES)}])
    return known.get(text, "")

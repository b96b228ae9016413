"""What tests of visits share: invented people of the village, and care given by the real services."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from grids.models import Area
from patrols.services import visiting
from registers.models import Home, Person
from registers.services import caring, homes, people
from tests.registers.conftest import DOOR, GRID, NAME, NUMBER, PHONE

HERE = (117.151, 39.165)


@pytest.fixture
def grid(city) -> Area:
    return Area.objects.get(city=city, code=GRID)


@pytest.fixture
def home(cast, grid) -> Home:
    lng, lat = HERE
    return homes.take_in_home(by=cast.community, area=grid, building="甲里小区 3 号楼", door=DOOR, lng=lng, lat=lat)


@pytest.fixture
def person(cast, grid, home) -> Person:
    return people.take_in(by=cast.community, area=grid, home=home, name=NAME, phone=PHONE, id_number=NUMBER)


@pytest.fixture
def cared(cast, person, clock):
    """`cared("key", "2026-10-01")`: the person is looked after so since that day."""

    def give(kind: str = "elderly_high", since: str = "2026-10-01", **degree) -> Person:
        caring.give_care(person, by=cast.community, kind=kind, since=dt.date.fromisoformat(since), **degree)
        return person

    return give


@pytest.fixture
def visit(cast, person):
    """`visit(at=…)`: the worker visited the person; returns the row."""

    def make(**told):
        told = {"by": cast.worker, "key": uuid.uuid4(), "target": person.key, **told}
        return visiting.record(**told)[0]

    return make

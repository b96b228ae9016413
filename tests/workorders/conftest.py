"""Rules of the village for a test: items of its catalogue, its departments, and a list of rules put in force."""

from __future__ import annotations

import pytest

from grids.models import Department
from grids.selectors import rulebook_in_force
from tests.conftest import MORNING
from workorders.models import Category, RuleEdition
from workorders.services import rules


@pytest.fixture
def code(city):
    """`code("060202")`: an item of the village's catalogue."""
    book = rulebook_in_force(city, MORNING.date())
    return lambda code: Category.objects.get(rulebook=book, code=code)


@pytest.fixture
def department(city):
    return lambda code: Department.objects.get(city=city, code=code)


@pytest.fixture
def in_force(city, cast, clock, department):
    """`in_force({...}, …)`: these rules, and no others, hold in the village."""

    def put(*wanted: dict) -> RuleEdition:
        draft = rules.begin_draft(city, by=cast.organiser)
        draft.rules.all().delete()
        for rule in wanted:
            said = {"lead": "sanitation", "assistants": [], **rule}
            said["lead"] = department(said["lead"])
            said["assistants"] = [department(one) for one in said["assistants"]]
            rules.add_rule(draft, by=cast.organiser, **said)
        draft.refresh_from_db()
        return rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)

    return put

"""Accessibility of the papers and records beside the boards in both languages, screen and phone, full and empty."""

from __future__ import annotations

import datetime as dt

import pytest

from assessment.services import moral, step_grades, targets
from assessment.services.allowances import set_allowance
from grids.models import Area, Department, Role
from tests.assessment.boarding import SEPTEMBER, make_board, make_scheme
from tests.journeys.test_axe import LANGUAGES, faults

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
EMPTY = ("papers/", "moral/", "moral/log/", "targets/", "steps/", "allowances/", "records/")


@pytest.fixture
def office(city, cast, clock):
    """A published board with its paper, an entry that waits and one that is shown, a plan with a check, a step given."""
    street = Area.objects.get(city=city, parent=None)
    own, community = Area.objects.get(code="120106990001001"), Area.objects.get(code="120106990001")
    board = make_board(make_scheme(city), street, [{"person": cast.worker, "area": own, "grade": "top", "exempt": 2}])
    said = {
        "by": cast.community,
        "area": community,
        "happened_on": dt.date(2026, 10, 8),
        "place": "广场",
        "words": "抬病人下楼。",
    }
    moral.check_entry(
        moral.write_entry(**said, side="red", days=9, name="高山青", consent="签字"),
        by=cast.director,
        good=True,
        words="看过。",
    )
    moral.write_entry(**said, side="black", days=9)
    duty = Role.objects.get(city=city, code="grid_worker")
    step_grades.set_step(by=cast.director, area=street, duty=duty, step=1, name="一级", least_years=0, least_tops=0)
    step_grades.propose_steps(by=cast.director, area=street)
    lines = (("economy", 60, "增长"), ("safety", 40, "无事故"))
    units = list(Department.objects.filter(city=city, code__in=("sanitation", "housing")))
    plan = targets.make_plan(by=cast.director, area=street, year=2026, title="目标", targets=lines, departments=units)
    targets.record_check(plan.units.first(), by=cast.duty_chief, target=plan.targets.first(), mark=80, finding="看了。")
    set_allowance(
        by=cast.director, area=street, employment="full_time", grade="top", yuan=400, since=SEPTEMBER, basis="文件"
    )
    return (f"papers/{board.number}/", f"targets/{plan.key}/", f"records/{cast.worker.pk}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_papers_and_records_are_accessible_for_who_leads(cast, enter, office, language):
    page = enter(cast.director, language=language)
    assert [fault for address in (*EMPTY, *office) for fault in faults(page, f"/boards/{address}")] == []


def test_papers_and_records_are_accessible_for_a_worker_and_while_there_is_nothing(cast, enter, clock):
    page = enter(cast.worker)
    addresses = [address for address in EMPTY if address not in ("moral/log/", "allowances/")]
    assert [fault for address in addresses for fault in faults(page, f"/boards/{address}")] == []
    page = enter(cast.director)
    assert [fault for address in EMPTY for fault in faults(page, f"/boards/{address}")] == []

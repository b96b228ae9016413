"""退哨: inside its hour, once, ruled by the centre above the street, then final."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow, NotYours
from grids.models import Department
from tests.whistle.conftest import clock_of, staff, summons, there, verbs
from whistle.models import Objection
from whistle.services.steps import STEPS
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
SAID = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}


def test_until_the_ruling_it_still_has_to_come(blow, clock):
    whistle = STEPS["object_to"](blow(), by=staff("parks"), **SAID)
    assert clock_of(whistle, "arrive", "parks") == "running"
    assert clock_of(whistle, "rule") == "running"
    there(whistle, "parks")


def test_after_its_hour_it_cannot_be_sent_back(blow, clock):
    whistle = blow()
    clock.pass_(minutes=61, sweep=False)
    with pytest.raises(NotNow):
        STEPS["object_to"](whistle, by=staff("parks"), **SAID)
    assert not Objection.objects.exists()


def test_an_objection_names_its_reason_and_its_basis(blow):
    whistle = blow()
    for said in ({**SAID, "reason": "no_wish"}, {**SAID, "basis": " "}):
        with pytest.raises(ValidationError):
            STEPS["object_to"](whistle, by=staff("parks"), **said)


def test_upheld_it_is_final(blow, cast):
    whistle = STEPS["object_to"](blow(), by=staff("parks"), **SAID)
    with pytest.raises(NotYours):
        STEPS["uphold"](whistle, by=cast.secretary, ruling="应当到场。")
    whistle = STEPS["uphold"](whistle, by=cast.duty_chief, ruling="属你单位职责。")
    assert clock_of(whistle, "rule") == "met"
    assert clock_of(whistle, "arrive", "parks") == "running"
    with pytest.raises(NotNow):
        STEPS["object_to"](whistle, by=staff("parks"), **SAID)


def test_excused_it_owes_nothing_and_another_is_called_instead(blow, cast, city):
    whistle = STEPS["object_to"](blow(), by=staff("parks"), **SAID)
    police = Department.objects.get(city=city, code="police")
    whistle = STEPS["excuse"](whistle, by=cast.duty_chief, ruling="应由派出所到场。", improper=True, instead=police)
    row = summons(whistle, "parks")
    assert row.improper
    assert row.excused_at
    assert clock_of(whistle, "arrive", "parks") == "dropped"
    assert summons(whistle, "police").role == "lead"
    assert clock_of(whistle, "arrive", "police") == "running"
    with pytest.raises(NotYours):
        there(whistle, "parks")


def test_when_nobody_is_left_it_is_called_off_and_the_order_goes_on(blow, cast, order_at):
    order = order_at("handling")
    whistle = STEPS["object_to"](blow(order=order, departments=("parks",)), by=staff("parks"), **SAID)
    whistle = STEPS["excuse"](whistle, by=cast.duty_chief, ruling="不属吹哨事项。", improper=True)
    assert whistle.status == "called_off"
    assert not whistle.deadlines.filter(ended_at=None).exists()
    assert WorkOrder.objects.get(pk=order.pk).status == "handling"
    assert verbs(whistle)[-2:] == ["excused", "called_off"]

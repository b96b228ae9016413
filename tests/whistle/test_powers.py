"""赋权: what the city gave its streets, and each time they used it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tests.whistle.conftest import Marks
from whistle.models import Clue, PowerUse, StreetPower
from whistle.selectors.powers import log_of, powers_of
from whistle.services.powers import log_use
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def planning(city) -> StreetPower:
    return powers_of(city).get(code="planning")


@pytest.mark.mechanism("3-23")
def test_six_powers_and_a_whistle_logs_those_it_uses(whistle_at, city, cast, clock):
    assert powers_of(city).count() == 6
    whistle = whistle_at("rated")
    logged = PowerUse.objects.filter(whistle=whistle).order_by("pk")
    assert [(use.power.code, use.area_id, use.by) for use in logged] == [
        ("dispatch", whistle.caller_id, cast.secretary), ("assessment", whistle.caller_id, cast.secretary),
    ]  # fmt: skip
    counts = {power.code: power.times for power in log_of(cast.supervisor, city).counts}
    assert (counts["dispatch"], counts["assessment"], counts["planning"]) == (1, 1, 0)


def test_what_the_house_does_by_itself_is_no_use_of_a_power(blow, clock):
    blow()
    clock.pass_(hours=3)
    assert PowerUse.objects.count() == 1, "the second whistle blew itself"


def test_a_use_that_no_whistle_shows_is_entered_by_who_may_blow(cast, city, street, planning, clock):
    day = clock.now.date()
    use = log_use(by=cast.secretary, power=planning, area=street, on=day, words="参与口袋公园选址论证。")
    assert log_of(cast.leader, city).uses == [use]
    with pytest.raises(PermissionDenied):
        log_use(by=cast.dispatcher, power=planning, area=street, on=day, words="同上。")
    for said in ({"words": " "}, {"on": day + dt.timedelta(days=1)}, {"power": powers_of(city).get(code="dispatch")}):
        with pytest.raises(ValidationError):
            log_use(by=cast.secretary, **{"power": planning, "area": street, "on": day, "words": "参与。", **said})
    assert PowerUse.objects.count() == 1
    assert log_of(cast.outsider, city).uses == []


def test_the_page_shows_the_log_and_takes_an_entry(cast, street, planning, clock):
    desk, address = Client(), reverse("street_powers")
    desk.force_login(cast.secretary)
    said = {"power": planning.pk, "area": street.pk, "on": clock.now.date().isoformat(), "words": "参与选址论证。"}
    assert desk.post(address, {**said, "words": ""}).status_code == 422
    assert desk.post(address, said).status_code == 302
    page = desk.get(address).content.decode()
    assert "参与选址论证。" in page
    assert "规划参与权" in page
    desk.force_login(cast.supervisor)
    assert 'name="words"' not in desk.get(address).content.decode()
    assert desk.post(address, said).status_code == 403


@pytest.mark.mechanism("3-19")
def test_a_unit_marked_very_low_goes_before_discipline_inspection_at_once(whistle_at, cast):
    whistle = whistle_at("settled")
    keys = [each.pk for each in whistle.summonses.all()]
    marks = {keys[0]: Marks(5, 5, 4, 4), keys[1]: Marks(1, 2, 1, 2, words="只来了一次，没有办。")}
    STEPS["rate"](whistle, by=cast.secretary, solved=False, marks=marks)
    clue = Clue.objects.get(whistle=whistle)
    assert (clue.reason, clue.by, clue.decided_at) == ("low_rating", None, None)
    assert clue.evidence

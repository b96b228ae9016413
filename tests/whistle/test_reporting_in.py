"""Those called sign in, make contact and are there: shown by position, by the code on site, or by the street."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotFound, NotNow, NotYours
from tests.whistle.conftest import clock_of, staff, summons, there, verbs
from whistle.models import Summons
from whistle.services import reporting_in
from whistle.services.codes import LASTS, current_code
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("2-21")
def test_each_department_stops_its_own_clocks(blow, clock):
    whistle = blow(meet_at=clock.now + dt.timedelta(hours=6))
    clock.pass_(minutes=10)
    STEPS["sign"](whistle, by=staff("parks"))
    STEPS["contact"](whistle, by=staff("parks"), how="phone", with_whom="办事处")
    assert [clock_of(whistle, stage, "parks") for stage in ("sign", "contact", "arrive")] == ["met", "met", "running"]
    assert clock_of(whistle, "sign", "sanitation") == "running"
    there(whistle, "parks")
    assert clock_of(whistle, "arrive", "parks") == "met"
    clock.pass_(hours=7, sweep=False)
    there(whistle, "sanitation")
    assert [clock_of(whistle, stage, "sanitation") for stage in ("sign", "arrive")] == ["late", "late"]


def test_signing_twice_is_refused(blow):
    whistle = STEPS["sign"](blow(), by=staff("parks"))
    with pytest.raises(NotNow):
        STEPS["sign"](whistle, by=staff("parks"))


def test_who_is_not_called_takes_no_step(blow, cast):
    whistle = blow()
    for step, said in {"sign": {}, "check_in": {"came": "某人"}, "progress": {"note": "好"}}.items():
        with pytest.raises((NotYours, NotFound)):
            STEPS[step](whistle, by=cast.officer_b, **said)
    with pytest.raises(NotFound):
        STEPS["sign"](whistle, by=staff("parks"), summons=summons(whistle, "sanitation"))


@pytest.mark.parametrize(("north", "good"), [(0, True), (0.0017, True), (0.0019, False), (0.02, False)])
def test_a_position_counts_within_two_hundred_metres(blow, north, good):
    whistle = blow()
    said = {"came": "科长", "lng": whistle.lng, "lat": whistle.lat + north}
    if good:
        STEPS["check_in"](whistle, by=staff("parks"), **said)
        row = summons(whistle, "parks")
        assert (row.proof, row.distance) == ("position", round(north * 111_320))
    else:
        with pytest.raises(ValidationError):
            STEPS["check_in"](whistle, by=staff("parks"), **said)
        assert summons(whistle, "parks").arrived_at is None
        assert verbs(whistle) == ["raised", "blown"]


def test_the_code_on_site_counts_until_the_next_one_is_old(blow, clock):
    whistle = blow()
    code, until = current_code(whistle)
    assert len(code) == 4
    assert clock.now < until <= clock.now + LASTS
    STEPS["check_in"](whistle, by=staff("parks"), came="科长", code=code)
    assert summons(whistle, "parks").proof == "code"
    clock.pass_(minutes=45, sweep=False)
    with pytest.raises(ValidationError):
        STEPS["check_in"](whistle, by=staff("sanitation"), came="科长", code=code)


def test_codes_cannot_be_tried_out(blow):
    whistle = blow()
    right, _until = current_code(whistle)
    wrong = "0000" if right != "0000" else "1111"
    for _try in range(reporting_in.MOST_WRONG_CODES):
        with pytest.raises(reporting_in.WrongCode) as refused:
            STEPS["check_in"](whistle, by=staff("parks"), came="科长", code=wrong)
        reporting_in.note_wrong_code(refused.value.summons)
    with pytest.raises(NotNow):
        STEPS["check_in"](whistle, by=staff("parks"), came="科长", code=right)
    STEPS["check_in"](whistle, by=staff("parks"), came="科长", lng=whistle.lng, lat=whistle.lat)


def test_two_whistles_never_share_a_code_by_rule(blow):
    one, other = blow(), blow()
    assert one.number != other.number
    turns = {current_code(each)[0] for each in (one, other)}
    assert all(code.isdigit() and len(code) == 4 for code in turns)


def test_the_street_registers_who_has_no_phone(blow, cast):
    whistle = blow()
    with pytest.raises(NotYours):
        STEPS["register"](whistle, by=cast.officer, summons=summons(whistle, "parks"), came="科长")
    STEPS["register"](whistle, by=cast.dispatcher, summons=summons(whistle, "parks"), came="科长", came_count=3)
    row = summons(whistle, "parks")
    assert (row.proof, row.came_count, row.signed_by) == ("street", 3, None)
    assert clock_of(whistle, "arrive", "parks") == "met"
    with pytest.raises(NotNow):
        there(whistle, "parks")


def test_who_says_he_is_on_the_way_is_still_awaited(blow, clock):
    whistle = blow()
    said = {"came": "陶", "came_rank": "科员", "expected_at": clock.now + dt.timedelta(minutes=50)}
    STEPS["announce"](whistle, by=staff("parks"), **said)
    assert clock_of(whistle, "arrive", "parks") == "running"
    assert Summons.objects.get(whistle=whistle, department__code="parks").came == "陶"


def test_names_stand_in_rows_and_never_in_events(blow):
    whistle = there(blow(), "parks")
    row = summons(whistle, "parks")
    row.came = "周某某"
    for event in whistle.events.all():
        assert "副主任" not in event.note
        assert "副主任" not in str(event.facts)

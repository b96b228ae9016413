"""The duty roster: A is on duty, B stands in at staggered hours."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from grids.models import DutyTurn
from grids.selectors import roster_of
from grids.services import duty
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")

EARLY, LATE = (dt.time(8, 30), dt.time(17, 30)), (dt.time(11, 30), dt.time(20))


@pytest.fixture
def give(cast, place):
    """`give(shift="night")`: a turn at the street's desk."""

    def make(**changes) -> DutyTurn:
        facts = {"day": MAY_DAY, "shift": "day", "first": cast.dispatcher, "second": cast.director}
        hours = {"first_hours": EARLY, "second_hours": LATE}
        return duty.set_turn(changes.pop("desk", place("")), **{**facts, **hours, **changes})

    return make


@pytest.mark.mechanism("3-43")
def test_a_turn_has_an_a_and_a_b_with_staggered_hours(give, place, cast):
    give()
    [turn] = roster_of(place(""), since=MAY_DAY)
    assert (turn.first, turn.first_until, turn.second, turn.second_until) == (
        cast.dispatcher, dt.time(17, 30), cast.director, dt.time(20),
    )  # fmt: skip


def test_a_turn_given_again_replaces_the_one_before(give, cast):
    give()
    give(second=cast.supervisor)
    assert DutyTurn.objects.get().second == cast.supervisor


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"second_hours": EARLY}, "staggered hours"),
        ({"second": "dispatcher"}, "two people"),
        ({"second": "worker"}, "holds no post here"),
        ({"desk": "001001"}, "There is no desk"),
    ],
)
def test_a_turn_that_would_leave_the_desk_empty_is_refused(give, cast, place, changes, sentence):
    if "second" in changes:
        changes = {"second": getattr(cast, changes["second"])}
    if "desk" in changes:
        changes = {"desk": place(changes["desk"])}
    with pytest.raises(ValidationError, match=sentence):
        give(**changes)
    assert not DutyTurn.objects.exists()


def test_the_database_refuses_one_person_as_a_and_b(give, cast):
    turn = give()
    with pytest.raises(IntegrityError, match="a_and_b_are_two_people"):
        DutyTurn.objects.filter(pk=turn.pk).update(second=cast.dispatcher)


def test_the_roster_shows_two_weeks(give, place):
    for days in (0, 13, 14):
        give(day=MAY_DAY + dt.timedelta(days=days))
    assert [turn.day.day for turn in roster_of(place(""), since=MAY_DAY)] == [1, 14]


@pytest.mark.mechanism("3-43")
def test_whoever_runs_the_desk_gives_turns_on_its_page_and_everybody_of_the_city_reads_them(cast, place, send, read):
    url = f"/duty/{place('').code}/"
    today = timezone.localdate().isoformat()
    hours = {"first_from": "08:30", "first_until": "17:30", "second_from": "11:30", "second_until": "20:00"}
    said = {"day": today, "shift": "day", "first": "dispatcher", "second": "秦立秋", **hours}
    assert send(cast.dispatcher, url, **said)[0] == 302
    text = read(cast.worker, url)
    assert "罗立春 08:30–17:30" in text
    assert "秦立秋 11:30–20:00" in text
    assert "Give a turn" not in text
    status, text = send(cast.dispatcher, url, **{**said, "second": "没有此人"})
    assert status == 422
    assert "Nobody has the account or the name “没有此人”." in text
    assert send(cast.worker, url, **said)[0] == 403


def test_a_person_comes_to_his_own_desk_first(cast, client, place):
    client.force_login(cast.dispatcher)
    assert client.get("/duty/").url == f"/duty/{place('').code}/"
    client.force_login(cast.community)
    assert client.get("/duty/").url == f"/duty/{place('001').code}/"


def test_a_stranger_sees_no_desk(cast, place, read):
    assert "No desk is yours to see" in read(cast.outsider, "/duty/")
    read(cast.outsider, f"/duty/{place('').code}/", status=404)

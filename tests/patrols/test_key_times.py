"""Key times: which days they fall on, what is walked more often then, and the lots of red-armband rounds."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from casework.refusals import NotNow
from casework.selectors import calendar_of
from grids.models import Area
from patrols.models import KeyTime, PatrolPoint, Round, Stop
from patrols.positions import Position
from patrols.selectors.due import falls_on
from patrols.selectors.plans import next_day_of
from patrols.selectors.rounds import round_of
from patrols.services import planning, walks
from patrols.services.checking_in import check_in
from patrols.services.key_times import end_key_time, set_key_time
from tests.conftest import MORNING
from tests.patrols.pointing import grid, point, post, somebody, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()
SUNDAY = dt.date(2026, 10, 11)
NATIONAL_DAY, MAKE_UP = dt.date(2026, 10, 1), dt.date(2026, 10, 10)


def street() -> Area:
    return Area.objects.get(city__slug="village", parent=None)


def of_rules(sort: str) -> KeyTime:
    return KeyTime.objects.filter(rulebook__isnull=False, sort=sort).latest("pk")


def set_time(**changes) -> KeyTime:
    fields = {
        "by": somebody("duty_chief"), "area": street(), "sort": "period", "name": "重大会议", "since": TODAY,
        "until": TODAY + dt.timedelta(days=4), "times": 2,
    }  # fmt: skip
    return set_key_time(**{**fields, **changes})


def seen(where: PatrolPoint, days: int, before: dt.date = TODAY) -> None:
    noon = dt.datetime.combine(before - dt.timedelta(days=days), dt.time(12), village().zone)
    PatrolPoint.objects.filter(pk=where.pk).update(seen_at=noon)


@pytest.mark.mechanism("4-43")
@pytest.mark.parametrize(
    ("day", "holiday", "school"),
    [
        (NATIONAL_DAY, True, False), (dt.date(2026, 10, 3), True, False), (MAKE_UP, False, True), (SUNDAY, False, False),
        (TODAY, False, True), (dt.date(2026, 9, 27), True, False),
    ],
)  # fmt: skip
def test_holidays_and_school_days_come_from_the_working_calendar(day, holiday, school):
    """A weekend that runs into a public holiday is a part of it; a make-up Saturday is a day of school."""
    calendar = calendar_of(village())
    if day == dt.date(2026, 9, 27):
        assert calendar.works(day) is False
        holiday = any(not calendar.works(day + dt.timedelta(days=step)) for step in (-1, 1)) and falls_on(
            of_rules("holiday"), day, calendar
        )
    assert falls_on(of_rules("holiday"), day, calendar) is holiday
    assert falls_on(of_rules("school"), day, calendar) is school


def test_a_period_is_its_days_and_no_other():
    time, calendar = set_time(), calendar_of(village())
    days = [falls_on(time, TODAY + dt.timedelta(days=ahead), calendar) for ahead in range(-1, 6)]
    assert days == [False, True, True, True, True, True, False]
    assert next_day_of(time, TODAY + dt.timedelta(days=5)) is None
    assert (
        next_day_of(of_rules("holiday"), TODAY) == dt.date(2027, 1, 1)
        or next_day_of(of_rules("holiday"), TODAY) is None
    )


@pytest.mark.mechanism("4-43")
def test_in_a_sensitive_period_points_are_due_before_their_interval(cast):
    where, other = point("车站", kind="station", interval_days=4), point("别处", interval_days=4, east=2)
    seen(where, 2)
    seen(other, 2)
    planning.make_rounds(TODAY - dt.timedelta(days=0))
    assert round_of(cast.worker, TODAY) is None
    set_time(kinds=["station"])
    planning.make_rounds(TODAY)
    stop = round_of(cast.worker, TODAY).stops.get()
    assert stop.point == where
    with translation.override("en"):
        assert stop.because == "key time: 重大会议"


def test_a_key_time_speaks_of_its_own_ground(cast):
    here, there = point(interval_days=4), point(short="002001", interval_days=4)
    seen(here, 2)
    seen(there, 2)
    set_time(area=Area.objects.get(city=village(), code="120106990002"))
    planning.make_rounds(TODAY)
    assert [stop.point for stop in Stop.objects.all()] == [there]


@pytest.mark.mechanism("4-43")
def test_school_hours_have_rounds_of_their_own_and_the_daily_one_leaves_their_points(cast):
    school, shed = point("小学", kind="school"), point("棚", east=2)
    planning.make_rounds(TODAY)
    told = {(one.sort, one.number): one for one in Round.objects.all()}
    assert set(told) == {("daily", 1), ("key_time", 1), ("key_time", 2)}
    first = told["key_time", 1]
    local = [moment.astimezone(village().zone).strftime("%H:%M") for moment in (first.starts_at, first.ends_at)]
    assert local == ["07:20", "08:10"]
    assert [stop.point for stop in first.stops.all()] == [school]
    assert [stop.point for stop in told["daily", 1].stops.all()] == [shed]


def test_on_a_holiday_what_is_due_of_its_kinds_is_walked_by_one_of_the_grid(cast):
    station, shed = point("车站", kind="station"), point("棚", east=2)
    planning.make_rounds(NATIONAL_DAY)
    one = Round.objects.get(sort="key_time")
    assert (one.occasion, one.worker) == ("法定节假日", cast.worker)
    assert [stop.point for stop in one.stops.all()] == [station]
    assert shed.pk not in Stop.objects.values_list("point", flat=True)


def test_two_key_times_of_one_name_make_one_round(cast):
    point("车站", kind="station")
    set_time(name="法定节假日", sort="holiday", since=None, until=None, kinds=["station"], rounds=1)
    planning.make_rounds(NATIONAL_DAY)
    assert Round.objects.filter(sort="key_time").count() == 1
    assert Round.objects.filter(sort="red_armband").count() == 1


# --- red-armband rounds -----------------------------------------------------------------------------------------------
@pytest.fixture
def crowd(cast) -> None:
    """Two workers, two police officers posted to the street, three Party members' posts."""
    post("police1", "posted_police", name="民警甲")
    post("police2", "posted_police", name="民警乙")
    post("member3", "member_post", at="002001", name="党员丙")
    for number in range(6):
        point(f"车站 {number}", kind="station", east=number, short="001001" if number % 2 else "002001")


def drawn(day: dt.date = TODAY) -> list[tuple]:
    rounds = Round.objects.filter(sort="red_armband", day=day).order_by("number")
    return [
        (one.worker.username, sorted(one.team.values_list("username", flat=True)), one.starts_at,
         list(one.stops.values_list("point__name", flat=True)))
        for one in rounds
    ]  # fmt: skip


@pytest.mark.mechanism("4-24")
def test_a_red_armband_round_is_a_mixed_team_on_random_points_at_a_random_hour(cast, crowd):
    set_time(kinds=["station"], rounds=2, team=3)
    planning.make_rounds(TODAY)
    first, second = Round.objects.filter(sort="red_armband").order_by("number")
    for one in (first, second):
        assert one.worker.username in {"worker", "worker2"}
        kinds = set(one.team.values_list("posts__role__code", flat=True))
        assert kinds == {"posted_police", "member_post"}
        assert 9 <= one.starts_at.astimezone(village().zone).hour < 21
        assert one.starts_at.minute % 15 == 0
        assert one.ends_at - one.starts_at == dt.timedelta(minutes=60)
        assert {stop.why for stop in one.stops.all()} == {"drawn"}
        assert {stop.point.kind for stop in one.stops.all()} == {"station"}
    assert first.worker != second.worker
    assert set(first.team.all()).isdisjoint(second.team.all())


@pytest.mark.mechanism("4-24")
def test_a_lot_drawn_again_falls_alike_and_another_day_it_falls_otherwise(cast, crowd):
    set_time(kinds=["station"], rounds=2)
    planning.make_rounds(TODAY)
    once = drawn()
    Round.objects.all().delete()
    planning.make_rounds(TODAY)
    assert drawn() == once
    assert planning.make_rounds(TODAY) == 0
    others = []
    for ahead in range(1, 5):
        planning.make_rounds(TODAY + dt.timedelta(days=ahead))
        others.append(drawn(TODAY + dt.timedelta(days=ahead)))
    assert any([each[2].time() for each in other] != [each[2].time() for each in once] for other in others)


@pytest.mark.mechanism("4-24")
def test_who_went_least_is_drawn_next_so_that_all_go_as_often(cast, crowd):
    set_time(kinds=["station"], rounds=1, until=TODAY + dt.timedelta(days=29))
    counts: dict[str, int] = {}
    for ahead in range(12):
        day = TODAY + dt.timedelta(days=ahead)
        planning.make_rounds(day)
        for leader, team, *_rest in drawn(day):
            for username in (leader, *team):
                counts[username] = counts.get(username, 0) + 1
    assert counts["worker"] == counts["worker2"] == 6
    assert counts["police1"] == counts["police2"] == 6
    members = [counts[username] for username in ("member", "member2", "member3")]
    assert max(members) - min(members) <= 1


def test_random_rounds_are_drawn_in_each_area_of_a_level(cast, crowd):
    time = set_time(kinds=["station"], rounds=1)
    KeyTime.objects.filter(pk=time.pk).update(level=2)
    planning.make_rounds(TODAY)
    rounds = Round.objects.filter(sort="red_armband")
    assert {one.area.code for one in rounds} == {"120106990001", "120106990002"}
    for one in rounds:
        assert all(stop.point.area.path.startswith(one.area.path) for stop in one.stops.all())


def test_where_there_is_nothing_or_only_one_person_no_round_is_drawn(cast):
    set_time(kinds=["station"], rounds=1)
    assert planning.make_rounds(TODAY) == 0
    point("车站", kind="station", short="002002")
    for person in (cast.worker2, *[somebody(name) for name in ("member", "member2")]):
        person.posts.update(until=TODAY)
    assert planning.make_rounds(TODAY) == 0


def test_who_goes_along_finds_the_round_among_his_own(cast, crowd, clock):
    set_time(kinds=["station"], rounds=1)
    planning.make_rounds(TODAY)
    one = Round.objects.get(sort="red_armband")
    along = one.team.filter(posts__role__code="posted_police").get()
    assert round_of(along, TODAY) == one
    stop = one.stops.first()
    assert planning.skip(stop, by=along, reason="人太多").state == Stop.State.SKIPPED


# --- set by a desk ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sort": "moon"}, "sort"), ({"since": None}, "since"), ({"until": TODAY - dt.timedelta(days=1)}, "until"),
        ({"until": TODAY + dt.timedelta(days=400)}, "until"), ({"name": " "}, "name"), ({"name": "长" * 41}, "name"),
        ({"times": 0}, "times"), ({"times": 25}, "times"), ({"times": 1}, "times"), ({"rounds": 21}, "rounds"),
        ({"team": 1}, "team"), ({"kinds": ["castle"]}, "kinds"), ({"sort": "school"}, "hours"),
        ({"hours": [(dt.time(9), dt.time(8))]}, "hours"),
        ({"hours": [(dt.time(8), dt.time(10)), (dt.time(9), dt.time(11))]}, "hours"),
    ],
)  # fmt: skip
def test_a_key_time_that_makes_no_sense_is_refused_and_leaves_no_trace(changes, field):
    with pytest.raises(ValidationError) as refused:
        set_time(**changes)
    assert list(refused.value.message_dict) == [field]
    assert not KeyTime.objects.filter(rulebook=None).exists()


def test_only_who_plans_the_ground_sets_key_times_for_it(cast):
    for other in (cast.worker, cast.dispatcher, cast.community):
        with pytest.raises(PermissionDenied):
            set_time(by=other)
    assert set_time(by=cast.community, area=grid().parent)


def test_a_desk_ends_its_own_and_leaves_those_of_the_rules(cast):
    own = set_time()
    with pytest.raises(PermissionDenied):
        end_key_time(own, by=cast.worker)
    assert end_key_time(own, by=cast.duty_chief).ended_by == cast.duty_chief
    with pytest.raises(NotNow):
        end_key_time(own, by=cast.duty_chief)
    with pytest.raises(NotNow):
        end_key_time(of_rules("holiday"), by=cast.duty_chief)
    point("车站", kind="station", interval_days=4)
    seen(PatrolPoint.objects.get(), 2)
    assert planning.make_rounds(TODAY) == 0


def test_a_season_leaves_people_their_weekends_and_some_days_that_stand_out_do_not(cast):
    point("换热站", interval_days=4)
    set_time(until=TODAY + dt.timedelta(days=90))
    assert planning.make_rounds(SUNDAY) == 0
    set_time(name="重大活动")
    assert planning.make_rounds(SUNDAY) == 1


@pytest.mark.mechanism("4-24")
def test_a_mixed_team_walks_its_round_on_ground_that_is_nobodys_own(cast, crowd, clock):
    """Whoever leads or goes along sets out with one tap, and reaches points of other grids than his."""
    set_time(kinds=["station"], rounds=1, team=4)
    planning.make_rounds(TODAY)
    one = Round.objects.get(sort="red_armband")
    clock.pass_(sweep=False, seconds=(one.starts_at - MORNING).total_seconds() + 60)
    for walker in (one.worker, one.team.filter(posts__role__code="member_post").first()):
        patrol = walks.start(by=walker, key=uuid4())
        assert (patrol.round, patrol.area) == (one, street())
        own = walker.posts.get().area
        far = one.stops.exclude(point__area=own).filter(state="ahead").first()
        assert far is not None
        here = Position(far.point.lng, far.point.lat, 8)
        check_in(patrol, by=walker, key=uuid4(), point=far.point, position=here)
        assert Stop.objects.get(pk=far.pk).state == Stop.State.SEEN
        walks.end(patrol, by=walker)

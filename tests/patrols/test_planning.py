"""The rounds of a day: who is sent where and why, once and only once, whoever makes them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from casework.refusals import NotNow, NotYours
from patrols.models import KeyTime, PatrolPoint, Round, RoundDay, Stop
from patrols.selectors.rounds import round_of, rounds_for
from patrols.services import planning
from patrols.services.points import change_point, end_point
from tests.casework.threads import at_once
from tests.conftest import MORNING
from tests.patrols.pointing import grid, point, post, somebody, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()
SATURDAY, SUNDAY = dt.date(2026, 10, 10), dt.date(2026, 10, 11)  # a make-up working day, and a rest day


def seen(where: PatrolPoint, day: dt.date) -> None:
    """Somebody was there at noon of that day; how that comes to be stands in test_checking_in.py."""
    noon = dt.datetime.combine(day, dt.time(12), village().zone)
    PatrolPoint.objects.filter(pk=where.pk).update(seen_at=noon)


def names(one: Round | None) -> list[str]:
    return [stop.point.name for stop in one.stops.order_by("place")] if one else []


def whys(one: Round) -> dict[str, str]:
    with translation.override("en"):
        return {stop.point.name: stop.because for stop in one.stops.all()}


@pytest.mark.mechanism("0-14")
def test_the_worker_finds_the_points_of_his_grid_on_todays_round_and_no_others(cast):
    mine, other = point("三号充电棚"), point("五号充电棚", short="002001")
    assert planning.make_rounds(TODAY) == 2
    assert names(round_of(cast.worker, TODAY)) == [mine.name]
    assert names(round_of(cast.worker2, TODAY)) == [other.name]


def test_a_second_run_of_the_same_day_makes_nothing(cast):
    point()
    assert planning.make_rounds(TODAY) == 1
    before = list(Stop.objects.values_list("pk", flat=True))
    point("后来才设的", east=2)
    assert planning.make_rounds(TODAY) == 0
    assert list(Stop.objects.values_list("pk", flat=True)) == before


def test_a_point_is_due_after_its_interval_and_not_before(cast):
    fresh, old = point("昨天看过", east=1), point("三天没看", east=2)
    seen(fresh, TODAY - dt.timedelta(days=1))
    seen(old, TODAY - dt.timedelta(days=3))
    planning.make_rounds(TODAY)
    assert whys(round_of(cast.worker, TODAY)) == {"三天没看": "seen 3 days ago, due every 2 days"}


def test_why_a_point_is_on_the_round_is_kept_as_a_code_and_told_in_the_readers_language(cast):
    where = point()
    seen(where, TODAY - dt.timedelta(days=5))
    planning.make_rounds(TODAY)
    stop = Stop.objects.get()
    assert stop.why == "due:5:2"
    assert _told(stop, "en") == "seen 5 days ago, due every 2 days"


def _told(stop: Stop, language: str) -> str:
    with translation.override(language):
        return stop.because


@pytest.mark.parametrize("broken", ["", "due", "due:x:y", "due:1", "unknown:1", "due:1:2:3"])
def test_a_reason_that_is_none_says_nothing(broken):
    assert Stop(why=broken).because == ""


def test_what_nobody_has_ever_seen_is_due_from_the_first_day(cast):
    point()
    planning.make_rounds(TODAY)
    assert whys(round_of(cast.worker, TODAY)) == {"充电棚 3 号": "nobody has been there yet"}


def test_what_was_left_and_what_could_not_be_reached_come_first_next_time(cast, clock):
    """Sixty minutes hold a part of the points; those of yesterday's that nobody saw stand on today's all the same."""
    left, skipped = point("没走到的", kind="housing"), point("进不去的", kind="housing", east=1)
    planning.make_rounds(TODAY)
    stops = {stop.point_id: stop for stop in Stop.objects.all()}
    planning.skip(stops[skipped.pk], by=cast.worker, reason="大门锁着")
    for number in range(30):
        point(f"更重的 {number}", kind="firm", weight=9, east=number % 6, north=-(number // 6) - 2)
    clock.set(2026, 10, 10, 8, 0)
    planning.make_rounds(SATURDAY)
    told = whys(round_of(cast.worker, SATURDAY))
    assert told[left.name] == "left over from the last round"
    assert told[skipped.name] == "could not be reached last time"
    assert 2 < len(told) < 32
    assert Stop.objects.get(pk=stops[left.pk].pk).state == Stop.State.LEFT


def test_a_point_that_was_left_and_seen_since_waits_for_its_interval_again(cast, clock):
    where = point(kind="housing")
    planning.make_rounds(TODAY)
    clock.set(2026, 10, 10, 8, 0)
    seen(where, TODAY)
    assert planning.make_rounds(SATURDAY) == 0


def test_a_round_holds_what_fits_into_the_days_minutes_the_heaviest_first(cast):
    light = [point(f"轻 {number}", weight=1, east=number) for number in range(10)]
    heavy = [point(f"重 {number}", weight=9, east=number, north=1) for number in range(10)]
    planning.make_rounds(TODAY)
    told = names(round_of(cast.worker, TODAY))
    assert {each.name for each in heavy} <= set(told)
    assert len(told) < len(light) + len(heavy)


def test_stops_stand_in_the_order_of_walking_and_begin_at_one(cast):
    for east in (5, 1, 3, 0, 4, 2):
        point(f"第 {east}", east=east, weight=9 if east == 0 else 1)
    planning.make_rounds(TODAY)
    mine = round_of(cast.worker, TODAY)
    assert names(mine) == [f"第 {east}" for east in range(6)]
    assert [stop.place for stop in mine.stops.order_by("place")] == [1, 2, 3, 4, 5, 6]


def test_leaders_and_desks_are_not_sent(cast):
    point()
    planning.make_rounds(TODAY)
    assert set(Round.objects.values_list("worker__username", flat=True)) == {"worker"}


def test_a_grid_without_a_worker_is_walked_by_who_holds_a_small_post_in_it(cast):
    point(short="001002")
    planning.make_rounds(TODAY)
    assert Round.objects.get().worker.username == "member2"


def test_who_no_longer_holds_his_post_is_not_sent(cast):
    point()
    cast.worker.posts.update(until=TODAY)
    planning.make_rounds(TODAY)
    assert {one.worker.username for one in Round.objects.all()} == {"member"}


def test_two_workers_of_one_grid_share_its_points_and_change_corners(cast):
    post("partner", "grid_worker", at="001001", name="搭档")
    for number in range(8):
        point(f"点 {number}", east=(number % 2) * 8, north=number // 2)
    planning.make_rounds(TODAY)
    mine, his = names(round_of(cast.worker, TODAY)), names(round_of(somebody("partner"), TODAY))
    assert len(mine) == len(his) == 4
    assert set(mine) | set(his) == {f"点 {number}" for number in range(8)}
    planning.make_rounds(TODAY + dt.timedelta(days=1))
    assert set(names(round_of(cast.worker, SATURDAY))) == set(his)


def test_no_daily_round_is_made_on_a_rest_day_and_one_is_on_a_make_up_saturday(cast):
    point()
    assert planning.make_rounds(SUNDAY) == 0
    assert planning.make_rounds(SATURDAY) == 1


def test_making_a_day_marks_it_and_the_morning_task_makes_it_once(cast, clock):
    point()
    clock.set(2026, 10, 9, 4, 59)
    assert planning.make_todays_rounds() == 0
    clock.set(2026, 10, 9, 5, 0)
    assert planning.make_todays_rounds() == 1
    assert RoundDay.objects.get().day == TODAY
    assert planning.make_todays_rounds() == 0


def test_a_day_costs_as_many_questions_for_one_point_as_for_many(cast):
    point()
    planning.make_rounds(TODAY)
    few = _questions(lambda: planning.make_rounds(TODAY + dt.timedelta(days=3)))
    for number in range(12):
        point(f"一 {number}", east=number)
        point(f"二 {number}", short="002001", east=number)
    many = _questions(lambda: planning.make_rounds(TODAY + dt.timedelta(days=4)))
    assert few == many


def _questions(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


# --- one round on its day ---------------------------------------------------------------------------------------------
def test_a_point_is_passed_over_with_a_reason_and_only_with_one(cast):
    point()
    planning.make_rounds(TODAY)
    stop = Stop.objects.get()
    with pytest.raises(ValidationError) as refused:
        planning.skip(stop, by=cast.worker, reason="  ")
    assert "reason" in refused.value.message_dict
    stop.refresh_from_db()
    assert stop.state == Stop.State.AHEAD
    told = planning.skip(stop, by=cast.worker, reason=" 修路，进不去 ")
    assert (told.state, told.reason) == (Stop.State.SKIPPED, "修路，进不去")


def test_nobody_passes_over_a_point_of_somebody_elses_round(cast):
    point()
    planning.make_rounds(TODAY)
    with pytest.raises(NotYours):
        planning.skip(Stop.objects.get(), by=cast.worker2, reason="x")


def test_a_point_that_was_seen_or_whose_day_is_over_is_not_passed_over(cast, clock):
    point()
    planning.make_rounds(TODAY)
    Stop.objects.update(state=Stop.State.SEEN)
    with pytest.raises(NotNow):
        planning.skip(Stop.objects.get(), by=cast.worker, reason="x")
    Stop.objects.update(state=Stop.State.AHEAD)
    clock.set(2026, 10, 10, 0, 1)
    with pytest.raises(NotNow):
        planning.skip(Stop.objects.get(), by=cast.worker, reason="x")


def test_from_where_one_stands_the_rest_is_put_into_a_new_order(cast):
    for east in range(5):
        point(f"第 {east}", east=east, weight=9 if east == 0 else 1)
    planning.make_rounds(TODAY)
    mine = round_of(cast.worker, TODAY)
    planning.skip(mine.stops.get(point__name="第 0"), by=cast.worker, reason="锁门")
    planning.reorder(mine, by=cast.worker, position=(117.160, 39.165))
    assert names(mine) == ["第 0", "第 4", "第 3", "第 2", "第 1"]
    with pytest.raises(NotYours):
        planning.reorder(mine, by=cast.worker2, position=(117.160, 39.165))


def test_a_round_that_is_taken_back_leaves_its_points_for_the_next_day(cast, clock):
    where = point()
    planning.make_rounds(TODAY)
    with pytest.raises(PermissionDenied):
        planning.withdraw(Round.objects.get(), by=cast.worker)
    planning.withdraw(Round.objects.get(), by=cast.duty_chief)
    assert round_of(cast.worker, TODAY) is None
    with pytest.raises(NotNow):
        planning.skip(Stop.objects.get(), by=cast.worker, reason="x")
    clock.set(2026, 10, 10, 8, 0)
    planning.make_rounds(SATURDAY)
    assert whys(round_of(cast.worker, SATURDAY)) == {where.name: "left over from the last round"}


def test_a_point_that_ends_falls_off_the_rounds_that_have_not_come_by(cast):
    where = point()
    planning.make_rounds(TODAY)
    end_point(where, by=cast.duty_chief, because="已拆除")
    assert names(round_of(cast.worker, TODAY)) == []


def test_rounds_are_made_by_hand_for_today_and_tomorrow_by_who_plans(cast):
    point()
    with pytest.raises(NotYours):
        planning.make_by_hand(by=cast.worker, city=village(), day=TODAY)
    with pytest.raises(NotNow):
        planning.make_by_hand(by=cast.duty_chief, city=village(), day=TODAY - dt.timedelta(days=1))
    with pytest.raises(NotNow):
        planning.make_by_hand(by=cast.duty_chief, city=village(), day=TODAY + dt.timedelta(days=2))
    assert planning.make_by_hand(by=cast.duty_chief, city=village(), day=TODAY) == 1


@pytest.mark.mechanism("4-23")
def test_the_guard_of_a_key_unit_walks_his_own_unit_every_day_and_nobody_else_is_sent_there(cast):
    guard = post("guard", "unit_guard", at="001001", name="治安联防员")
    unit, other = point("五金厂", kind="firm", east=3), point("别处", kind="firm")
    change_point(unit, by=cast.duty_chief, guard=guard)
    seen(unit, TODAY - dt.timedelta(days=1))
    planning.make_rounds(TODAY)
    assert names(round_of(guard, TODAY)) == [unit.name]
    assert names(round_of(cast.worker, TODAY)) == [other.name]
    guard.posts.update(until=SATURDAY)
    seen(unit, TODAY - dt.timedelta(days=9))
    planning.make_rounds(SATURDAY)
    assert unit.name in names(round_of(cast.worker, SATURDAY))


def test_only_who_holds_a_post_in_the_grid_may_guard_a_unit_there(cast):
    unit = point("五金厂", kind="firm")
    with pytest.raises(ValidationError) as refused:
        change_point(unit, by=cast.duty_chief, guard=cast.worker2)
    assert "guard" in refused.value.message_dict


def test_the_tables_themselves_refuse_a_second_daily_round(cast):
    point()
    planning.make_rounds(TODAY)
    made = Round.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.create(city=made.city, area=made.area, day=TODAY, worker=made.worker, made_at=MORNING)


def test_of_several_rounds_the_one_of_this_hour_is_walked_now(cast, clock):
    school, shed = point("小学", kind="school"), point("棚", east=1)
    planning.make_rounds(TODAY)
    assert len(rounds_for(cast.worker, TODAY)) == 3
    clock.set(2026, 10, 9, 7, 30)
    assert names(round_of(cast.worker, TODAY)) == [school.name]
    clock.set(2026, 10, 9, 10, 0)
    assert names(round_of(cast.worker, TODAY)) == [shed.name]


@pytest.mark.django_db(transaction=True)
def test_two_that_make_the_same_day_at_once_make_it_once(cast, clock):
    for number in range(6):
        point(f"点 {number}", east=number)
    KeyTime.objects.filter(sort="holiday").update(sort="period", since=TODAY, until=TODAY)
    point("车站", kind="station", east=8)
    made = at_once(*[lambda: planning.make_rounds(TODAY)] * 2)
    assert sorted(made) == [0, Round.objects.count()]
    assert Round.objects.filter(sort="red_armband").count() == 1
    assert grid().rounds.filter(sort="daily").count() == 1

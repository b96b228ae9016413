"""The one door: numbers, the mutex, and what two people at once may do to one case. With real threads on PostgreSQL."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from casework.actors import SYSTEM
from casework.models import Case, Counter, Event
from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from casework.services import clocks, doors
from grids.models import City
from tests.casework.threads import at_once
from workorders.models import WorkOrder
from workorders.services import orders

COMMITS = pytest.mark.django_db(transaction=True)


@COMMITS
def test_numbers_are_unique_and_without_a_gap_under_eight_threads(report, clock):
    report()  # the first one loads what all need
    made = at_once(*[lambda: [report().number for _ in range(3)] for _ in range(8)])
    numbers = sorted(number for several in made for number in several)
    assert numbers == [f"GD20261009-{n:05d}" for n in range(2, 26)]
    assert broken_chains() == []


@COMMITS
def test_a_number_whose_report_failed_is_given_to_the_next(report):
    first = report().number
    with transaction.atomic():
        report()
        transaction.set_rollback(True)
    assert (first, report().number) == ("GD20261009-00001", "GD20261009-00002")


def test_numbers_begin_anew_on_the_citys_next_day_not_on_the_servers(report, clock):
    clock.set(2026, 10, 9, 23, 59)  # 15:59 in Greenwich
    late = report().number
    clock.set(2026, 10, 10, 0, 1)  # 16:01 in Greenwich, of the same day there
    assert (late, report().number) == ("GD20261009-00001", "GD20261010-00001")
    assert [str(counter.day) for counter in Counter.objects.order_by("day")] == ["2026-10-09", "2026-10-10"]


@COMMITS
def test_of_two_people_who_take_the_same_step_at_once_one_wins_and_the_other_is_told_not_now(order_at, cast):
    order = order_at("reported")
    answers = at_once(*[lambda: orders.accept(order, by=cast.dispatcher) for _ in range(6)])
    assert sum(isinstance(answer, WorkOrder) for answer in answers) == 1
    assert sum(isinstance(answer, NotNow) for answer in answers) == 5
    assert list(order.events.values_list("verb", flat=True)) == ["reported", "accepted"]
    assert order.deadlines.open().count() == 1
    assert broken_chains() == []


@COMMITS
def test_accepting_and_refusing_at_once_never_both_happen(report, cast):
    words = {"reason": "nothing_new", "words": "此事已在办理。"}
    for _ in range(4):
        order = report()
        answers = at_once(
            lambda order=order: orders.accept(order, by=cast.dispatcher),
            lambda order=order: orders.refuse(order, by=cast.dispatcher, **words),
        )
        assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [NotNow]
        order.refresh_from_db()
        assert [event.after for event in order.events.all()] == ["reported", order.status]


@COMMITS
def test_what_a_step_waited_for_is_read_afresh_the_childs_own_fields_too(order_at, cast):
    order = order_at("handling")
    held, seen = threading.Event(), []

    def first():
        with transaction.atomic():
            locked = doors.lock(order)
            held.set()
            time.sleep(0.3)
            locked.result = "先写的结果"
            locked.save(update_fields=["result"])

    def second():
        held.wait(10)
        with transaction.atomic():
            seen.append(doors.lock(order).result)

    assert at_once(first, second) == [None, None]
    assert seen == ["先写的结果"]


@COMMITS
def test_the_cases_row_is_locked_before_anything_of_it_is_written(order_at, cast, monkeypatch):
    order = order_at("reported")
    seen = []
    real = doors.allowed_step

    def look_first(locked, name, by):
        def other():
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select 1 from casework_case where id = %s for update nowait", [locked.pk])

        seen.extend(at_once(other))
        return real(locked, name, by)

    monkeypatch.setattr(doors, "allowed_step", look_first)
    orders.accept(order, by=cast.dispatcher)
    assert [type(error) for error in seen] == [OperationalError]
    assert "could not obtain lock" in str(seen[0])


@COMMITS
def test_many_hands_on_one_case_wait_for_one_another_and_never_in_a_circle(order_at, cast, clock):
    order = order_at("dispatched")

    def pause_and_resume():
        for _ in range(5):
            with transaction.atomic():
                held = doors.lock(order)
                clocks.pause_clocks(held, reason="等材料")
            with transaction.atomic():
                clocks.resume_clocks(doors.lock(order))

    def sign():
        return orders.sign_for(order, by=cast.officer).status

    answers = at_once(pause_and_resume, sign, pause_and_resume, pause_and_resume)
    assert answers == [None, "handling", None, None]
    assert {clock.state for clock in order.deadlines.open()} == {"running"}


def test_a_refused_step_has_written_nothing_even_after_the_caller_did(order_at, cast):
    order = order_at("handling")
    before = (Event.objects.count(), list(order.deadlines.values()))
    with pytest.raises(NotYours):
        orders.finish(order, by=cast.officer_b, result="越权", pictures=[b"x"])
    order.refresh_from_db()
    assert (order.status, order.result, Event.objects.count(), list(order.deadlines.values())) == (
        "handling",
        "",
        *before,
    )


def test_a_case_is_opened_under_todays_rulebook_and_keeps_its_place(report, city):
    order = report()
    assert (order.city, order.rulebook.version, order.area_path) == (city, 1, order.area.path)
    assert Case.objects.get(pk=order.pk).event_count == 1


def test_the_actor_is_a_person_or_the_system_and_never_nobody(order_at):
    order = order_at("reported")
    assert doors.take_step(order, "accept", by=SYSTEM).events.last().actor is None
    assert str(SYSTEM) == "SYSTEM"
    with pytest.raises(NotYours):
        doors.take_step(order, "dispatch", by=None)


def test_cases_cannot_be_made_past_the_door():
    with pytest.raises(TypeError, match="open_case"):
        Case.objects.bulk_create([])


def test_two_cities_of_one_house_never_give_the_same_number(city):
    day = dt.datetime(2026, 10, 9, 3, 0, tzinfo=dt.UTC)
    other = City.objects.create(slug="elsewhere", name="别处")
    with transaction.atomic():
        numbers = [doors.take_numbers(place, "GD", day)[0] for place in (city, other, city)]
    assert numbers == ["GD20261009-00001", "GD20261009-00002", "GD20261009-00003"]

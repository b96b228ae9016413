"""The sweep fires every rung that is due, once, in order, whatever happens; an answer that raises stops nobody."""

import datetime as dt
import logging
import threading

import pytest
from django.db import InterfaceError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from casework.actors import SYSTEM
from casework.answers import when
from casework.models import Case, Deadline, Event, Rung, SetAside
from casework.moment import now
from casework.selectors import broken_chains, sweep_lag
from casework.services import clocks, doors, sweep
from casework.services.sweep import sweep_deadlines
from tests.casework.threads import at_once
from workorders.lifecycle import HANDLE

COMMITS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def late_cases(report, limit, sanitation, clock):
    """`late_cases(3)`: so many cases, each with one clock of an hour that will be due at 11:42."""

    def make(many: int) -> list[Case]:
        made = []
        for _ in range(many):
            with transaction.atomic():
                order = doors.lock(report())
                clocks.stop_clock(order, "workorders.accept")
                clocks.start_clock(order, HANDLE, sanitation, limit(1, "work_hour"))
            made.append(order)
        return made

    return make


def told(case: Case) -> list[str]:
    """What the sweep told; the clue that a red card brings with it is the order's own doing."""
    verbs = list(case.events.order_by("seq").values_list("verb", flat=True))[1:]
    return [verb for verb in verbs if verb != "clue_filed"]


def test_nothing_due_fires_nothing(late_cases):
    late_cases(2)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sweep_deadlines() == 0
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert [words.strip().split()[0] for words in statements] == ["set", "select"]


def test_a_rung_fires_once_with_its_event_its_lamp_and_its_fact(late_cases, clock, face_of, face_shown):
    (case,) = late_cases(1)
    clock.pass_(minutes=31)
    sweep_deadlines()
    assert told(case) == ["deadline_near"]
    clock.pass_(minutes=30)
    sweep_deadlines()
    case.refresh_from_db()
    assert told(case) == ["deadline_near", "deadline_near", "deadline_missed", "press_given"]
    assert (case.lamp, case.rung) == (2, "press")
    assert face_shown(case) == face_of(case)
    deadline = case.deadlines.open().get()
    assert deadline.missed_at == deadline.due_at
    facts = case.events.get(verb="deadline_missed").facts
    assert facts["clock"] == HANDLE
    assert facts["rung"] == "due"
    assert dt.datetime.fromisoformat(facts["due_at"]) == deadline.due_at
    assert facts["tells"] == ["department_officer", "department_head", "dispatcher"]
    assert case.events.get(verb="deadline_missed").actor is None


def test_a_sweep_that_comes_late_fires_all_rungs_of_a_case_in_order_in_one_whole_chain(late_cases, clock):
    cases = late_cases(3)
    clock.pass_(days=30)
    for case in cases:
        assert told(case) == [
            "deadline_near", "deadline_near", "deadline_missed", "press_given", "yellow_card_given", "red_card_given",
        ]  # fmt: skip
        assert case.events.last().seq == 8  # the six rungs, the report, and the clue of the red card
    assert broken_chains() == []


def test_more_cases_than_a_batch_holds_are_all_swept(late_cases, clock):
    late_cases(7)
    clock.pass_(hours=2, sweep=False)
    assert sweep_deadlines(batch=2) == 7 * 4
    assert Rung.objects.filter(live=True, at__lte=now()).count() == 0
    assert broken_chains() == []


def test_events_count_equals_the_rungs_that_fired(late_cases, clock):
    late_cases(4)
    for _ in range(60):
        clock.pass_(hours=3)
    fired = Rung.objects.exclude(fired_at=None).count()
    assert fired == 4 * 6 == Event.objects.filter(facts__has_key="rung").count()


# --- several sweeps at once, and one that dies ------------------------------------------------------------------------


@COMMITS
def test_overlapping_sweeps_fire_each_rung_exactly_once(late_cases, clock):
    cases = late_cases(12)
    clock.pass_(days=30, sweep=False)
    answers = at_once(*[lambda: sweep_deadlines(batch=3) for _ in range(6)])
    assert sum(answers) == 12 * 6, answers
    for case in cases:
        assert len(told(case)) == 6
    assert broken_chains() == []


@COMMITS
def test_a_sweep_passes_by_a_case_that_somebody_holds_and_takes_it_next_time(late_cases, clock):
    held_case, other = late_cases(2)
    clock.pass_(hours=2, sweep=False)
    held, swept = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            doors.lock(held_case)
            held.set()
            assert swept.wait(20)

    def pass_by():
        assert held.wait(20)
        fired = sweep_deadlines()
        swept.set()
        return fired

    assert at_once(hold, pass_by) == [None, 4]
    assert (len(told(held_case)), len(told(other))) == (0, 4)
    assert sweep_deadlines() == 4


@COMMITS
def test_many_locked_or_set_aside_cases_do_not_starve_the_others(late_cases, clock):
    cases = late_cases(8)
    clock.pass_(hours=2, sweep=False)
    # The six that waited longest are out of reach, thrice as many as a batch holds.
    Case.objects.filter(pk__in=[case.pk for case in cases[:3]]).update(set_aside_until=now() + dt.timedelta(minutes=5))
    held, swept = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            for case in cases[3:6]:
                doors.lock(case)
            held.set()
            assert swept.wait(20)

    def pass_by():
        assert held.wait(20)
        fired = sweep_deadlines(batch=2)
        swept.set()
        return fired

    assert at_once(hold, pass_by) == [None, 2 * 4]
    assert [len(told(case)) for case in cases] == [0] * 6 + [4, 4]


@COMMITS
def test_a_sweep_that_dies_in_the_middle_of_a_batch_leaves_nothing_and_the_next_does_all(
    late_cases, clock, monkeypatch
):
    cases = late_cases(4)
    clock.pass_(hours=2, sweep=False)
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "chain", lambda *_words, **_more: connection.close())  # as a killed process ends
        with pytest.raises((InterfaceError, TransactionManagementError)):
            sweep_deadlines()
    connection.close()
    assert Rung.objects.exclude(fired_at=None).count() == 0
    assert sweep_deadlines() == 16
    assert [len(told(case)) for case in cases] == [4] * 4
    assert broken_chains() == []


# --- answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_that_raises_sets_its_case_aside_and_the_others_go_on(late_cases, clock, answers, caplog):
    bad, good, also_good = late_cases(3)
    broken = True

    @when(HANDLE, "missed")
    def answer(rung):
        Case.objects.filter(pk=rung.case_id).update(title="被回答改过")
        if broken and rung.case_id == bad.pk:
            raise RuntimeError("电话打不通")

    clock.pass_(minutes=31)
    clock.pass_(minutes=31, sweep=False)
    with caplog.at_level(logging.CRITICAL):
        assert sweep_deadlines() == 2 * 3
    # The whole of the bad case's pass is taken back: reminders too, and what its answer wrote before it raised.
    assert [len(told(case)) for case in (bad, good, also_good)] == [1, 4, 4]
    bad.refresh_from_db()
    assert bad.title != "被回答改过"
    aside = SetAside.objects.get()
    assert (aside.case_id, aside.rung, aside.until - aside.at) == (bad.pk, f"{HANDLE} due", dt.timedelta(minutes=10))
    assert "电话打不通" in aside.error
    assert (sweep_deadlines(), sweep_lag()) == (0, dt.timedelta(0))

    clock.pass_(minutes=9)
    assert len(told(bad)) == 1
    clock.pass_(minutes=2, sweep=False)
    assert sweep_lag() > dt.timedelta(minutes=10)  # it waits again, and the health figure says so
    broken = False
    assert sweep_deadlines() == 3
    assert told(bad) == told(good)
    assert broken_chains() == []


def test_an_answer_that_raises_again_and_again_is_on_record_each_time(late_cases, clock, answers, caplog):
    (bad,) = late_cases(1)

    @when(HANDLE, "near")
    def answer(rung):
        raise RuntimeError("仍然不通")

    with caplog.at_level(logging.CRITICAL):
        for _ in range(4):
            clock.pass_(minutes=31)
    assert SetAside.objects.filter(case=bad).count() == 4
    assert Rung.objects.exclude(fired_at=None).count() == 0


def test_an_answer_that_breaks_the_database_transaction_stops_no_other(late_cases, clock, answers, caplog):
    bad, good = late_cases(2)

    @when(HANDLE, "near")
    def answer(rung):
        if rung.case_id == bad.pk:
            with connection.cursor() as cursor:
                cursor.execute("select 1 / 0")

    with caplog.at_level(logging.CRITICAL):
        clock.pass_(minutes=31)
    assert (told(bad), told(good)) == ([], ["deadline_near"])


def test_an_answer_that_stops_the_clock_prevents_its_next_rung(late_cases, clock, answers):
    (case,) = late_cases(1)

    @when(HANDLE, "missed")
    def answer(rung):
        clocks.stop_clock(doors.lock(rung.case), HANDLE)

    clock.pass_(days=30)
    assert told(case) == ["deadline_near", "deadline_near", "deadline_missed"]
    assert case.deadlines.get(clock=HANDLE).state == Deadline.State.LATE


def test_what_an_answer_causes_commits_with_the_rung_that_caused_it(late_cases, clock, answers):
    (case,) = late_cases(1)

    @when(HANDLE, "missed")
    def answer(rung):
        assert rung.fired_at == now()
        doors.take_step(rung.case, "accept", by=SYSTEM)

    clock.pass_(hours=2)
    assert told(case)[2:] == ["deadline_missed", "accepted", "press_given"]
    assert broken_chains() == []


def test_the_sweep_asks_one_indexed_question_for_what_is_due(late_cases):
    late_cases(1)
    with connection.cursor() as cursor:
        # With a handful of rows any plan is cheap; the index must at least be able to answer it alone.
        cursor.execute("set local enable_seqscan = off; set local enable_sort = off; set local enable_hashjoin = off")
        cursor.execute("explain " + sweep._HOLD, {"now": now(), "batch": 2_000})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "rung_due" in plan
    assert "Sort" not in plan

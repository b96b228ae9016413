"""A rule switched off stops at once, for open cases too, and goes on when it is switched on again."""

import threading

import pytest
from django.db import transaction

from casework.models import LadderRule, Rung
from casework.moment import now
from casework.services import clocks, doors, sweep
from casework.services.rules import switch_off, switch_on
from casework.services.sweep import sweep_deadlines
from tests.casework.threads import at_once
from workorders.lifecycle import HANDLE


@pytest.fixture
def yellow_card(case) -> LadderRule:
    return case.rulebook.ladder.get(clock=HANDLE, name="yellow_card")


def told(case) -> list[str]:
    return [
        verb
        for verb in case.events.order_by("seq").values_list("verb", flat=True)
        if verb.endswith(("given", "missed"))
    ]


def test_a_rule_switched_off_fires_no_rung_of_an_open_case(case, sanitation, limit, clock, yellow_card):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    switch_off(yellow_card)
    clock.pass_(days=30)
    assert told(case) == ["deadline_missed", "press_given", "red_card_given"]


def test_a_clock_started_while_a_rule_is_off_keeps_that_rung_silent(case, sanitation, limit, clock, yellow_card):
    switch_off(yellow_card)
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    assert not deadline.rungs.get(name="yellow_card").live
    clock.pass_(days=30)
    assert "yellow_card_given" not in told(case)


def test_switched_on_again_what_fell_due_in_between_fires_with_the_next_sweep(
    case, sanitation, limit, clock, yellow_card
):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    switch_off(yellow_card)
    clock.pass_(days=30)
    switch_on(yellow_card)
    sweep_deadlines()
    assert told(case)[-1] == "yellow_card_given"


def test_switching_on_wakes_no_ended_and_no_paused_clock(case, sanitation, housing, limit, clock, yellow_card):
    ended = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    paused = clocks.start_clock(case, HANDLE, housing, limit(1))
    switch_off(yellow_card)
    clocks.stop_clock(case, HANDLE, sanitation)
    clocks.pause_clocks(case, reason="等材料")
    switch_on(yellow_card)
    assert not Rung.objects.filter(deadline__in=[ended, paused], live=True).exists()
    clocks.resume_clocks(case)
    assert paused.rungs.get(name="yellow_card").live


def test_a_resumed_clock_does_not_wake_a_rule_that_is_off(case, sanitation, limit, clock, yellow_card):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    switch_off(yellow_card)
    clocks.pause_clocks(case, reason="等材料")
    clocks.resume_clocks(case)
    clock.pass_(days=30)
    assert "yellow_card_given" not in told(case)


def test_a_rung_written_while_its_rule_was_being_switched_off_goes_silent_when_it_is_due(
    case, sanitation, limit, clock, yellow_card
):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    # As if this clock had been started by a transaction that did not see the switch yet.
    LadderRule.objects.filter(pk=yellow_card.pk).update(switched_off_at=now())
    clock.pass_(days=30)
    card = deadline.rungs.get(name="yellow_card")
    assert (card.live, card.fired_at) == (False, None)
    assert told(case) == ["deadline_missed", "press_given", "red_card_given"]


@pytest.mark.django_db(transaction=True)
def test_switching_off_during_a_sweep_waits_for_nobody(report, city, sanitation, clock, monkeypatch):
    order = report()
    with transaction.atomic():
        held = doors.lock(order)
        limit = held.rulebook.limits.get(clock=HANDLE, subject="", condition="")
        clocks.start_clock(held, HANDLE, sanitation, limit)
    rule = order.rulebook.ladder.get(clock=HANDLE, name="yellow_card")
    clock.pass_(days=40, sweep=False)
    firing, switched = threading.Event(), threading.Event()
    real = sweep.chain

    def slow(*words, **more):
        firing.set()
        assert switched.wait(20)
        return real(*words, **more)

    monkeypatch.setattr(sweep, "chain", slow)

    def switch():
        assert firing.wait(20)
        switch_off(rule)
        switched.set()

    fired, _none = at_once(sweep_deadlines, switch)
    # The sweep meets the rule again when the card's turn comes, and leaves it out.
    assert fired == order.events.exclude(verb__in=["reported", "clue_filed"]).count()
    assert "yellow_card_given" not in order.events.values_list("verb", flat=True)
    assert "red_card_given" in order.events.values_list("verb", flat=True)

"""Simulated whistles: the same seed the same city, everything settled by real services, and a demo with every state."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from casework.models import Deadline, Event
from casework.selectors import broken_chains
from grids.models import Post
from tests.conftest import SHANGHAI
from tests.whistle.conftest import verbs
from whistle.models import Notice, Objection, Rating, Summons, Supervision, Whistle
from whistle.simulation.plan import Turn, draw

# Twenty days of autumn after the break and its make-up Saturday.
UNTIL = dt.datetime(2026, 11, 8, 18, 0, tzinfo=SHANGHAI)
NUMBER, DAYS = 6, 20
WORKED = [dt.date(2026, 10, 20) + dt.timedelta(days=each) for each in range(25) if (each + 1) % 7 not in (5, 6)]


def simulate(city, **changes) -> None:
    said = {"number": NUMBER, "days": DAYS, "seed": 1, "until": UNTIL.isoformat(), "verbosity": 0, **changes}
    call_command("simulate_whistles", city=city.slug, **said)


def shapes(city) -> list[tuple]:
    """What the house knows of each whistle and supervised case, without keys and hashes."""
    whistles = [
        (each.number, each.status, each.level, each.opened_at, each.meet_at, each.settled_at, each.words, verbs(each))
        for each in Whistle.objects.filter(city=city).order_by("number")
    ]
    cases = [
        (each.number, each.status, verbs(each)) for each in Supervision.objects.filter(city=city).order_by("number")
    ]
    clocks = Deadline.objects.filter(case__city=city).order_by(
        "case__number", "clock", "started_at", "department", "person"
    )
    marks = Rating.objects.order_by("summons__whistle__number", "summons__department").values_list(
        "source", "signing", "effect"
    )
    return [*whistles, *cases, *clocks.values_list("clock", "state", "due_at", "ended_at"), *marks]


def once(city, **changes) -> list[tuple]:
    """One run and what it left, taken back again."""
    with transaction.atomic():
        simulate(city, **changes)
        found = shapes(city)
        transaction.set_rollback(True)
    return found


def test_the_same_seed_is_the_same_city(city):
    assert once(city) == once(city)


def test_another_seed_is_another_city():
    assert plans(NUMBER) == plans(NUMBER)
    assert plans(NUMBER) != plans(NUMBER, seed=2)


@pytest.fixture
def lived(city):
    simulate(city)
    return Whistle.objects.filter(city=city)


def test_every_whistle_is_settled_and_rated_in_the_end_and_nothing_met_was_late(lived):
    assert lived.filter(previous=None).count() == NUMBER
    assert set(lived.values_list("status", flat=True)) == {"rated", "louder"}
    assert not lived.filter(status="rated", settled_at=None).exists()
    assert lived.filter(status="louder").count() == lived.exclude(previous=None).count() > 0
    assert not Summons.objects.standing().filter(whistle__in=lived, rating=None).exists()
    clocks = Deadline.objects.filter(case__city__slug="village")
    assert {clock.state for clock in clocks} == {"met", "late", "dropped"}
    assert all(clock.ended_at <= clock.due_at for clock in clocks if clock.state == "met")
    assert all(clock.missed_at is not None for clock in clocks if clock.state == "late")
    assert broken_chains() == []
    for case in lived:
        at = [event.at for event in Event.objects.filter(case=case).order_by("seq")]
        assert at == sorted(at)
    assert Notice.objects.filter(case__in=lived, at__gt=UNTIL).count() == 0


def test_who_stays_away_is_supervised_and_his_leader_comes(lived):
    second = lived.exclude(previous=None)
    leaders = Summons.objects.filter(whistle__in=second, role="leader")
    assert leaders.exists()
    assert not leaders.filter(arrived_at=None).exists()
    cases = Supervision.objects.filter(followed__in=lived)
    assert cases.count() > second.count()
    assert set(cases.values_list("status", flat=True)) == {"concluded"}
    assert Objection.objects.exclude(ruled_at=None).count() == Objection.objects.count() == 2


def test_a_run_that_was_broken_off_lives_what_is_missing_and_a_second_one_nothing(city):
    simulate(city, number=2)
    first = Whistle.objects.filter(previous=None)
    simulate(city, number=2)
    assert first.count() == 2
    # As if the run had been broken off before it came to this one.
    gone = first.latest("opened_at")
    Whistle.objects.filter(pk=gone.pk).update(opened_at=gone.opened_at - dt.timedelta(days=200))
    simulate(city, number=2)
    assert first.count() == 3
    assert first.filter(opened_at=gone.opened_at).exists()


def test_another_seed_in_the_same_days_is_refused_with_a_sentence(city):
    simulate(city, number=1)
    before = Whistle.objects.count()
    with pytest.raises(CommandError, match="other whistles"):
        simulate(city, number=40, seed=2)
    assert Whistle.objects.count() == before


def test_bad_figures_and_unknown_cities_are_refused_with_a_sentence(city):
    with pytest.raises(CommandError, match="20 or more"):
        simulate(city, days=3)
    with pytest.raises(CommandError, match="no city"):
        call_command("simulate_whistles", city="atlantis")


def test_a_city_without_anybody_to_blow_is_refused_with_a_sentence(city):
    Post.objects.filter(role__code__in=["party_secretary", "office_director", "team_member"]).update(
        until=dt.date(2026, 3, 1)
    )
    with pytest.raises(CommandError, match="nobody may blow"):
        simulate(city)


@pytest.mark.parametrize("hour", [3, 10])
def test_a_demo_has_a_whistle_in_every_state_at_any_hour(city, hour):
    until = UNTIL.replace(hour=hour)
    simulate(city, demo=True, until=until.isoformat())
    found = Whistle.objects.filter(city=city)
    assert {"raised", "calling", "handling", "settled", "rated", "louder"} <= set(
        found.values_list("status", flat=True)
    )
    assert found.filter(status="calling", level=2).exists()
    assert Supervision.objects.filter(status="followed").exists()
    onsite = Summons.objects.filter(whistle__status="calling", whistle__meet_at__gt=until)
    assert onsite.exclude(arrived_at=None).exists()
    before = found.count()
    simulate(city, demo=True, until=until.isoformat())
    assert found.count() == before


def plans(number: int, seed: int = 1):
    return draw(seed=seed, number=number, days=WORKED, streets=["甲"], zone=SHANGHAI, until=UNTIL.date())


def test_most_whistles_go_straight_and_each_turn_is_taken_by_some():
    turns = Counter(plan.turn for plan in plans(88))
    assert set(turns) == set(Turn)
    assert turns[Turn.STRAIGHT] > 88 * 0.75


def test_no_street_blows_two_whistles_in_one_moment():
    many = plans(400)
    assert len({(plan.street, plan.at) for plan in many}) == len(many) == 400


def test_the_garden_is_blown_on_3_september_and_settled_in_twenty_odd_days():
    days = [dt.date(2019, 4, 1) + dt.timedelta(days=each) for each in range(230)]
    drawn = draw(
        seed=1, number=88, days=days, streets=["西于庄街道", "丁字沽街道"], zone=SHANGHAI, until=dt.date(2019, 11, 15)
    )
    garden = [plan for plan in drawn if plan.matter.agreement and "花园" in plan.matter.agreement[0]]
    assert [(plan.at.date(), plan.street, plan.days) for plan in garden] == [(dt.date(2019, 9, 3), 1, 21)]
    assert len(drawn) == 88

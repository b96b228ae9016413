"""Which leaders a second whistle calls: the seats of the city's file, as they are held today."""

from __future__ import annotations

import pytest

from accounts.models import User
from casework.moment import now
from grids.models import Department, Post
from grids.selectors import rulebook_in_force
from grids.services import posts as appointments
from whistle.selectors.rules import leaders_by_department, leaders_in_charge, main_leaders

pytestmark = pytest.mark.django_db


@pytest.fixture
def rulebook(city, clock):
    return rulebook_in_force(city, now().date())


@pytest.fixture
def bodies(city):
    """`bodies("parks", "housing")`: these departments of the village."""
    return lambda *codes: [Department.objects.get(city=city, code=code) for code in codes]


def names(leaders: list[User]) -> list[str]:
    return [leader.username for leader in leaders]


def vacate(*seats: str) -> None:
    for post in Post.objects.filter(seat__in=seats, until=None):
        appointments.dismiss(post, on=post.since)


def test_each_departments_leader_is_called_once_in_the_order_of_the_departments(rulebook, bodies):
    assert names(leaders_in_charge(rulebook, bodies("parks"))) == ["leader"]
    assert names(leaders_in_charge(rulebook, bodies("housing", "parks", "police"))) == ["leader2", "leader"]
    assert leaders_in_charge(rulebook, []) == []


def test_a_section_answers_to_the_leader_of_its_bureau(rulebook, bodies):
    (estates,) = bodies("estates")
    assert estates.parent.code == "housing"
    assert names(leaders_in_charge(rulebook, [estates])) == ["leader2"]


def test_a_department_of_nobody_falls_to_the_main_leaders(rulebook, bodies):
    (office,) = bodies("supervision")
    assert names(leaders_in_charge(rulebook, [office])) == names(main_leaders(rulebook)) == ["main_leader"]


def test_a_vacant_seat_falls_to_the_main_leaders_and_to_nobody_once_theirs_is_vacant_too(rulebook, bodies):
    both = bodies("parks", "housing")
    vacate("leader")
    assert names(leaders_in_charge(rulebook, both)) == ["main_leader", "leader2"]
    vacate("main_leader")
    assert main_leaders(rulebook) == []
    assert names(leaders_in_charge(rulebook, both)) == ["leader2"]
    charged = leaders_by_department(rulebook, both)
    assert {body.code: names(charged[body.pk]) for body in both} == {"parks": [], "housing": ["leader2"]}


def test_a_seat_calls_whoever_holds_it_now(rulebook, bodies):
    newcomer = User.objects.create(username="new_leader", name="新领导")
    appointments.hand_over(Post.objects.get(seat="leader", until=None), to=newcomer, on=now().date())
    assert names(leaders_in_charge(rulebook, bodies("parks"))) == ["new_leader"]


def test_the_leaders_of_many_departments_cost_no_more_questions_than_those_of_one(
    rulebook, bodies, django_assert_num_queries
):
    one, many = bodies("parks"), bodies("parks", "housing", "estates", "police", "sanitation")
    for asked in (one, many):
        with django_assert_num_queries(5):
            leaders_in_charge(rulebook, asked)

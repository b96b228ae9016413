"""Posts are given, end, and pass on with all that goes with the office; what they allow follows in the same breath."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from grids.jurisdiction import may
from grids.models import Net, Post, Role
from grids.services import posts
from tests.casework.threads import at_once
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")

JUNE = dt.date(2026, 6, 1)


@pytest.fixture
def role(city):
    return lambda code: Role.objects.get(city=city, code=code)


def test_an_appointment_allows_at_once_what_the_role_allows_and_only_there(newcomer, role, place):
    posts.appoint(newcomer, role=role("grid_worker"), area=place("001001"), since=MAY_DAY)
    assert may(newcomer, "report_in", place("001001"))
    assert not may(newcomer, "report_in", place("001002"))
    assert not may(newcomer, "dispatch_in", place("001001"))


def test_a_dismissal_takes_away_at_once_what_the_post_allowed(newcomer, role, place):
    post = posts.appoint(newcomer, role=role("grid_worker"), area=place("001001"), since=MAY_DAY)
    posts.dismiss(post, on=JUNE)
    assert not may(newcomer, "report_in", place("001001"))
    assert Post.objects.get(pk=post.pk).until == JUNE


def test_one_of_two_posts_that_ends_leaves_the_other_its_rights(newcomer, role, place):
    kept = posts.appoint(newcomer, role=role("grid_worker"), area=place("001001"), since=MAY_DAY)
    gone = posts.appoint(newcomer, role=role("building_head"), area=place("001001"), since=MAY_DAY)
    posts.dismiss(gone, on=JUNE)
    assert may(newcomer, "report_in", place("001001"))
    assert newcomer.posts.get(until=None) == kept


@pytest.mark.mechanism("2-41")
def test_the_next_secretary_takes_over_the_headship_with_the_office(newcomer, seat, place, cast):
    posts.hand_over(seat("secretary"), to=newcomer, on=JUNE)
    assert seat("secretary").user == seat("secretary-head").user == newcomer
    assert seat("secretary-head").ex_officio_of == seat("secretary")
    assert may(newcomer, "verify_in", place("001001"))
    assert not may(cast.secretary, "verify_in", place("001001"))
    assert not cast.secretary.posts.filter(until=None).exists()


def test_dismissing_the_secretary_ends_the_headship_too(seat, cast):
    posts.dismiss(seat("secretary"), on=JUNE)
    assert not cast.secretary.posts.filter(until=None).exists()
    assert set(cast.secretary.posts.values_list("until", flat=True)) == {JUNE}


def test_a_post_is_not_handed_to_its_holder_nor_after_its_end(seat, cast, newcomer):
    post = seat("secretary")
    with pytest.raises(ValidationError, match="holds this post already"):
        posts.hand_over(post, to=cast.secretary, on=JUNE)
    posts.dismiss(post, on=JUNE)
    post.refresh_from_db()
    with pytest.raises(ValidationError, match="has ended already"):
        posts.hand_over(post, to=newcomer, on=JUNE)


def test_a_role_of_an_area_is_not_held_in_a_department_alone(newcomer, role, sanitation):
    with pytest.raises(ValidationError):
        posts.appoint(newcomer, role=role("grid_worker"), department=sanitation, since=MAY_DAY)
    assert not newcomer.posts.exists()


def test_the_database_refuses_a_post_that_is_held_nowhere(newcomer, role):
    with pytest.raises(IntegrityError):
        Post.objects.create(user=newcomer, role=role("grid_worker"), since=MAY_DAY)


@pytest.mark.mechanism("3-24")
def test_an_officer_posted_to_a_grid_belongs_to_both_and_may_act_in_the_grid(newcomer, role, place, sanitation):
    facts = {"area": place("001001"), "department": sanitation, "employment": "posted"}
    posts.appoint(newcomer, role=role("posted_enforcement"), since=MAY_DAY, **facts)
    assert may(newcomer, "see_cases_in", place("001001"))
    assert not may(newcomer, "handle_in", sanitation)


@pytest.mark.mechanism("1-35")
def test_a_post_may_work_for_some_of_the_nets_and_hands_them_on(seat, city, newcomer):
    safety = Net.objects.get(city=city, code="safety")
    seat("worker").nets.add(safety)
    assert list(posts.hand_over(seat("worker"), to=newcomer, on=JUNE).nets.all()) == [safety]


def test_a_post_that_begins_by_itself_allows_from_that_day_on(newcomer, role, place):
    posts.appoint(newcomer, role=role("grid_worker"), area=place("001001"), since=dt.date(2099, 1, 1))
    assert not may(newcomer, "report_in", place("001001"))
    assert posts.renew_grants(on=dt.date(2099, 1, 2)) == 1
    assert may(newcomer, "report_in", place("001001"))


def test_a_post_that_ends_by_itself_allows_nothing_from_that_day_on(newcomer, role, place):
    post = posts.appoint(newcomer, role=role("grid_worker"), area=place("001001"), since=MAY_DAY)
    posts.dismiss(post, on=dt.date(2099, 1, 1))
    assert may(newcomer, "report_in", place("001001"))
    posts.renew_grants(on=dt.date(2099, 1, 1))
    assert not may(newcomer, "report_in", place("001001"))


@pytest.mark.django_db(transaction=True)
def test_appointments_of_one_person_at_once_all_allow_what_they_should(newcomer, role, place):
    """Each writes the person's grants afresh: one after the other, or the second finds the first one's in its way."""
    places = [place("001001"), place("001002")]
    answers = at_once(*[
        lambda area=area, code=code: posts.appoint(newcomer, role=role(code), area=area, since=MAY_DAY)
        for area in places for code in ("grid_worker", "building_head")
    ])  # fmt: skip
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert all(may(newcomer, "report_in", area) and may(newcomer, "keep_in", area) for area in places)

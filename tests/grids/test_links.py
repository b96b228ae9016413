"""Who answers for an area beside the posts, and the visits leaders pay to it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from grids.models import LeaderVisit, ResponsibilityLink
from grids.selectors import visits_told, who_answers
from grids.services import links, visits
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.mechanism("4-2")
def test_section_village_grid_and_households_have_each_their_person(cast, place):
    links.link(cast.leader, area=place("001"), kind="section", since=MAY_DAY)
    links.link(cast.director, area=place("001"), kind="village", since=MAY_DAY)
    links.link(cast.community, area=place("001001"), kind="grid", since=MAY_DAY)
    links.link(cast.worker, area=place("001001"), kind="households", household="2 号楼 9 户", since=MAY_DAY)
    answer = who_answers(place("001001"))
    assert [(link.kind, link.user) for link in answer.links] == [
        ("section", cast.leader), ("village", cast.director), ("grid", cast.community),
        ("households", cast.worker), ("households", cast.worker),
    ]  # fmt: skip
    assert {link.household for link in answer.links} == {"", "1 号楼 6 户", "2 号楼 9 户"}


@pytest.mark.mechanism("3-6")
def test_a_leader_linked_to_a_community_answers_for_its_grids_and_for_no_other(cast, place):
    assert [link.user for link in who_answers(place("001001")).leaders] == [cast.leader]
    assert who_answers(place("002001")).leaders == []


@pytest.mark.parametrize(("kind", "household"), [("households", ""), ("households", "  "), ("grid", "1 号楼 6 户")])
def test_households_are_named_for_a_household_link_and_for_no_other(cast, place, kind, household):
    with pytest.raises(ValidationError, match="Households are named"):
        links.link(cast.worker, area=place("001001"), kind=kind, household=household, since=MAY_DAY)


def test_the_same_link_is_made_once_and_may_be_made_again_after_its_end(cast, place):
    made = links.link(cast.director, area=place("001"), kind="village", since=MAY_DAY)
    with pytest.raises(ValidationError, match="answers for"):
        links.link(cast.director, area=place("001"), kind="village", since=MAY_DAY)
    links.end(made, on=dt.date(2026, 6, 1))
    with pytest.raises(ValidationError, match="has ended already"):
        links.end(made, on=dt.date(2026, 6, 1))
    links.link(cast.director, area=place("001"), kind="village", since=dt.date(2026, 6, 2))


def test_the_database_refuses_a_link_that_ends_before_it_began(cast, place):
    facts = {"kind": "village", "user": cast.director, "area": place("001"), "since": MAY_DAY}
    with pytest.raises(IntegrityError, match="a_link_ends_after_it_began"):
        ResponsibilityLink.objects.create(**facts, until=dt.date(2026, 1, 1))


@pytest.fixture
def log(cast, place):
    """`log(kind="announced")`: the leader's visit to the first grid."""

    def make(**changes) -> LeaderVisit:
        facts = {"by": cast.leader, "leader": cast.leader, "area": place("001001"), "on": MAY_DAY}
        return visits.log(**{**facts, "kind": "unannounced", "problems_found": 5, "solved_on_site": 3, **changes})

    return make


@pytest.mark.mechanism("2-28")
def test_visits_their_problems_and_what_was_solved_add_up_over_an_area(log, place):
    log()
    log(area=place("001"), problems_found=190, solved_on_site=7)
    assert visits_told(place("")) == {"visits": 2, "found": 195, "solved": 10}
    assert visits_told(place("001001")) == {"visits": 1, "found": 5, "solved": 3}
    assert visits_told(place("002")) == {"visits": 0, "found": 0, "solved": 0}


@pytest.mark.mechanism("2-28", "2-29")
def test_a_leader_logs_a_visit_that_nobody_was_told_of_and_it_stands_on_the_page(cast, place, send, read):
    url = f"/organisation/{place('001001').code}/"
    said = {"leader": "leader", "on": "2026-05-01", "kind": "unannounced", "problems_found": 2, "solved_on_site": 1}
    assert send(cast.leader, f"{url}visits/", **said, note="楼道堆物")[0] == 302
    text = read(cast.supervisor, url)
    assert "汪冬至" in text
    assert "unannounced" in text
    assert "problems found 2, solved on the spot 1 · 楼道堆物" in text


@pytest.mark.mechanism("2-29")
def test_announced_and_unannounced_visits_are_told_apart(log):
    log(kind="announced")
    log(kind="unannounced")
    assert set(LeaderVisit.objects.values_list("kind", flat=True)) == {"announced", "unannounced"}


def test_no_visit_is_logged_before_it_took_place_or_with_more_solved_than_found(log):
    with pytest.raises(ValidationError, match="once it has taken place"):
        log(on=timezone.localdate() + dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="No more problems"):
        log(problems_found=1, solved_on_site=2)
    assert not LeaderVisit.objects.exists()


def test_the_database_refuses_more_solved_than_found(log):
    visit = log()
    with pytest.raises(IntegrityError, match="no_more_solved_than_found"):
        LeaderVisit.objects.filter(pk=visit.pk).update(solved_on_site=6)


def test_whoever_may_not_log_visits_is_told_so_and_nothing_is_logged(cast, place, send):
    said = {"leader": "leader", "on": "2026-05-01", "kind": "announced", "problems_found": 0, "solved_on_site": 0}
    status, text = send(cast.worker, f"/organisation/{place('001001').code}/visits/", **said)
    assert status == 403
    assert "Your posts do not allow you" in text
    assert not LeaderVisit.objects.exists()

"""初核: each community looks at its own people's cards; one that does not come holds nobody up."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from assessment.selectors.months import areas_to_look_for, looking_areas
from assessment.services import looking, months
from casework.refusals import NotNow, NotYours

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(month, cast, clock):
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    return village.opens()


def test_each_community_whose_people_stand_on_the_board_has_its_clock(board):
    assert {area.code for area in looking_areas(board)} == {"120106990001", "120106990002"}
    assert {clock.clock for clock in board.deadlines.open()} == {"assessment.look"}


@pytest.mark.mechanism("1-7")
def test_a_community_looks_for_itself_and_not_for_its_neighbour(board, cast):
    assert [area.code for area in areas_to_look_for(board, cast.community)] == ["120106990001"]
    looking.look(board, by=cast.community, agrees=False, words="02 网格漏记一次走访。")
    (remark,) = board.remarks.all()
    assert (remark.area.code, remark.agrees, remark.by) == ("120106990001", False, cast.community)
    assert board.deadlines.get(area=remark.area).state == "met"
    assert board.deadlines.open().count() == 1
    board.refresh_from_db()
    assert board.status == "scored"


def test_after_the_last_community_the_street_has_its_clock(board, cast, city):
    looking.look(board, by=cast.community, agrees=True)
    looking.look(board, by=User.objects.get(username="community2"), agrees=True)
    board.refresh_from_db()
    assert board.status == "looked"
    assert [clock.clock for clock in board.deadlines.open()] == ["assessment.confirm"]


def test_who_says_no_says_what_is_wrong_and_nothing_has_changed_before(board, cast):
    with pytest.raises(ValidationError):
        looking.look(board, by=cast.community, agrees=False, words="  ")
    assert not board.remarks.exists()
    assert board.events.filter(verb="looked_at").count() == 0


def test_nobody_else_looks(board, cast):
    for person in (cast.worker, cast.officer, cast.secretary, cast.dispatcher, cast.outsider):
        with pytest.raises(NotYours):
            looking.look(board, by=person, agrees=True)


def test_a_community_looks_once(board, cast):
    looking.look(board, by=cast.community, agrees=True)
    with pytest.raises(NotNow):
        looking.look(board, by=cast.community, agrees=False, words="更正。")


def test_a_community_that_does_not_come_is_late_and_holds_nobody_up(board, cast, clock):
    looking.look(board, by=cast.community, agrees=True)
    clock.pass_(days=3)
    board.refresh_from_db()
    assert board.status == "looked"
    states = dict(board.deadlines.filter(clock="assessment.look").values_list("area__code", "state"))
    assert states == {"120106990001": "met", "120106990002": "late"}


def test_the_street_may_publish_while_communities_still_look(board, cast):
    board = months.publish(board, by=cast.secretary)
    assert board.status == "published"
    assert set(board.deadlines.filter(clock="assessment.look").values_list("state", flat=True)) == {"dropped"}

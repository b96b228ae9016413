"""The clocks of a month: each has somebody who holds it, and what runs out leads on, never nowhere."""

from __future__ import annotations

import pytest

from assessment.lifecycle import APPEALED, ASSESSMENT, CLOCKS, CONFIRM, ENTER, LOOK, PROPOSAL, SHOW
from casework.answers import MISSED, answers_to
from casework.models import Deadline
from casework.services.sweep import sweep_deadlines
from casework.templatetags.cases import tell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("clock", [ENTER, LOOK, CONFIRM, SHOW])
def test_every_clock_of_a_month_has_an_answer_when_it_runs_out(clock):
    assert len(answers_to(clock, MISSED)) == 1


def test_a_month_that_nobody_touches_ends_by_itself(month, clock):
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    for _day in range(16):
        clock.pass_(days=1)
    board.refresh_from_db()
    assert (board.status, board.unconfirmed) == ("final", True)
    assert not Deadline.objects.filter(case=board, ended_at=None).exists()
    assert {clock.holder.code[:9] for clock in board.deadlines.all()} == {"120106990"}


def test_the_show_that_is_over_is_told_as_such_and_not_as_somebodys_lateness(month, cast, clock):
    board = month().published(cast.secretary)
    clock.pass_(days=9)
    board.refresh_from_db()
    (over,) = [line for line in tell(board) if line.event.verb == "deadline_missed"]
    assert "试点街道" not in over.sentence


def test_sweeping_again_fires_nothing_twice(month, cast, clock):
    board = month().published(cast.secretary)
    clock.pass_(days=9)
    before = list(board.events.values_list("seq", "verb"))
    for _again in range(5):
        sweep_deadlines()
    assert list(board.events.values_list("seq", "verb")) == before


def test_every_clock_has_its_words():
    for life in (ASSESSMENT, APPEALED, PROPOSAL):
        assert all(str(words) for words in life.clocks.values())
    assert set(CLOCKS) == {ENTER, LOOK, CONFIRM, SHOW}

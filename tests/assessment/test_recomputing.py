"""The same figure again: whatever happens later, and whichever rules come, a month that is over stays as it was."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assessment.models import Scheme
from assessment.reasons import Grade
from assessment.selectors.recomputing import agrees, recompute, recompute_board
from casework.models import Deadline
from grids.services.publishing import publish
from tests.assessment.conftest import NOVEMBER, OCTOBER
from tests.assessment.histories import Past, ended, ground_of
from tests.assessment.test_tally import KEPT, LATE, take_out
from tests.conftest import VILLAGE
from workorders.models import Rating

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "实绩": {
        "on_time": {"weight": 30, "mixed": True}, "first_response_on_time": {"weight": 10},
        "valid_reports": {"weight": 15, "most_of_a_kind": 3}, "returned_incomplete": {"weight": 5, "up": False},
        "missed": {"weight": 5, "up": False}, "settled_self": {"weight": 10}, "check_passed": {"weight": 5},
    },
    "评价": {"satisfied": {"weight": 10}, "solved": {"weight": 10}},
    "加减分": {
        "hidden_dangers": {"sort": "each", "each": 1, "cap": 3}, "early_signs": {"sort": "each", "each": 0.5, "cap": 2},
        "role_patroller": {"sort": "statistic"}, "reports_made": {"sort": "statistic"},
    },
}  # fmt: skip
stages = st.sampled_from(["workorders.keep", "workorders.check", "workorders.verify"])
clocks = st.lists(
    st.tuples(stages, st.sampled_from([12.0, 24.0, 72.0]), st.sampled_from([None, 3.0, 20.0, 50.0, 400.0])),
    max_size=3, unique_by=lambda clock: clock[0],
).map(tuple)  # fmt: skip


def pasts(first: float, last: float) -> st.SearchStrategy[Past]:
    """A report opened between two days, counted from the first of October."""
    return st.builds(
        Past, worker=st.integers(0, 2), day=st.floats(first, last), decided=st.sampled_from([0.5, 4, 40, 500]),
        verb=st.sampled_from(["accepted", "kept", "settled", "refused", "withdrawn"]), clocks=clocks,
        check=st.sampled_from(["", "there", "gone"]), satisfied=st.sampled_from([None, True, False]),
        rated=st.sampled_from([10.0, 60.0, 900.0]), early=st.booleans(), item=st.integers(0, 2),
        metres=st.sampled_from([0, 30, 300]), more=st.sampled_from([(), (("passed_up", 30.0),), (("settled", 45.0),)]),
    )  # fmt: skip


# Without shrinking: each history takes a second, and is short as it is.
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(before=st.lists(pasts(-60, 30), min_size=3, max_size=14), data=st.data())
def test_every_line_of_a_random_month_comes_out_again_whatever_came_later(city, clock, scheme, scored, before, data):
    with transaction.atomic():
        ground = ground_of(city)
        clock.set(2026, 11, 1, 1, 0)
        known = [known_by(past, 31 + 1 / 24) for past in before]
        orders = ground.live(*known)
        board = scored(scheme(rows=EVERYTHING, least=2, judged_by="on_time"))
        clock.set(2026, 12, 20, 9, 0)
        later(ground, orders, board, data)
        again = recompute_board(board)
        assert len(again) == 3 * sum(map(len, EVERYTHING.values()))
        assert [one.line.indicator.code for one in again if not one.agrees] == []
        transaction.set_rollback(True)


def known_by(past: Past, day: float) -> Past:
    """As much of a history as has happened by a day: what lies beyond is still open."""
    hours = (day - past.day) * 24
    open_ = tuple((stage, due, end if end is not None and end < hours else None) for stage, due, end in past.clocks)
    return replace(
        past, clocks=open_, decided=min(past.decided, hours * 0.9),
        satisfied=past.satisfied if past.rated < hours else None,
        more=tuple((verb, at) for verb, at in past.more if past.decided < at < hours),
    )  # fmt: skip


def later(ground, orders, board, data) -> None:
    """More happens: open clocks end, new reports come, old orders are rated, an appeal is upheld, a scheme changes."""
    for open_clock in Deadline.objects.filter(ended_at=None, clock__startswith="workorders."):
        since = (board.scored_at - open_clock.started_at) / dt.timedelta(hours=1)
        ended(open_clock, since + data.draw(st.sampled_from([0.5, 100.0])))
    ground.live(*data.draw(st.lists(pasts(31.2, 50), max_size=6)))
    for order in orders:
        Rating.objects.create(
            order=order, round=2, via="call", solved=False, satisfied=False, at=board.scored_at + dt.timedelta(days=3)
        )
    lines = [line for card in board.cards.all() for line in card.lines.all() if line.against]
    if lines:
        line = data.draw(st.sampled_from(lines))
        take_out(line, line.against[0], at=board.scored_at + dt.timedelta(days=5))


def test_a_later_version_of_the_scheme_and_of_the_rulebook_changes_no_month_that_is_over(
    city, clock, scheme, scored, tmp_path
):
    ground = ground_of(city)
    clock.set(2026, 11, 1, 1, 0)
    ground.live(
        *(Past(day=at, worker=at % 3, clocks=(KEPT if at % 4 else LATE,), satisfied=at % 3 > 0) for at in range(20))
    )
    old = scheme(rows=EVERYTHING, least=1, judged_by="on_time")
    board = scored(old)
    before = [(line.pk, line.points, line.items) for card in board.cards.all() for line in card.lines.order_by("pk")]
    scheme(rows={"新": {"on_time": {"weight": 100, "zero_at": 0.9}}}, least=30)
    clock.set(2026, 12, 20, 9, 0)
    publish(december(tmp_path))
    board = type(board).objects.get(pk=board.pk)
    assert [one.line.indicator.code for one in recompute_board(board) if not one.agrees] == []
    lines = [(line.pk, line.points, line.items) for card in board.cards.all() for line in card.lines.order_by("pk")]
    assert lines == before


def december(folder: Path) -> Path:
    """The village's rules once more, in force from December on; the third worker is in no file, and leaves."""
    later = Path(shutil.copytree(VILLAGE, folder / "village"))
    said = (later / "city.toml").read_text()
    (later / "city.toml").write_text(re.sub(r"effective_from = \S+", "effective_from = 2026-12-01", said))
    return later


def test_a_figure_that_was_tampered_with_is_found(city, clock, scheme, scored):
    ground = ground_of(city)
    clock.set(2026, 11, 1, 1, 0)
    ground.live(*(Past(day=at, clocks=(KEPT,)) for at in range(6)))
    board = scored(scheme(rows={"全部": {"on_time": {"weight": 100}}}))
    line = board.cards.get(person=ground.workers[0]).lines.get()
    assert agrees(line)
    line.points -= 1
    line.save(update_fields=["points"])
    again = recompute(line)
    assert not again.agrees
    assert again.points == pytest.approx(line.points + 1)


def test_a_corrected_edition_knows_of_the_appeals_and_of_nothing_else_that_came_later(city, clock, scheme, scored):
    ground = ground_of(city)
    clock.set(2026, 11, 1, 1, 0)
    orders = ground.live(*(Past(day=at, clocks=(LATE if at < 2 else KEPT,)) for at in range(10)))
    by = scheme(rows={"全部": {"on_time": {"weight": 100}}})
    board = scored(by)
    line = board.cards.get(person=ground.workers[0]).lines.get()
    assert (line.k, line.n) == (8, 10)
    take_out(line, orders[0].deadlines.get().pk, at=board.scored_at + dt.timedelta(days=6))
    clock.set(2026, 11, 20, 9, 0)
    again = scored(by, edition=2, corrects=board)
    corrected = again.cards.get(person=ground.workers[0]).lines.get()
    assert (corrected.k, corrected.n, corrected.exempt) == (8, 9, [orders[0].deadlines.get().pk])
    assert len(corrected.items) == 10
    assert agrees(corrected)
    assert agrees(line)


def test_a_board_without_anybody_or_anything_is_scored_and_comes_out_again(city, clock, scheme, scored):
    clock.set(2026, 11, 1, 1, 0)
    board = scored(scheme(rows=EVERYTHING, judged_by="on_time"), since=OCTOBER, until=NOVEMBER)
    assert {card.grade for card in board.cards.all()} == {Grade.NONE}
    assert {card.points for card in board.cards.all()} == {None}
    assert all(one.agrees for one in recompute_board(board))
    nobody = scheme(rows=EVERYTHING)
    nobody.groups.update(holds=["unpaid"])
    assert scored(Scheme.objects.get(pk=nobody.pk)).cards.count() == 0

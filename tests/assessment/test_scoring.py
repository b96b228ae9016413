"""Cards as they are written: the real services make a month, and the figures are those of a hand that counts."""

from __future__ import annotations

import pytest

from assessment.models import ScoreLine
from assessment.selectors.recomputing import agrees, recompute_board

pytestmark = pytest.mark.django_db

MIXED = {
    "实绩": {
        "on_time": {"weight": 40}, "valid_reports": {"weight": 30},
        "returned_incomplete": {"weight": 10, "up": False},
        "hidden_dangers": {"sort": "each", "each": 1, "cap": 5},
    },
    "评价": {"satisfied": {"weight": 20}},
}  # fmt: skip


def test_a_month_of_real_orders_becomes_cards_whose_lines_come_out_again(scheme, scored, order_at, clock):
    for status in ("rated", "closed", "refused", "withdrawn", "verified", "kept"):
        order_at(status)
        clock.pass_(hours=30)
    clock.set(2026, 11, 1, 1, 0)
    board = scored(scheme(rows=MIXED, least=1, judged_by="on_time"))
    assert board.cards.count() == 2
    mine = board.cards.get(person__username="worker")
    lines = {line.indicator.code: line for line in mine.lines.select_related("indicator")}
    assert (lines["valid_reports"].k, lines["valid_reports"].n) == (4, 6)
    assert len(lines["valid_reports"].items) == 6
    assert lines["on_time"].n > 0
    assert all(one.agrees for one in recompute_board(board))
    assert all(agrees(line) for line in ScoreLine.objects.filter(card=mine))

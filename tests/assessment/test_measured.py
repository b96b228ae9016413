"""Each measure's statement runs for each of its subjects, and counts what the real services have made."""

from __future__ import annotations

import pytest

from assessment.measures import all_measures
from assessment.reasons import Subject
from assessment.selectors.recomputing import recompute_board

pytestmark = pytest.mark.django_db

LEVELS = {Subject.AREA: 2}


@pytest.mark.parametrize("subject", list(Subject))
def test_every_measure_of_a_subject_can_be_asked_and_comes_out_again(subject, scheme, scored, order_at, clock):
    for status in ("rated", "refused", "kept"):
        order_at(status)
        clock.pass_(hours=30)
    clock.set(2026, 11, 1, 1, 0)
    names = [name for name, one in all_measures().items() if one.counts_for(subject)]
    rows = {name: {"weight": 1, "mixed": True, "most_of_a_kind": 3} for name in names}
    board = scored(scheme(subject=subject, level=LEVELS.get(subject), rows={"全部": rows}, least=1))
    assert board.cards.exists() or subject == Subject.TEAM
    assert [one.line.indicator.code for one in recompute_board(board) if not one.agrees] == []

"""The rule for the lowest band, weighed on months whose truth is known; the command that prints it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from assessment.simulated import SIZES, TRUTHS, simulate


@pytest.fixture(scope="module")
def outcomes():
    return list(simulate(seed=7, rounds=30))


def test_raw_shares_mark_many_good_grids_and_the_doubt_marks_few(outcomes):
    for outcome in outcomes:
        assert outcome.doubt.wrongly() < 0.05 < 0.06 < outcome.raw.wrongly() + 0.02
        assert outcome.product.wrongly() < 0.06 < outcome.raw.wrongly() + 0.02


def test_what_shrinkage_gives_is_a_stated_error_and_no_better_order(outcomes):
    for outcome in outcomes:
        assert outcome.raw.found() > outcome.doubt.found()
        if outcome.ratings >= 24:
            assert abs(outcome.raw.found_at(0.1) - outcome.doubt.found_at(0.1)) < 0.12


def test_three_months_find_more_than_one(outcomes):
    for truth in TRUTHS:
        found = [outcome.doubt.found() for outcome in outcomes if outcome.truth == truth]
        assert found == sorted(found)


def test_the_command_prints_the_same_table_for_the_same_seed():
    tables = []
    for _ in range(2):
        out = StringIO()
        call_command("weigh_fairness", "--rounds", "2", "--seed", "5", stdout=out)
        tables.append(out.getvalue())
    assert tables[0] == tables[1]
    assert tables[0].count("%") > 2 * len(SIZES) * len(TRUTHS)

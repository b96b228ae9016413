"""From counts to points and grades: a scheme's arithmetic, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from assessment.models import Dimension, Indicator, PeerGroup
from assessment.reasons import Grade
from assessment.weighing import Counted, Scales, Weighed, keys, weigh_by

GROUP = PeerGroup(pk=1, code="all")
BANDS = {Grade.TOP: 90, Grade.MIDDLE: 70, Grade.BOTTOM: 0}


@dataclass(frozen=True)
class Who:
    subject: int
    group: PeerGroup = GROUP


def scales(*dimensions: dict[str, dict[str, Any]], **said) -> Scales:
    """Dimensions with their indicators by code; keys are given in turn."""
    rows, key = [], 0
    for place, indicators in enumerate(dimensions):
        dimension = Dimension(pk=place + 1, place=place, code=f"d{place}", weight=0)
        made = []
        for code, row in indicators.items():
            key += 1
            made.append(Indicator(**{"pk": key, "place": key, "code": code, "measure": code, "sort": "rate", **row}))
        rows.append((dimension, tuple(made)))
    usual = {"bands": BANDS, "least": 5, "line": 0.85, "certainty": 0.6, "judged_by": "", "bonus_cap": 10}
    return Scales(rows=tuple(rows), **(usual | said))


def share(k: float, n: int, **more) -> Counted:
    """The same in the month and over the window, unless it is said."""
    return Counted(**{"k": k, "n": n, "window_k": k, "window_n": n, **more})


def weigh(by: Scales, *rows: dict[str, Counted]) -> list[Weighed]:
    """A card for each row of counts by code."""
    codes = {one.code: one.pk for _dimension, indicators in by.rows for one in indicators}
    counted = {(codes[code], at): found for at, row in enumerate(rows) for code, found in row.items()}
    return weigh_by(by, [Who(at) for at in range(len(rows))], counted)


def test_nothing_at_all_makes_no_points_and_no_grade():
    (card,) = weigh(scales({"on_time": {"weight": 100}}), {})
    assert (card.points, card.grade, card.tier) == (None, Grade.NONE, None)


def test_a_row_without_data_leaves_its_weight_to_the_rest_of_its_dimension_and_a_dimension_to_the_others():
    by = scales({"a": {"weight": 30}, "b": {"weight": 10}}, {"c": {"weight": 60}})
    (only_a,) = weigh(by, {"a": share(8, 8)})
    assert [line.points for line in only_a.lines] == pytest.approx([100, 0, 0])
    (a_and_c,) = weigh(by, {"a": share(8, 8), "c": share(8, 8)})
    assert [line.points for line in a_and_c.lines] == pytest.approx([40, 0, 60])
    assert a_and_c.points == pytest.approx(100)


def test_too_few_are_said_to_be_too_few_and_score_what_peers_do():
    by = scales({"a": {"weight": 100}}, judged_by="a")
    few, many = weigh(by, {"a": share(0, 4)}, {"a": share(40, 40)})
    assert few.lines[0].small
    assert not many.lines[0].small
    assert few.lines[0].points == pytest.approx(100 * 40 / 44)
    assert (few.grade, few.tier, few.sample) == (Grade.NONE, None, 4)
    assert many.grade == Grade.TOP


def test_more_is_worse_where_the_scheme_says_so():
    by = scales({"rework": {"weight": 100, "up": False}})
    much, little = weigh(by, {"rework": share(20, 40)}, {"rework": share(0, 40)})
    assert much.lines[0].estimate.share > little.lines[0].estimate.share
    assert much.points < little.points


def test_a_share_makes_no_points_at_zero_at_and_all_at_full_at():
    by = scales({"a": {"weight": 50, "zero_at": 0.6, "full_at": 0.9}}, {"b": {"weight": 50}})
    one = [weigh(by, {"a": share(k, 1000), "b": share(5, 5)})[0].lines[0].points for k in (500, 600, 750, 900, 1000)]
    assert one == pytest.approx([0, 0, 25, 50, 50])


def test_each_counts_to_its_cap_a_deduction_too_and_bonuses_together_to_theirs():
    by = scales(
        {"a": {"weight": 100}},
        {"found": {"sort": "each", "each": 2, "cap": 8}, "more": {"sort": "each", "each": 1, "cap": 8}},
        {"late": {"sort": "each", "each": -3, "cap": 5}},
    )
    (card,) = weigh(by, {"a": share(9, 10), "found": share(7, 7), "more": share(7, 7), "late": share(2, 2)})
    assert [line.points for line in card.lines] == pytest.approx([90, 8, 2, -5])
    assert card.points == pytest.approx(95)


def test_an_entered_mark_counts_as_it_is_and_what_an_appeal_granted_stands_in_its_place():
    by = scales({"party": {"sort": "entered", "weight": 40}, "culture": {"sort": "entered", "weight": 60}})
    marked, granted, unmarked = weigh(
        by,
        {"party": share(0.5, 1), "culture": share(1, 1)},
        {"party": share(0.5, 1, granted=31.5), "culture": share(1, 1)},
        {"culture": share(0.9, 1)},
    )
    assert [line.points for line in marked.lines] == [20, 60]
    assert granted.points == 91.5
    assert unmarked.points == pytest.approx(90)


def test_a_statistic_is_shown_and_in_no_score():
    by = scales({"a": {"weight": 100}, "volume": {"sort": "statistic"}})
    (card,) = weigh(by, {"a": share(9, 10), "volume": share(30, 30, expected=20)})
    assert card.points == pytest.approx(90)
    assert card.lines[1].points == 0
    assert card.lines[1].counted.expected == 20


JUDGED = {"a": {"weight": 100, "zero_at": 0.5}}


def test_the_lowest_band_is_given_only_where_it_is_proved_and_else_somebody_is_watched():
    by = scales(JUDGED, judged_by="a")
    peers = [{"a": share(96, 100)} for _ in range(10)]
    proved, hinted, *_rest = weigh(by, {"a": share(60, 100)}, {"a": share(5, 6)}, *peers)
    assert (proved.grade, proved.watched) == (Grade.BOTTOM, False)
    assert proved.doubt >= 0.6
    assert hinted.doubt < 0.6
    assert hinted.grade != Grade.BOTTOM


def test_below_the_line_by_points_without_proof_is_the_middle_band_and_watched():
    by = scales({"a": {"weight": 40}, "b": {"weight": 60}}, judged_by="a")
    rows = [{"a": share(19, 20), "b": share(2, 40)}, *({"a": share(19, 20), "b": share(40, 40)} for _ in range(6))]
    weak, *_rest = weigh(by, *rows)
    assert weak.points < 70
    assert (weak.grade, weak.watched) == (Grade.MIDDLE, True)


def test_two_months_running_below_the_line_prove_it_too_if_each_has_enough():
    by = scales({"a": {"weight": 40}, "b": {"weight": 60}}, judged_by="a", certainty=0.999)
    good = [{"a": share(30, 30), "b": share(40, 40)} for _ in range(6)]

    def grade(before_k: int, before_n: int) -> str:
        months = share(3, 6, before_k=before_k, before_n=before_n, window_k=24, window_n=30)
        return weigh(by, {"a": months, "b": share(0, 40)}, *good)[0].grade

    assert grade(3, 6) == Grade.BOTTOM
    assert grade(6, 6) == Grade.MIDDLE
    assert grade(3, 4) == Grade.MIDDLE


def test_where_no_share_is_judged_points_alone_decide():
    by = scales({"party": {"sort": "entered", "weight": 100}})
    cards = weigh(by, *({"party": share(mark, 1)} for mark in (0.95, 0.7, 0.6999)))
    assert [card.grade for card in cards] == [Grade.TOP, Grade.MIDDLE, Grade.BOTTOM]


def test_bands_that_overlap_share_a_tier_within_a_grade_and_grades_do_not_mix():
    by = scales({"a": {"weight": 100}}, judged_by="a")
    cards = weigh(by, *({"a": share(k, 200)} for k in (199, 198, 184, 150)))
    assert [card.tier for card in cards if card.grade == Grade.TOP][:2] == [1, 1]
    assert all(card.tier is not None for card in cards)


def test_two_peer_groups_are_each_drawn_to_their_own():
    by, other = scales({"a": {"weight": 100}}), PeerGroup(pk=2, code="other")
    counted = {(1, at): share(k, 10) for at, k in enumerate((9, 9, 2, 2))}
    cards = weigh_by(by, [Who(0), Who(1), Who(2, other), Who(3, other)], counted)
    assert [card.lines[0].peers.share for card in cards] == pytest.approx([0.9, 0.9, 0.2, 0.2])


def test_the_mix_of_categories_is_taken_into_account():
    by = scales({"a": {"weight": 100, "mixed": True}})
    hard, easy = weigh(by, {"a": share(10, 20, expected=10.0)}, {"a": share(18, 20, expected=18.0)})
    assert hard.points == pytest.approx(easy.points)


def test_keys_are_read_as_postgresql_writes_them():
    assert keys("{}") == []
    assert keys("{3,5}") == [3, 5]


def test_three_workers_reckoned_by_hand_come_out_to_the_last_decimal():
    by = scales(
        {"on_time": {"weight": 60, "zero_at": 0.5}, "satisfied": {"weight": 40}},
        {"found": {"sort": "each", "each": 0.5, "cap": 2}},
        judged_by="on_time",
    )
    cards = weigh(
        by,
        {"on_time": share(18, 20), "satisfied": share(9, 10), "found": share(3, 4)},
        {"on_time": share(9, 10), "satisfied": share(6, 10), "found": share(9, 9)},
        {"on_time": share(3, 6), "satisfied": share(1, 2)},
    )
    # 按时: m = 30/36 = 5/6. The spread beyond chance: s² = Σ n(k/n − m)² ÷ 2 = (20/225 + 10/225 + 6/9) ÷ 2 = 2/5, chance
    # m(1 − m) = 5/36, size (36 − 536/36) ÷ 2 = 95/9; A = 5/36 ÷ ((2/5 − 5/36) ÷ 95/9) − 1 = 7808/1692 = 4.61, so 5.
    m, pull = Fraction(5, 6), 5
    on_time = [(k + m * pull) / (n + pull) for k, n in ((18, 20), (9, 10), (3, 6))]
    assert on_time == [Fraction(133, 150), Fraction(79, 90), Fraction(43, 66)]
    # Points: 60 × (s − 1/2) ÷ (1 − 1/2): 46.4, 45 1/3, 18 2/11.
    first = [60 * (s - Fraction(1, 2)) / Fraction(1, 2) for s in on_time]
    assert first == [Fraction(232, 5), Fraction(136, 3), Fraction(200, 11)]
    # 满意: m = 16/22 = 8/11. s² = (361 + 196 + 125)/1210 ÷ 2 = 31/110, chance 24/121, size (22 − 204/22) ÷ 2 = 70/11;
    # A = 24/121 ÷ ((31/110 − 24/121) ÷ 70/11) − 1 = 24/121 ÷ 101/7700 − 1 = 15689/1111 = 14.12.
    m, chance = Fraction(8, 11), Fraction(24, 121)
    pull = chance / ((Fraction(31, 110) - chance) / Fraction(70, 11)) - 1
    assert pull == Fraction(15689, 1111)
    # The third has two ratings, fewer than five: what peers have stands in the place of his own.
    second = [40 * (9 + m * pull) / (10 + pull), 40 * (6 + m * pull) / (10 + pull), 40 * m]
    bonus = [Fraction(3, 2), 2, 0]
    wanted = [float(sum(parts)) for parts in zip(first, second, bonus, strict=True)]
    assert [card.points for card in cards] == pytest.approx(wanted, rel=0, abs=1e-12)
    assert wanted == pytest.approx([79.8552, 74.3137, 47.2727], abs=1e-4)
    # 46.4 + 31.96 + 1.5 and 45.33 + 26.98 + 2 are middle; 47.27 is below 70, and P(s < 0.85) = 0.93 proves it.
    assert [card.grade for card in cards] == [Grade.MIDDLE, Grade.MIDDLE, Grade.BOTTOM]
    assert cards[2].lines[1].small

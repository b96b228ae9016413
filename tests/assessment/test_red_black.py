"""Units in order: the monthly ranking bulletin with its ties, and a red and black list that names nobody by chance."""

import pytest

from assessment.models import ScoreCard
from assessment.reasons import Grade
from assessment.selectors.papers import bulletin_of
from assessment.selectors.red_black import red_black
from assessment.services.printing import printed
from grids.models import Area, Department
from tests.assessment.boarding import make_board, make_scheme
from tests.assessment.test_papers import READ

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(city):
    return Area.objects.get(city=city, parent=None)


def units(city, points, tiers=None):
    """Departments with so many points, in the order of their codes."""
    departments = list(Department.objects.filter(city=city).order_by("code"))[: len(points)]
    assert len(departments) == len(points)
    return [
        {"department": department, "points": each, "grade": Grade.MIDDLE, "parts": (each * 0.6, each * 0.4),
         "low": each / 100 - 0.01, "high": each / 100 + 0.01, "tier": tiers[at] if tiers else None}
        for at, (department, each) in enumerate(zip(departments, points, strict=True))
    ]  # fmt: skip


@pytest.mark.mechanism("1-22")
def test_the_monthly_ranking_bulletin_orders_units_in_each_line_and_lets_ties_share_a_place(city, street, clock):
    lines = (("duty", "履职", 25), ("data", "信息采集", 25), ("patrol", "巡查上报", 25), ("orders", "工单处置", 25))
    scheme = make_scheme(city, subject="department", code="ranking", dimensions=lines)
    rows = units(city, [90.0, 90.0, 70.0])
    for row, gained in zip(rows, [(20, 25, 25, 20), (25, 20, 20, 25), (10, 20, 20, 20)], strict=True):
        row["parts"] = gained
    board = make_board(scheme, street, rows)
    document = bulletin_of(board)
    tables = {table.heading: table.texts for table in document.tables}
    combined = next(table for heading, table in tables.items() if "综合" in heading or "combined" in heading)
    assert [line[0] for line in combined] == ["1", "1", "3"]
    for name in ("履职", "信息采集", "巡查上报", "工单处置"):
        assert any(name in heading for heading in tables), name
    data = next(table for heading, table in tables.items() if "“信息采集”" in heading)
    assert [(line[0], line[3]) for line in data] == [("1", "25.00"), ("2", "20.00"), ("2", "20.00")]
    words = READ["docx"](printed(document, "docx").content)
    assert all(str(row["department"]) in words for row in rows)


def cards_with(*points: float, tiers: tuple[int, ...] = ()) -> list[ScoreCard]:
    return [
        ScoreCard(pk=at, points=each, grade=Grade.MIDDLE, tier=tiers[at] if tiers else None)
        for at, each in enumerate(points)
    ]


def test_red_and_black_list_take_five_and_whoever_ties_with_the_fifth():
    cards = cards_with(*range(100, 88, -1))
    red, black = red_black(cards)
    assert [card.points for card in red] == [100, 99, 98, 97, 96]
    assert sorted(card.points for card in black) == [89, 90, 91, 92, 93]
    red, _black = red_black(cards_with(9, 8, 7, 6, 5, 5, 4, 3, 2, 1, 0, 0, 0, 0))
    assert sorted(card.points for card in red) == [5, 5, 6, 7, 8, 9]


def test_nobody_is_on_the_black_list_by_mere_chance():
    assert red_black(cards_with(90, 80, 70, 60, tiers=(1, 1, 1, 1))) == ([], [])
    red, black = red_black(cards_with(90, 80, 70, 60, tiers=(1, 2, 2, 3)))
    assert [card.points for card in red] == [90]
    assert [card.points for card in black] == [60]
    assert red_black(cards_with(90)) == ([], [])
    assert red_black([]) == ([], [])

"""Boards made row by row, for what reads them: papers, records, sheets. How a month is really scored: test_scoring.py."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessment.models import Assessment, Band, Dimension, Indicator, PeerGroup, Scheme, ScoreCard, ScoreLine
from assessment.reasons import Grade
from assessment.statuses import PUBLISHED, SCORED, SUPERSEDED
from casework.actors import SYSTEM
from casework.moment import now
from casework.services import doors
from grids.models import Area, City, Level
from grids.selectors import rulebook_in_force

SEPTEMBER = dt.date(2026, 9, 1)
BANDS = (
    (Grade.TOP, "red", "优秀", "Excellent", 90),
    (Grade.MIDDLE, "blue", "合格", "Passed", 70),
    (Grade.BOTTOM, "yellow", "不合格", "Failed", 0),
)


def make_scheme(city: City, *, subject: str = "worker", code: str = "papers", dimensions: tuple = ()) -> Scheme:
    """A scheme of two dimensions: orders done in time (a share that is judged), and marks that are entered."""
    top = Level.objects.get(city=city, rank=1)
    scheme = Scheme.objects.create(
        city=city, code=code, version=1, name="网格员考核", name_en="Grid workers", subject=subject,
        level=Level.objects.get(city=city, rank=2) if subject == "area" else None, board_level=top,
        state=Scheme.State.ACTIVE, effective_from=dt.date(2026, 1, 1), judged_by="on_time",
    )  # fmt: skip
    for grade, colour, name, name_en, least in BANDS:
        Band.objects.create(scheme=scheme, grade=grade, colour=colour, name=name, name_en=name_en, least=least)
    for place, (group, name) in enumerate((("full", "专职网格员"), ("part", "兼职网格员"))):
        PeerGroup.objects.create(scheme=scheme, place=place, code=group, name=name, holds=[])
    for place, (part, name, weight) in enumerate(
        dimensions or (("orders", "工单实绩", 60), ("system", "工作制度", 40))
    ):
        dimension = Dimension.objects.create(scheme=scheme, place=place, code=part, name=name, weight=weight)
        sort = Indicator.Sort.RATE if place == 0 else Indicator.Sort.ENTERED
        Indicator.objects.create(
            dimension=dimension, place=0, code="on_time" if place == 0 else part, name="按期办结率" if place == 0 else name,
            measure="", sort=sort, weight=weight,
        )  # fmt: skip
    return scheme


def make_board(
    scheme: Scheme, area: Area, cards: list[dict[str, Any]], *, status: str = PUBLISHED, corrects: Assessment | None = None,
    since: dt.date = SEPTEMBER,
) -> Assessment:  # fmt: skip
    """A board in a status, with its cards: {who, grade, points, k, n, exempt, estimate, low, high, parts, group}."""
    until = (since + dt.timedelta(days=32)).replace(day=1)
    board = Assessment(
        kind="assessment", title=f"{scheme.name} {since:%Y-%m}", scheme=scheme, since=since, until=until,
        edition=corrects.edition + 1 if corrects else 1, corrects=corrects,
    )  # fmt: skip
    board = doors.open_case(board, by=SYSTEM, area=area, rulebook=rulebook_in_force(scheme.city, now().date()))
    board = doors.take_step(board, "score", by=SYSTEM, scored_at=now())
    for card in cards:
        make_card(board, **card)
    if status != SCORED:
        board = doors.take_step(board, "publish", by=SYSTEM, published_at=now())
    if corrects and corrects.status != SUPERSEDED:
        doors.take_step(corrects, "supersede", by=SYSTEM)
    return board


def make_card(
    board: Assessment, *, person: Any = None, area: Area | None = None, department: Any = None, grade: str = Grade.MIDDLE,
    points: float | None = 80.0, k: int = 16, n: int = 18, exempt: int = 0, estimate: float = 0.9, low: float = 0.85,
    high: float = 0.95, parts: tuple[float, ...] = (48.0, 32.0), group: str = "full", tier: int | None = 1, watched: bool = False,
) -> ScoreCard:  # fmt: skip
    subject = person or department or area
    card = ScoreCard.objects.create(
        assessment=board, person=person, area=area, department=department, subject=subject.pk, points=points, grade=grade,
        group=PeerGroup.objects.get(scheme=board.scheme, code=group), sample=n, met=k, estimate=estimate, low=low, high=high,
        tier=tier, watched=watched, doubt=0.7 if watched else 0.1,
    )  # fmt: skip
    indicators = Indicator.objects.filter(dimension__scheme=board.scheme).order_by("dimension__place")
    for place, (indicator, gained) in enumerate(zip(indicators, parts, strict=True)):
        judged = place == 0
        ScoreLine.objects.create(
            card=card, indicator=indicator, k=k if judged else 0, n=n if judged else 1, window_k=k, window_n=n,
            estimate=estimate if judged else None, low=low if judged else None, high=high if judged else None, points=gained,
            exempt=[-at for at in range(1, exempt + 1)] if judged else [],
        )  # fmt: skip
    return card

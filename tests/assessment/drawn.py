"""Boards with many people on them, row by row, for what draws them; how a month is really scored is test_scoring.py."""

from __future__ import annotations

import datetime as dt
from random import Random

from accounts.models import User
from assessment.fairness import estimate, peers_of
from assessment.lifecycle import APPEAL
from assessment.models import Assessment, Dimension, Indicator, Scheme, ScoreCard, ScoreLine
from assessment.reasons import Grade
from casework.models import TimeLimit
from grids.models import Area, Department
from tests.assessment.boarding import make_board, make_scheme

LINE, CERTAINTY, LEAST = 0.85, 0.6, 5
# Each dimension with its lines: code, name, weight, sort, measure.
PARTS = {
    ("system", "工作制度", "Rules of work", 20): [("marks", "走访台账", 20, "entered", "")],
    ("platform", "平台运用", "Use of the platform", 25): [
        ("response", "首次响应按期", 15, "rate", "on_time"), ("returned", "因信息不全被退回", 10, "rate", "returned_incomplete"),
    ],
    ("orders", "工单实绩", "Orders", 35): [("on_time", "工单按期", 25, "rate", "on_time"), ("rework", "返工", 10, "rate", "rework")],
    ("citizens", "群众评价", "Residents", 20): [("satisfied", "满意", 20, "rate", "satisfied")],
    ("extra", "加减分", "Added and taken away", 0): [("dangers", "核实隐患", 0, "each", "hidden_dangers")],
    ("roles", "全科网格员六员", "Six roles", 0): [
        ("collector", "信息采集员", 0, "statistic", "valid_reports"), ("helper", "便民服务员", 0, "statistic", "satisfied"),
    ],
}  # fmt: skip


def whole_scheme(city, **said) -> Scheme:
    """A scheme like the drawn page's: four dimensions, a bonus, statistics."""
    scheme = make_scheme(city, **said)
    scheme.dimensions.all().delete()
    for place, ((code, name, name_en, weight), lines) in enumerate(PARTS.items()):
        dimension = Dimension.objects.create(
            scheme=scheme, place=place, code=code, name=name, name_en=name_en, weight=weight
        )
        for at, (key, title, row_weight, sort, measure) in enumerate(lines):
            Indicator.objects.create(
                dimension=dimension, place=at, code=key, name=title, weight=row_weight, sort=sort, measure=measure,
                up=key not in ("returned", "rework"), each=0.5, cap=5,
            )  # fmt: skip
    TimeLimit.objects.get_or_create(
        rulebook=city.rulebooks.order_by("-pk").first(), clock=APPEAL, defaults={"amount": 3, "unit": "work_day"}
    )
    return scheme


def many(city, count: int, prefix: str = "drawn") -> list[User]:
    """So many people who may stand on a board."""
    surnames = "郑梁邵贺谭姚顾康史洪俞施沈韩杨朱秦尤许何吕张孔曹严华金魏陶姜"
    names = [f"{surnames[at % 30]}{'一二三四五六七八九十'[at // 30 % 10]}{'春夏秋冬'[at % 4]}" for at in range(count)]
    User.objects.bulk_create(User(username=f"{prefix}{at}", name=name) for at, name in enumerate(names))
    return list(User.objects.filter(username__startswith=prefix).order_by("pk"))


def draw(scheme: Scheme, area: Area, people: list, *, status: str = "published", seed: int = 4, **said) -> Assessment:
    """A board of these people (or units), each by chance somewhere; the last few with hardly anything behind them."""
    chance = Random(seed)
    grids = list(Area.objects.filter(city=scheme.city, level__base=True).order_by("code"))
    cards = [
        _card(scheme, who, grids[at % len(grids)], chance, few=at >= len(people) - 2) for at, who in enumerate(people)
    ]
    peers = peers_of([(card["k"], card["n"]) for card in cards])
    for card in cards:
        _judge(card, peers)
    board = make_board(scheme, area, [], status=status, **said)
    _write(board, scheme, cards, peers, chance)
    return board


def _card(scheme: Scheme, who, grid: Area, chance: Random, *, few: bool) -> dict:
    n = chance.randint(1, 4) if few else chance.randint(20, 190)
    share = min(max(chance.gauss(0.92, 0.035), 0.7), 1.0)
    groups = list(scheme.groups.all())
    return {
        "who": who, "area": grid, "n": n, "k": sum(chance.random() < share for _each in range(n)),
        "group": groups[1] if chance.random() < 0.12 else groups[0],
    }  # fmt: skip


def _judge(card: dict, peers) -> None:
    found = card["found"] = estimate(card["k"], card["n"], peers)
    card["points"] = round(min(60 + 400 * (found.share - 0.84), 97.4), 2)
    doubt = found.below(LINE)
    if card["n"] < LEAST:
        card["grade"] = Grade.NONE
    elif card["points"] >= 90:
        card["grade"] = Grade.TOP
    else:
        bottom = card["points"] < 70 and doubt >= CERTAINTY
        card["grade"] = Grade.BOTTOM if bottom else Grade.MIDDLE
    card["watched"] = card["grade"] == Grade.MIDDLE and card["points"] < 70
    card["doubt"] = doubt


def _write(board: Assessment, scheme: Scheme, cards: list[dict], peers, chance: Random) -> None:
    rows = ScoreCard.objects.bulk_create(
        ScoreCard(
            assessment=board, group=card["group"], subject=card["who"].pk, points=card["points"], grade=card["grade"],
            watched=card["watched"], sample=card["n"], met=card["k"], estimate=card["found"].share,
            low=card["found"].low, high=card["found"].high, doubt=card["doubt"], **_whose(card),
        )
        for card in cards
    )  # fmt: skip
    indicators = list(Indicator.objects.filter(dimension__scheme=scheme).order_by("dimension__place", "place"))
    ScoreLine.objects.bulk_create(
        _line(row, card, indicator, peers, chance)
        for row, card in zip(rows, cards, strict=True)
        for indicator in indicators
    )


def _whose(card: dict) -> dict:
    who = card["who"]
    if isinstance(who, User):
        return {"person": who, "area": card["area"]}
    return {"department": who} if isinstance(who, Department) else {"area": who}


def _line(row: ScoreCard, card: dict, indicator: Indicator, peers, chance: Random) -> ScoreLine:
    if indicator.sort in ("entered", "each", "statistic"):
        share = 0.9 if indicator.sort == "entered" else float(chance.randint(0, 6))
        made = indicator.weight * share if indicator.sort == "entered" else indicator.each * share
        points = 0.0 if indicator.sort == "statistic" else made
        return ScoreLine(
            card=row, indicator=indicator, k=share, n=1 if indicator.sort == "entered" else 0, points=points
        )
    n = max(card["n"] // 3, 1)
    judged = indicator.code == "on_time"
    found = card["found"] if judged else estimate(0.9 * n if indicator.up else 0.03 * n, n, peers)
    bad = round((1 - found.share) * n) if indicator.up else round(found.share * n)
    good = found.share if indicator.up else 1 - found.share
    return ScoreLine(
        card=row, indicator=indicator, k=n - bad if indicator.up else bad, n=n, window_k=card["k"], window_n=card["n"],
        peers=peers.share, pull=peers.pull, estimate=found.share, low=found.low, high=found.high, small=n < 2,
        points=indicator.weight * good, items=list(range(1, n + 1)), against=list(range(1, bad + 1)),
        exempt=[n + 1] if chance.random() < 0.1 else [],
    )  # fmt: skip


LAST = dt.date(2026, 9, 1)

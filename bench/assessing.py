"""A month's board: the whole of it, from counting to cards with their keys, against bare SQL that only counts.

The bare statements are the shortest that give the same figures (k of n of the month and of the window) in this city,
where each grid has one worker: no mix of categories, no appeals, no keys, no bands, nothing kept. They are planned as
the board's own statements are, or they would be slower.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from assessment.models import ScoreLine
from assessment.selectors.tally import for_whole_sets
from assessment.services.scoring import write_cards
from bench.figures import Figure, measures, seconds, side_by_side
from bench.month import SINCE, UNTIL, WINDOW, Month, month

# Measured 1.3 at full size. A small one is mostly what a board costs whatever its size, and says less.
RATIO_BOUND, SMALL_RATIO_BOUND = 2.0, 4.0
# Ten times the events: what grows faster than they do looks something up for each of them.
GROWTH_BOUND = 14.0
_SPAN = "timestamptz '{day} 00:00+08'"
_FIGURES = """
select {who}, sum({good}) filter (where {at} >= %(since)s), count(*) filter (where {at} >= %(since)s),
    sum({good}), count(*)
"""
_CLOCKS = """
from casework_deadline d join grids_post p on p.area_id = d.area_id
where d.clock in ({clocks}) and coalesce(d.missed_at, d.ended_at) >= %(window)s
    and coalesce(d.missed_at, d.ended_at) < %(until)s group by p.user_id
"""
_REPORTS = """
from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
join (select distinct on (case_id) case_id, verb, at from casework_event
      where verb in ('accepted', 'kept', 'settled', 'joined', 'refused', 'withdrawn') order by case_id, seq) e
    on e.case_id = c.id and e.at >= %(window)s and e.at < %(until)s {more}
group by c.reported_by_id
"""
_RATINGS = """
from workorders_rating r join casework_case c on c.id = r.order_id join grids_post p on p.area_id = c.area_id
where r.at >= %(window)s and r.at < %(until)s group by p.user_id
"""
_SETTLED = """
from casework_event e where e.verb in ('settled', 'passed_up') and e.at >= %(window)s and e.at < %(until)s
group by e.actor_id
"""
_CHECKS = """
from workorders_sitecheck s join casework_case c on c.id = s.order_id
where s.done_at >= %(window)s and s.done_at < %(until)s and s.moment = 'before' group by c.reported_by_id
"""
_DECIDED_AT = "coalesce(d.missed_at, d.ended_at)"
_TAKEN_ON = "(e.verb not in ('refused', 'withdrawn'))::int"
_LOOKED = """
join workorders_sitecheck s on s.order_id = c.id and s.moment = 'before'
join workorders_category k on k.id = o.category_id and k.code like '03%%'
"""


def _bare() -> Iterator[str]:
    """One statement for each indicator of the scheme."""
    clocks = "'workorders.keep', 'workorders.check', 'workorders.verify'"
    met = _figures("p.user_id", "(d.state = 'met')::int", _DECIDED_AT)
    yield met + _CLOCKS.format(clocks=clocks)
    yield met + _CLOCKS.format(clocks="'workorders.check'")
    yield _figures("c.reported_by_id", "(s.outcome = 'there')::int", "s.done_at") + _CHECKS
    taken_on = _figures("c.reported_by_id", _TAKEN_ON, "e.at")
    yield taken_on + _REPORTS.format(more="")
    gone = "left join workorders_sitecheck s on s.order_id = c.id and s.outcome = 'gone'"
    incomplete = "(e.verb in ('refused', 'withdrawn') or s.id is not null)::int"
    yield _figures("c.reported_by_id", incomplete, "e.at") + _REPORTS.format(more=gone)
    found = "join grids_post p on p.area_id = c.area_id where e.verb in ('accepted', 'kept', 'settled')"
    yield _figures("c.reported_by_id", "(p.user_id <> c.reported_by_id)::int", "e.at") + _REPORTS.format(more=found)
    yield _figures("e.actor_id", "(e.verb = 'settled')::int", "e.at") + _SETTLED
    yield _figures("p.user_id", "r.satisfied::int", "r.at") + _RATINGS
    yield _figures("p.user_id", "r.solved::int", "r.at") + _RATINGS
    yield _figures("c.reported_by_id", "(s.outcome = 'there')::int", "e.at") + _REPORTS.format(more=_LOOKED)
    yield taken_on + _REPORTS.format(more="where o.early_sign")


def _figures(who: str, good: str, at: str) -> str:
    return _FIGURES.format(who=who, good=good, at=at)


def ask_bare() -> None:
    """The same figures and nothing else."""
    values = {"since": SINCE, "window": WINDOW, "until": UNTIL}
    with for_whole_sets(), connection.cursor() as cursor:
        cursor.execute("set local time zone 'Asia/Shanghai'")
        for statement in _bare():
            cursor.execute(statement, values)
            cursor.fetchall()


def score(place: Month) -> int:
    """A board from nothing to its cards; taken back afterwards, so that each time is like the first."""
    with transaction.atomic(), connection.cursor() as cursor:
        many = write_cards(place.board())
        # What a commit would check.
        cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)
    return many


@transaction.atomic
def bare() -> None:
    ask_bare()


@measures("assessing")
def assessing(small: bool) -> Iterator[Figure]:
    """At a tenth of the events, at all of them, and (full size alone) at ten times as many."""
    workers, orders = (100, 18_000) if small else (1_000, 180_000)
    place = month(workers)
    place.grow(orders // 10)
    few = seconds(lambda: score(place), times=3)
    yield from _beside_bare(place, orders, few=few, bound=SMALL_RATIO_BOUND if small else RATIO_BOUND)
    if not small:
        place.grow(orders * 10)
        many, least = side_by_side(lambda: score(place), bare, times=2)
        yield Figure("assessing.tenfold_to_bare_sql", many / least, "ratio", RATIO_BOUND, sizes=_sizes(place, workers))


def _beside_bare(place: Month, orders: int, *, few: float, bound: float) -> Iterator[Figure]:
    place.grow(orders)
    sizes = _sizes(place, place.values["workers"])
    with transaction.atomic():
        write_cards(board := place.board())
        sizes["lines"] = ScoreLine.objects.filter(card__assessment=board).count()
        transaction.set_rollback(True)
    bare()
    many, least = side_by_side(lambda: score(place), bare, times=3)
    yield Figure("assessing.board", many, "s", sizes=sizes)
    yield Figure("assessing.board_to_bare_sql", many / least, "ratio", bound, sizes=sizes)
    yield Figure("assessing.board_growth_from_a_tenth", many / few, "ratio", GROWTH_BOUND, sizes=sizes)


def _sizes(place: Month, workers: int) -> dict[str, int]:
    return {"workers": workers, "orders": place.orders, "events": place.count("casework_event")}

"""What people of the desk wait for, among 1,000,000 orders (100,000 of them open): lists, counts, one order, a report.

Each beside SQL written by hand that returns the same rows (`bare.py`), and beside itself before the 900,000 closed
orders came: the open ones stay the same, so growth is what the closed ones cost. At small sizes a few milliseconds
jump more than that on a busy machine, so there only the plans are bounded: none may read a whole table of the orders.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.bare import COMMON, BareDesk, middle_of, number_of, saved_by
from bench.figures import Figure, measures, seconds, side_by_side
from bench.town import RARE_WORDS, START, Town, town
from casework.moment import moved_to
from grids.once import asked_once
from insight import selectors as map_selectors
from workorders.models import WorkOrder
from workorders.selectors import queue as desk_queue
from workorders.selectors.paging import BY_DUE, key_of
from workorders.selectors.queue import BY_CODE, Asker, Filters
from workorders.services import reporting
from workorders.views.orders import page_of_order


@dataclass(frozen=True)
class Bounds:
    """What one question may cost at most: statements, times its bare SQL, times itself without the closed orders."""

    statements: int = 10
    ratio: float = 3.0
    growth: float = 1.3


BOUNDS = {
    "first": Bounds(), "middle": Bounds(), "area": Bounds(), "lamp": Bounds(), "department": Bounds(),
    "late": Bounds(), "category": Bounds(), "words": Bounds(), "common_words": Bounds(),
    # Closed ones too: ten times as many are found, so it is compared for each hit.
    "words_ever": Bounds(),
    "counts": Bounds(), "saved_counts": Bounds(),
    # Its ratio is of the statements' own time: most of the rest is that of making the page.
    "order": Bounds(),
    "map": Bounds(),
}  # fmt: skip
REPORT_STATEMENTS, REPORT_SHARE = 15, 0.15
# Of a few thousand open orders the rows are read in a moment, and most of the time is Django's own; and a few
# milliseconds grow by chance.
SMALL = Bounds(ratio=15.0, growth=math.inf)
SMALL_REPORT_SHARE = 0.08
# What opens and ends a transaction is no question to the database.
BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
# The one page that is no list.
MADE = "order"
FOUND_EVER = "words_ever"
# The tables that grow with the closed orders.
GROWING = frozenset({
    "casework_case", "workorders_workorder", "casework_part", "casework_event", "casework_deadline", "casework_rung",
})  # fmt: skip


@dataclass(frozen=True)
class Timed:
    """One question: how long it took, its statements alone, its bare SQL, the yardstick; statements, whole scans."""

    taken: float
    asked: float
    bare: float
    yardstick: float
    statements: int
    whole_scans: int


@measures("desk")
def desk(small: bool) -> Iterator[Figure]:
    """With all that are open, and then with the closed ones beside them."""
    many_open, closed, times = (4_000, 36_000, 5) if small else (100_000, 900_000, 15)
    with moved_to(START.astimezone(dt.UTC)):
        place = town()
        place.grow(open_too=many_open)
        without_closed = _all_timed(place, times)
        place.grow(closed_too=closed)
        whole = _all_timed(place, times)
        sizes = {"orders": place.orders, "open": place.open}
        for name, timed in whole.items():
            yield from _figures(name, timed, without_closed[name], sizes, small=small)
        yield from _reports(place, sizes, small=small)


def _figures(name: str, timed: Timed, without: Timed, sizes: dict[str, int], *, small: bool) -> Iterator[Figure]:
    bounds = SMALL if small else BOUNDS[name]
    # In yardsticks: the two were taken minutes apart, and the machine may have been busier at one of them.
    growth = (timed.taken / timed.yardstick) / (without.taken / without.yardstick)
    of_what = "growth_by_closed"
    if name == FOUND_EVER:
        growth, of_what = growth * sizes["open"] / sizes["orders"], "growth_per_hit"
    counted = timed.asked if name == MADE else timed.taken
    yield Figure(f"desk.{name}", timed.taken * 1000, "ms", sizes=sizes)
    yield Figure(f"desk.{name}_sql", timed.asked * 1000, "ms", sizes=sizes)
    yield Figure(f"desk.{name}_statements", timed.statements, "statements", bounds.statements, sizes=sizes)
    yield Figure(f"desk.{name}_ratio_to_bare_sql", counted / timed.bare, "ratio", bounds.ratio, sizes=sizes)
    yield Figure(f"desk.{name}_{of_what}", growth, "ratio", None if small else bounds.growth, sizes=sizes)
    # Of a page's own little questions one may be answered by reading a small table whole.
    scans = None if small and name == MADE else 0
    yield Figure(f"desk.{name}_whole_scans", timed.whole_scans, "scans", scans, sizes=sizes)


def _all_timed(place: Town, times: int) -> dict[str, Timed]:
    bare = BareDesk(place)
    return {name: _timed(work, getattr(bare, name), times) for name, work in _works(place).items()}


def _works(place: Town) -> dict[str, Callable[[], object]]:
    """What is asked, each as the desk's page asks it."""
    who, officer = place.dispatcher, place.officer
    page = lambda view="open", user=who, after="", **narrowed: (  # noqa: E731
        lambda: desk_queue.queue(Asker(user, place.city), BY_CODE[view], Filters(**narrowed), after=after)
    )
    return {
        "first": page(),
        "middle": page(after=key_of(middle_of(place), BY_DUE)),
        "area": page(area=place.community),
        "lamp": page("red"),
        "late": page("late"),
        "department": page("mine", officer),
        "category": page(category=place.category.code),
        "words": page(words=RARE_WORDS[:2]),
        "common_words": page(words=COMMON),
        "words_ever": page("all", words=RARE_WORDS[:2]),
        "counts": lambda: desk_queue.counts(Asker(who, place.city)),
        "saved_counts": lambda: desk_queue.saved_counts(Asker(who, place.city), saved_by(place)),
        "order": lambda: page_of_order(who, number_of(place)),
        "map": lambda: map_selectors.sight_of(who, place.city),
    }


def _timed(work: Callable[[], object], bare: Callable[[], object], times: int) -> Timed:
    """The work as a request does it, beside its bare SQL; where both answer with rows, they are the same."""

    def asked() -> object:
        with asked_once():
            return work()

    found, plain = asked(), bare()
    if isinstance(found, desk_queue.Queue):
        assert [order.pk for order in found.page.rows] == plain
    with CaptureQueriesContext(connection) as seen:
        asked()
    statements = _questions(seen)
    rounds = [(*_seconds(asked), seconds(bare), seconds(_yardstick)) for _turn in range(times)]
    # The least of each: what others do on the machine only ever adds.
    taken, in_sql, by_hand, yardstick = map(min, zip(*rounds, strict=True))
    return Timed(taken, in_sql, by_hand, yardstick, len(statements), sum(map(_whole_scans, statements)))


def _yardstick() -> None:
    """A piece of work that is the same however many orders there are."""
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct n %% 1000) from generate_series(1, %s) n", [100_000])


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """How long it takes, and how long the database is at it."""
    in_sql = 0.0

    def clocked(execute, *said):
        nonlocal in_sql
        began = time.perf_counter()
        try:
            return execute(*said)
        finally:
            in_sql += time.perf_counter() - began

    with connection.execute_wrapper(clocked):
        return seconds(work), in_sql


def _whole_scans(statement: str) -> int:
    """How often a statement's plan reads a whole table of the orders."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) {statement}")
        return sum(
            node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING
            for node in _nodes(cursor.fetchone()[0][0]["Plan"])
        )


def _nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _questions(seen: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(BRACKETS)]


def _reports(place: Town, sizes: dict[str, int], *, small: bool) -> Iterator[Figure]:
    """A report with its history and clocks, each in a transaction of its own, beside bare inserts of the same rows."""
    many = 20 if small else 200
    count = iter(range(1_000_000))

    def report() -> WorkOrder:
        words = f"楼前垃圾外露 {next(count)}"
        lng, lat = place.spot
        with asked_once():
            return reporting.report(
                by=place.worker, city=place.city, category=place.category, words=words, lng=lng, lat=lat
            )

    report()
    with CaptureQueriesContext(connection) as seen:
        order = report()
    statements = _questions(seen)
    bare = Bare(order.pk)
    served, plain = side_by_side(lambda: [report() for _ in range(many)], lambda: bare.insert(many), times=3)
    share = SMALL_REPORT_SHARE if small else REPORT_SHARE
    yield Figure("desk.report_statements", len(statements), "statements", REPORT_STATEMENTS, sizes=sizes)
    yield Figure("desk.reports_per_second", many / served, "1/s", sizes=sizes)
    yield Figure("desk.report_rate_to_bare_inserts", plain / served, "ratio", share, at_least=True, sizes=sizes)


class Bare:
    """The rows of one report once more, by statements that are written out: case, order, event, clock, rungs."""

    def __init__(self, key: int) -> None:
        self.rows = {table: self._rows(table, column, key) for table, column in (
            ("casework_case", "id"), ("workorders_workorder", "case_ptr_id"), ("casework_event", "case_id"),
            ("casework_deadline", "case_id"), ("casework_rung", "case_id"), ("workorders_reporter", "order_id"),
        )}  # fmt: skip
        self.count = 0

    def _rows(self, table: str, column: str, key: int) -> tuple[list[str], list[tuple]]:
        with connection.cursor() as cursor:
            cursor.execute(f"select * from {table} where {column} = %s", [key])
            return [each.name for each in cursor.description], cursor.fetchall()

    def insert(self, many: int) -> None:
        """So many reports' rows, each report's in a transaction of its own."""
        for _ in range(many):
            self.count += 1
            with transaction.atomic(), connection.cursor() as cursor:
                self._one(cursor)

    def _one(self, cursor) -> None:
        case = self._insert(cursor, "casework_case", number=f"BARE-{self.count}")
        self._insert(cursor, "workorders_workorder", case_ptr_id=case)
        self._insert(cursor, "casework_event", case_id=case)
        self._insert(cursor, "workorders_reporter", order_id=case)
        clock = self._insert(cursor, "casework_deadline", case_id=case)
        self._insert(cursor, "casework_rung", case_id=case, deadline_id=clock)

    def _insert(self, cursor, table: str, **said) -> int:
        """All rows of a table in one statement; answers the last one's key."""
        columns, rows = self.rows[table]
        kept = [column for column in columns if column != "id"]
        lines = [[{**dict(zip(columns, row, strict=True)), **said}[column] for column in kept] for row in rows]
        marks = ", ".join(["(" + ", ".join(["%s"] * len(kept)) + ")"] * len(lines))
        key = "case_ptr_id" if "case_ptr_id" in kept else "id"
        cursor.execute(
            f"insert into {table} ({', '.join(kept)}) values {marks} returning {key}",
            [_plain(value) for line in lines for value in line],
        )
        return cursor.fetchall()[-1][0]


def _plain(value: object) -> object:
    """A value as the driver takes it back: what it read as an object goes in as JSON."""
    return json.dumps(value) if isinstance(value, dict) else value

"""What people of the desk wait for, among 1,000,000 orders (100,000 of them open): lists, counts, one order, a report.

Each beside the very statements it sends, sent bare; beside itself among a tenth of the orders; and beside itself before
the closed orders came.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure, measures, side_by_side
from bench.town import RARE_WORDS, START, Town, town
from casework.models import Case
from casework.moment import moved_to
from insight import selectors as map_selectors
from workorders.models import WorkOrder
from workorders.selectors import queue as desk_queue
from workorders.selectors.paging import BY_DUE, key_of
from workorders.selectors.queue import BY_CODE, Asker, Filters
from workorders.services import reporting
from workorders.views.orders import page_of_order

# The issue's own bounds.
STATEMENTS = 10
RATIO_BOUND, GROWTH_BOUND = 3.0, 1.3
REPORT_STATEMENTS, REPORT_SHARE = 15, 0.15
# A few milliseconds jump by this much on a machine that others share; a growth with the orders would be tenfold.
SMALL_GROWTH = 3.0
# At small sizes most of the time is Django's own.
SMALL_RATIO = 9.0
# What opens and ends a transaction is no question to the database.
BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")
# Their work is the open orders themselves: ten times as many cost more, the closed ones beside them must not.
LINEAR = frozenset({
    "first", "middle", "area", "late", "department", "category", "words", "common_words", "counts", "map",
})  # fmt: skip


@dataclass(frozen=True)
class Timed:
    """One question: how long it took, how long its bare SQL, in how many statements."""

    taken: float
    bare: float
    statements: int


@measures("desk")
def desk(small: bool) -> Iterator[Figure]:
    """At a tenth of the orders, with all that are open, and with the closed ones beside them."""
    total, times = (10_000, 3) if small else (1_000_000, 7)
    with moved_to(START.astimezone(dt.UTC)):
        place = town()
        place.grow(open_too=total // 100, closed_too=total * 9 // 100)
        tenth = _all_timed(place, times)
        place.grow(open_too=total * 9 // 100)
        without_closed = _all_timed(place, times)
        place.grow(closed_too=total * 81 // 100)
        whole = _all_timed(place, times)
        sizes = {"orders": place.orders, "open": place.open}
        for name, timed in whole.items():
            yield from _figures(name, timed, tenth[name], without_closed[name], sizes, small=small)
        yield from _reports(place, sizes, small=small)


def _figures(
    name: str, timed: Timed, tenth: Timed, without: Timed, sizes: dict[str, int], *, small: bool
) -> Iterator[Figure]:
    bound = SMALL_GROWTH if small else GROWTH_BOUND
    yield Figure(f"desk.{name}", timed.taken * 1000, "ms", sizes=sizes)
    yield Figure(f"desk.{name}_statements", timed.statements, "statements", STATEMENTS, sizes=sizes)
    ratio = SMALL_RATIO if small else RATIO_BOUND
    yield Figure(f"desk.{name}_ratio_to_bare_sql", timed.taken / timed.bare, "ratio", ratio, sizes=sizes)
    yield Figure(
        f"desk.{name}_growth_from_a_tenth", timed.taken / tenth.taken, "ratio",
        None if name in LINEAR else bound, sizes=sizes,
    )  # fmt: skip
    yield Figure(f"desk.{name}_growth_by_closed", timed.taken / without.taken, "ratio", bound, sizes=sizes)


def _all_timed(place: Town, times: int) -> dict[str, Timed]:
    return {name: _timed(work, times) for name, work in _works(place).items()}


def _works(place: Town) -> dict[str, Callable[[], object]]:
    """What is asked, each as the desk's page asks it."""
    who, officer = place.dispatcher, place.officer
    page = lambda view="open", user=who, after="", **narrowed: (  # noqa: E731
        lambda: desk_queue.queue(Asker(user, place.city), BY_CODE[view], Filters(**narrowed), after=after)
    )
    cases = Case.objects.of_city(place.city).open().filter(due_at__isnull=False).order_by("due_at", "id")
    middle = key_of(cases[cases.count() // 2], BY_DUE)
    number = cases.filter(status="handling").values_list("number", flat=True)[0]
    return {
        "first": page(),
        "middle": page(after=middle),
        "area": page(area=place.community),
        "late": page("late"),
        "department": page("mine", officer),
        "category": page(category="060101"),
        "words": page(words=RARE_WORDS[:2]),
        "common_words": page(words="垃圾"),
        "counts": lambda: desk_queue.counts(Asker(who, place.city)),
        "order": lambda: page_of_order(who, number),
        "map": lambda: map_selectors.sight_of(who, place.city),
    }


def _timed(work: Callable[[], object], times: int) -> Timed:
    """The work beside its own statements, sent again as they stand and read to the end."""
    work()
    with CaptureQueriesContext(connection) as seen:
        work()
    statements = _questions(seen)

    def bare() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()

    taken, plain = side_by_side(work, bare, times=times)
    return Timed(taken, plain, len(statements))


def _questions(seen: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(BRACKETS)]


def _reports(place: Town, sizes: dict[str, int], *, small: bool) -> Iterator[Figure]:
    """A report with its history and clocks, each in a transaction of its own, beside bare inserts of the same rows."""
    many = 50 if small else 200
    count = iter(range(1_000_000))

    def report() -> WorkOrder:
        words = f"楼前垃圾外露 {next(count)}"
        lng, lat = place.spot
        return reporting.report(
            by=place.worker, city=place.city, category=place.category, words=words, lng=lng, lat=lat
        )

    report()
    with CaptureQueriesContext(connection) as seen:
        order = report()
    statements = _questions(seen)
    bare = Bare(order.pk)
    served, plain = side_by_side(lambda: [report() for _ in range(many)], lambda: bare.insert(many), times=3)
    yield Figure("desk.report_statements", len(statements), "statements", REPORT_STATEMENTS, sizes=sizes)
    yield Figure("desk.reports_per_second", many / served, "1/s", sizes=sizes)
    yield Figure("desk.report_rate_to_bare_inserts", plain / served, "ratio", REPORT_SHARE, at_least=True, sizes=sizes)


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
        case = self._insert(cursor, "casework_case", number=f"RAW-{self.count}")
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

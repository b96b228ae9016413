"""A thousand walkers, a fix each five seconds: how fast their chunks are taken beside a bare COPY of the same rows,
what the desk's queue notices of it, and how long a point takes to the duty desk's page.

What a whole district sends is 200 points a second: taking is measured as fast as it goes, the desk beside that rate.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import io
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import mean, median
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.models import User
from bench.desk import BRACKETS
from bench.figures import Figure, measures, seconds
from bench.town import START, Town, town
from casework.moment import moved_to
from grids import geo, jurisdiction
from grids.models import Area, Post, Role
from grids.once import asked_once
from patrols.api_walks import ChunkView
from patrols.models import Patrol
from patrols.positions import MOST_POINTS, read_points
from patrols.services import tracks, walks
from patrols.views.live import patrols_live
from workorders.selectors.queue import BY_CODE, Asker, Filters, queue

EVERY, CHUNK, DISTRICT = 5, 50, 1_000
BEGAN = START.astimezone(dt.UTC)
# Far above the keys of what the other measurements leave behind.
BASE = 80_000_000
Row = tuple[Any, ...]

# Measured on two busy cores (PostgreSQL 15), forty and a thousand walkers alike: through the service 0.04 to 0.065 of
# one COPY of all rows and 0.07 of a COPY a chunk, through the view 0.021 to 0.033; the desk 1.12 to 1.23; 3 to 23
# districts by one process; a point on the page of a thousand after 0.28 s, the machine at a load of ten. The bounds
# are half of the shares, and that a district is taken.
# A chunk is a transaction with seven statements more (whose patrol, was it here before, by which rules, where, into
# which month, the receipt, the sign of life), and Python reads, marks and places each of its points.
SHARE, SHARE_BY_VIEW, SHARE_OF_COPIES, DISTRICTS = 0.02, 0.01, 0.035, 1.0
STATEMENTS = 8
SLOWDOWN = 2.0
TO_THE_PAGE_MS = 1_000.0


@measures("tracking")
def tracking(small: bool) -> Iterator[Figure]:
    """Taken through the service and through the view, beside the desk at work, up to the duty desk's page."""
    many, open_orders = (40, 2_000) if small else (DISTRICT, 100_000)
    with moved_to(BEGAN + dt.timedelta(hours=12)):
        place = town(base=BASE)
        crowd = Crowd(place, many)
        sizes = {"walkers": many, "chunk": CHUNK}
        yield from _rates(crowd, sizes, times=3 if small else 5)
        place.grow(open_too=open_orders)
        yield from _beside_the_desk(crowd, place, sizes | {"open": open_orders}, small=small)
        yield from _to_the_page(crowd, place, sizes, times=5 if small else 25)
        place.empty()


class Crowd:
    """Walkers on patrol, each in his own grid, and the chunks that their phones send one after the other."""

    def __init__(self, place: Town, many: int) -> None:
        grids = list(Area.objects.filter(city=place.city, level__base=True).select_related("level", "city"))
        role = Role.objects.get(city=place.city, code="grid_worker")
        walkers = User.objects.bulk_create([User(username=f"walker-{n}", name=f"走{n}") for n in range(many)])
        grounds = [grids[n % len(grids)] for n in range(many)]
        posts = [
            Post(user=walker, role=role, area=grid, since=dt.date(2026, 1, 1))
            for walker, grid in zip(walkers, grounds, strict=True)
        ]
        Post.objects.bulk_create(posts)
        jurisdiction.derive_grants(walkers)
        self.spots = [geo.inner_point(grid.boundary) for grid in grounds]
        self.patrols = [self._begun(walker, grid) for walker, grid in zip(walkers, grounds, strict=True)]
        self.sent = [0] * many

    @staticmethod
    def _begun(walker: User, grid: Area) -> Patrol:
        with asked_once():
            return walks.start(by=walker, key=uuid4(), area=grid, started_at=BEGAN)

    def chunk(self, place: int, many: int = CHUNK) -> list[list[Any]]:
        """The next points of one walker, as his phone sends them: to and fro at a walk."""
        first = self.sent[place]
        self.sent[place] += many
        lng, lat = self.spots[place]
        began = round(BEGAN.timestamp() * 1000)
        return [
            [began + n * EVERY * 1000, round(lng + n % 20 * 5e-5, 6), round(lat + n % 7 * 4e-5, 6), 9.5, 1.2, 0]
            for n in range(first, first + many)
        ]

    def take(self, place: int, told: list[list[Any]]) -> None:
        """One chunk through the service, in a request of its own."""
        patrol = self.patrols[place]
        with asked_once():
            tracks.take(patrol, by=patrol.worker, key=uuid4(), points=read_points(told), gaps=[])

    def put(self, place: int, told: list[list[Any]]) -> None:
        """One chunk through the view: JSON, its shape, the service, the receipt."""
        patrol, chunk = self.patrols[place], uuid4()
        request = APIRequestFactory().put("/", json.dumps({"points": told}), content_type="application/json")
        force_authenticate(request, patrol.worker)
        with asked_once():
            answer = ChunkView.as_view()(request, key=patrol.key, chunk=chunk)
        assert answer.status_code == 201, answer.data


def _rates(crowd: Crowd, sizes: dict[str, int], *, times: int) -> Iterator[Figure]:
    """All walkers' next chunks by each way in turn, so that a busy moment of the machine hits all of them."""
    ways: dict[str, Callable[[list[list[list[Any]]]], None]] = {
        "service": lambda told: [crowd.take(n, points) for n, points in enumerate(told)],  # type: ignore[dict-item,func-returns-value]
        "view": lambda told: [crowd.put(n, points) for n, points in enumerate(told)],  # type: ignore[dict-item,func-returns-value]
        "copy": lambda told: _copied(_rows(told)),
        "copies": lambda told: [_copied(_rows([points])) for points in told],  # type: ignore[dict-item,func-returns-value]
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    crowd.take(0, crowd.chunk(0))
    for _turn in range(times):
        for name, way in ways.items():
            told = [crowd.chunk(n) for n in range(len(crowd.patrols))]
            taken[name].append(seconds(lambda told=told, way=way: way(told)))  # type: ignore[misc]
    points = len(crowd.patrols) * CHUNK
    rates = {name: points / min(several) for name, several in taken.items()}
    for name, rate in rates.items():
        yield Figure(f"tracking.points_per_second_by_{name}", rate, "1/s", sizes=sizes)
    for name, other, least in (
        ("service", "copy", SHARE), ("view", "copy", SHARE_BY_VIEW), ("service", "copies", SHARE_OF_COPIES),
    ):  # fmt: skip
        share = rates[name] / rates[other]
        yield Figure(f"tracking.{name}_rate_to_bare_{other}", share, "ratio", least, at_least=True, sizes=sizes)
    districts = rates["view"] * EVERY / DISTRICT
    yield Figure("tracking.times_a_district", districts, "ratio", DISTRICTS, at_least=True, sizes=sizes)
    yield Figure("tracking.chunk_statements", _statements(crowd), "statements", STATEMENTS, sizes=sizes)


def _statements(crowd: Crowd) -> int:
    told = crowd.chunk(0, MOST_POINTS)
    with CaptureQueriesContext(connection) as seen:
        crowd.take(0, told)
    return sum(not query["sql"].startswith(BRACKETS) for query in seen.captured_queries)


def _rows(told: list[list[list[Any]]]) -> list[Row]:
    """The same rows as the table has them, made beforehand as far as a bare statement would find them made."""
    return [
        (1_000_000_000 + walker, dt.datetime.fromtimestamp(point[0] / 1000, dt.UTC).isoformat(), *point[1:5], 1, 0)
        for walker, points in enumerate(told)
        for point in points
    ]


def _copied(rows: list[Row]) -> None:
    """One COPY into the partitioned table, in a transaction of its own."""
    text = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(
            "copy patrols_trackpoint (patrol_id, at, lng, lat, accuracy, speed, area_id, marks) from stdin", text
        )


def _beside_the_desk(crowd: Crowd, place: Town, sizes: dict[str, int], *, small: bool) -> Iterator[Figure]:
    """The queue's first page, asked again and again, by turns with a district's points coming in beside and without."""
    asker, view, span, turns = Asker(place.dispatcher, place.city), BY_CODE["open"], 0.6 if small else 4.0, 3
    alone: list[float] = []
    beside: list[float] = []

    def ask() -> float:
        began = time.perf_counter()
        with asked_once():
            queue(asker, view, Filters())
        return time.perf_counter() - began

    ask()
    with coming_in(crowd) as (flowing, came):
        for _turn in range(turns):
            for several, flows in ((alone, False), (beside, True)):
                flowing.set() if flows else flowing.clear()
                until = time.perf_counter() + span
                while time.perf_counter() < until:
                    several.append(ask())
    sent = len(came) * CHUNK / (span * turns)
    yield Figure("tracking.desk_alone", median(alone) * 1000, "ms", sizes=sizes)
    yield Figure("tracking.desk_beside", median(beside) * 1000, "ms", sizes=sizes)
    yield Figure("tracking.desk_slowdown", mean(beside) / mean(alone), "ratio", SLOWDOWN, sizes=sizes)
    yield Figure("tracking.points_per_second_beside", sent, "1/s", sizes=sizes)
    yield Figure("tracking.chunk_beside", median(came) * 1000, "ms", sizes=sizes)


@contextmanager
def coming_in(crowd: Crowd) -> Iterator[tuple[threading.Event, list[float]]]:
    """A district's chunks, four a second, from another thread with a connection of its own, while the event is set."""
    flowing, over, came = threading.Event(), threading.Event(), []  # type: ignore[var-annotated]

    def send() -> None:
        for place in itertools.cycle(range(len(crowd.patrols))):
            if over.is_set():
                break
            if flowing.wait(0.05):
                began = time.perf_counter()
                crowd.take(place, crowd.chunk(place))
                came.append(time.perf_counter() - began)
                over.wait(max(0.0, CHUNK * EVERY / DISTRICT - came[-1]))
        connection.close()

    thread = threading.Thread(target=contextvars.copy_context().run, args=(send,))
    thread.start()
    try:
        yield flowing, came
    finally:
        over.set()
        thread.join(30)


def _to_the_page(crowd: Crowd, place: Town, sizes: dict[str, int], *, times: int) -> Iterator[Figure]:
    """From the moment a phone begins to send a point to the moment the duty desk's page holds it; what is between two
    questions of the page (5 s) comes on top.
    """
    whole, page = [], []
    for number in range(times):
        told = crowd.chunk(number % len(crowd.patrols), 1)
        began = time.perf_counter()
        crowd.put(number % len(crowd.patrols), told)
        put = time.perf_counter()
        body = _page_of(place.dispatcher)
        page.append(time.perf_counter() - put)
        whole.append(time.perf_counter() - began)
        assert f'data-lng="{told[0][1]:.6f}" data-lat="{told[0][2]:.6f}"' in body
    yield Figure("tracking.live_page", median(page) * 1000, "ms", sizes=sizes)
    yield Figure("tracking.point_to_page", median(whole) * 1000, "ms", TO_THE_PAGE_MS, sizes=sizes)


def _page_of(user: User) -> str:
    request = RequestFactory().get("/patrols/live/", headers={"X-Live": "1"})
    request.user = user
    with asked_once():
        return patrols_live(request).content.decode()

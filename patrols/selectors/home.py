"""All that the worker's first page shows: his ground, the next points, his tasks, what he has to visit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from accounts.models import User
from casework.moment import now
from grids.models import Area, Post
from patrols.models import Alarm, Patrol, Round, Stop
from patrols.selectors.alarms import last_of
from patrols.selectors.drawing import Drawing, drawing_of
from patrols.selectors.ground import own_post
from patrols.selectors.rounds import round_of
from patrols.selectors.visits import due_now
from patrols.selectors.walks import running
from workorders.models import WorkOrder
from workorders.selectors.queue import Asker, tasks_of

NEXT = 2
MOST_TASKS = 100


@dataclass(frozen=True)
class Ahead:
    """What lies ahead on today's round: how many points were seen of how many, and the next ones."""

    round: Round | None
    stops: list[Stop] = field(default_factory=list)

    @property
    def planned(self) -> int:
        return len(self.stops)

    @property
    def seen(self) -> int:
        return sum(stop.state == Stop.State.SEEN for stop in self.stops)

    @property
    def open(self) -> list[Stop]:
        return [stop for stop in self.stops if stop.state == Stop.State.AHEAD]

    @property
    def closed(self) -> list[Stop]:
        """Seen, or passed over."""
        return [stop for stop in self.stops if stop.state != Stop.State.AHEAD]

    @property
    def next(self) -> list[Stop]:
        return self.open[:NEXT]


@dataclass(frozen=True)
class Mark:
    """A point on the small drawing."""

    x: float
    y: float
    number: int


@dataclass(frozen=True)
class Home:
    """The first page, read at one moment."""

    post: Post
    area: Area | None
    at: dt.datetime
    tasks: list[WorkOrder]
    ahead: Ahead
    drawing: Drawing | None
    visits: int
    patrol: Patrol | None
    alarm: Alarm | None

    @property
    def marks(self) -> list[Mark]:
        """The next points, where the drawing shows them."""
        if self.drawing is None:
            return []
        at = self.drawing.frame.at
        return [Mark(*at(stop.point.lng, stop.point.lat), stop.place) for stop in self.ahead.next]

    @property
    def late(self) -> int:
        """How many tasks are late."""
        return sum(bool(task.due_at and task.due_at <= self.at) for task in self.tasks)


def home_of(user: User) -> Home | None:
    """The worker's first page; nothing for who holds no post."""
    post = own_post(user)
    if post is None:
        return None
    ahead = ahead_of(user)
    places = [(stop.point.lng, stop.point.lat) for stop in ahead.next]
    return Home(
        post=post, area=post.area, at=now(), tasks=tasks_of(Asker(user, post.role.city), most=MOST_TASKS), ahead=ahead,
        drawing=drawing_of(post.area, places, close=True) if post.area and places else None,
        visits=due_now(user), patrol=running(user), alarm=last_of(user),
    )  # fmt: skip


def ahead_of(user: User) -> Ahead:
    """Today's round with its stops in their order."""
    found = round_of(user, today_of(user))
    return Ahead(found, list(found.stops.all()) if found else [])


def today_of(user: User) -> dt.date:
    """The day of the worker's city."""
    post = own_post(user)
    return now().astimezone(post.role.city.zone).date() if post else now().date()

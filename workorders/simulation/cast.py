"""Who does what in a simulated city: the workers of each grid, the desks, the officers of each department."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import shapely

from accounts.models import User
from casework.models import TimeLimit
from casework.selectors import calendar_of, limit_for
from grids import geo
from grids.models import Area, City, Department, Post
from grids.selectors import desk_of, rulebook_in_force
from workorders.models import Category
from workorders.simulation.plan import Plan


class NobodyThere(Exception):
    """The city has no person for a part that the simulation needs."""


class Worker(NamedTuple):
    """A grid worker and his grid."""

    user: User
    area: Area


@dataclass
class Stage:
    """A loaded city as the simulation sees it: everything it asks again and again, asked once."""

    city: City
    on: dt.date

    @cached_property
    def rulebook(self):
        return rulebook_in_force(self.city, self.on)

    @cached_property
    def calendar(self):
        return calendar_of(self.city)

    @cached_property
    def workers(self) -> list[Worker]:
        """Who patrols: reports, and looks again afterwards, each in one lowest area."""
        posts = self.posts("verify_in").filter(area__level__base=True).select_related("area__level", "area__city")
        one_each = {post.user_id: post for post in posts.select_related("user").order_by("-seat")}
        found = [(post.seat, Worker(post.user, post.area)) for post in one_each.values() if post.area]
        return [worker for _seat, worker in sorted(found, key=lambda each: (each[1].area.code, each[0]))]

    @cached_property
    def categories(self) -> dict[str, Category]:
        rows = Category.objects.filter(rulebook=self.rulebook).select_related("handler", "rulebook")
        return {row.code: row for row in rows}

    def limit(self, clock: str, plan: Plan) -> TimeLimit | None:
        key = (clock, plan.kind.category, plan.kind.condition)
        if key not in self._limits:
            self._limits[key] = limit_for(
                self.rulebook, clock, subject=plan.kind.category, condition=plan.kind.condition
            )
        return self._limits[key]

    def desk(self, area: Area) -> Area:
        if area.pk not in self._desks:
            self._desks[area.pk] = desk_of(area)
        return self._desks[area.pk]

    def dispatcher(self, area: Area) -> User:
        """Someone who accepts and dispatches at the desk of an area."""
        return self._someone(self._dispatchers, self.desk(area).pk, f"the desk of {area.name}")

    def officer(self, category: str) -> User:
        """Someone who handles for the department that a category goes to."""
        return self._someone(self._officers, self.handler(category).pk, f"category {category}")

    def handler(self, category: str) -> Department:
        """The department that a category goes to."""
        handler = self.categories[category].handler
        if handler is None:
            raise NobodyThere(f"category {category} goes to no department")
        return handler

    def point(self, plan: Plan) -> geo.Point:
        """Where the matter lies: the first drawn spot inside the worker's grid, else a point that surely does."""
        area = self.workers[plan.worker].area
        if area.pk not in self._shapes:
            self._shapes[area.pk] = geo.shape_of(area.boundary or {})
        shape = self._shapes[area.pk]
        west, south, east, north = shape.bounds
        spots = [(west + x * (east - west), south + y * (north - south)) for x, y in plan.spots]
        inside = [spot for spot in spots if shapely.contains_xy(shape, *spot)]
        lng, lat = inside[0] if inside else geo.inner_point(area.boundary or {})
        return round(lng, 6), round(lat, 6)

    def __post_init__(self) -> None:
        self._limits: dict = {}
        self._desks: dict[int, Area] = {}
        self._shapes: dict = {}
        self._dispatchers = self._by_place("dispatch_in", "area_id")
        self._officers = self._by_place("handle_in", "department_id")

    def posts(self, permission: str):
        """The posts of the city that allow something, on the day."""
        return Post.objects.held(self.on).filter(role__city=self.city, role__permissions__contains=permission)

    def _by_place(self, permission: str, place: str) -> dict[int, User]:
        posts = self.posts(permission).select_related("user").order_by("-seat")
        return {getattr(post, place): post.user for post in posts if getattr(post, place)}

    @staticmethod
    def _someone(people: dict[int, User], place: int | None, where: str) -> User:
        if place not in people:
            raise NobodyThere(f"nobody is there for {where}")
        return people[place]

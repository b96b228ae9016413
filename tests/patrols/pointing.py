"""Points in the village's grids, set by the real services: where each grid lies, and who sets what."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from grids.models import Area, City, Department, Post, Role
from grids.services import posts
from patrols.models import PatrolPoint
from patrols.services.points import set_point

# A place well inside each grid, by the last figures of its code.
INSIDE = {
    "001001": (117.151, 39.165), "001002": (117.151, 39.161), "002001": (117.155, 39.165), "002002": (117.155, 39.161),
}  # fmt: skip


def village() -> City:
    return City.objects.get(slug="village")


def grid(short: str = "001001") -> Area:
    return Area.objects.get(city__slug="village", code=f"120106990{short}")


def somebody(username: str) -> User:
    return User.objects.get(username=username)


def point(name: str = "充电棚 3 号", *, short: str = "001001", east: int = 0, north: int = 0, **changes) -> PatrolPoint:
    """A key point so many steps of about ten metres from the grid's own place."""
    lng, lat = INSIDE[short]
    fields = {"kind": "charging", "lng": lng + east * 1e-4, "lat": lat + north * 1e-4, "by": somebody("duty_chief")}
    return set_point(city=village(), name=name, **{**fields, **changes})


def department(code: str = "housing") -> Department:
    return Department.objects.get(city__slug="village", code=code)


def post(username: str, role: str, *, at: str = "", name: str = "某人", tags: list[str] | None = None) -> User:
    """A newcomer with a post: on a grid (its last figures), else on the whole street."""
    user, _new = User.objects.get_or_create(username=username, defaults={"name": name})
    area = grid(at) if at else Area.objects.get(city__slug="village", parent=None)
    found = Role.objects.get(city__slug="village", code=role)
    posts.appoint(user, role=found, area=area, since=dt.date(2026, 1, 1))
    if tags:
        Post.objects.filter(user=user, role=found).update(tags=tags)
    return user

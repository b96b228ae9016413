"""Histories as rows: cases with what happened to them, set down by the house's own bulk helper; no two alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from accounts.models import User
from casework.models import Deadline, TimeLimit
from casework.services.bulk import NewCase, Ran, Told, open_cases
from grids.models import Area, Department, Post, Role
from tests.conftest import SHANGHAI
from workorders.models import Category, Rating, SiteCheck, WorkOrder

MONTH = dt.datetime(2026, 10, 1, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Past:
    """One report and what became of it; hours count from its opening, days from the first of October."""

    worker: int = 0
    day: float = 5
    verb: str = "accepted"
    decided: float = 2
    # Clocks of the grid: (stage, hours until due, hours until it ended or nothing).
    clocks: tuple[tuple[str, float, float | None], ...] = ()
    check: str = ""
    satisfied: bool | None = None
    rated: float = 60
    early: bool = False
    item: int = 0
    metres: float = 0
    more: tuple[tuple[str, float], ...] = field(default=())

    @property
    def opened(self) -> dt.datetime:
        return MONTH + dt.timedelta(days=self.day)

    def at(self, hours: float) -> dt.datetime:
        return self.opened + dt.timedelta(hours=hours)


@dataclass
class Ground:
    """Who works where, under which rules."""

    workers: list[User]
    grids: list[Area]
    items: list[Category]
    limit: TimeLimit

    def live(self, *pasts: Past) -> list[WorkOrder]:
        """Writes these histories."""
        new = [self._case(past) for past in pasts]
        cases = open_cases(new, rulebook=self.items[0].rulebook, calendar_version=1)
        for past, case in zip(pasts, cases, strict=True):
            self._beside(past, WorkOrder(pk=case.pk))
        return [WorkOrder.objects.get(pk=case.pk) for case in cases]

    def _case(self, past: Past) -> NewCase:
        worker, grid = self.workers[past.worker], self.grids[past.worker]
        order = WorkOrder(
            kind="workorder", title="事项", reported_by=worker, category=self.items[past.item], words="事项",
            status="closed", opened_at=past.opened, lng=117.15, lat=39.16 + past.metres / 111320, given_lng=117.15,
            given_lat=39.16, early_sign=past.early,
        )  # fmt: skip
        told = [Told("reported", past.opened, worker), Told(past.verb, past.at(past.decided), worker)]
        told += [Told(verb, past.at(hours), worker) for verb, hours in past.more]
        return NewCase(order, grid, told, [self._clock(past, grid, *clock) for clock in past.clocks])

    def _clock(self, past: Past, grid: Area | Department, stage: str, due: float, ended: float | None) -> Ran:
        until = past.at(ended) if ended is not None else None
        return Ran(stage, grid, self.limit, past.opened, past.at(due), until, ended is not None and ended > due, [])

    def _beside(self, past: Past, order: WorkOrder) -> None:
        worker = self.workers[past.worker]
        if past.check:
            done = past.at(past.decided / 2)
            SiteCheck.objects.create(
                order=order, moment="before", worker=worker, at=past.opened, done_by=worker, done_at=done,
                outcome=past.check,
            )  # fmt: skip
        if past.satisfied is not None:
            Rating.objects.create(
                order=order, round=1, via="call", stars=4, solved=True, satisfied=past.satisfied, at=past.at(past.rated)
            )  # fmt: skip


def ground_of(city) -> Ground:
    """The village with a third worker, in a grid of his own."""
    grids = list(Area.objects.filter(city=city, level__base=True).order_by("code"))
    first, second = (User.objects.get(username=name) for name in ("worker", "worker2"))
    third, _made = User.objects.get_or_create(username="worker3", defaults={"name": "苏小雪"})
    held = {post.user_id: post.area for post in Post.objects.filter(user__in=(first, second), area__level__base=True)}
    free = next(grid for grid in grids if grid not in held.values())
    role = Role.objects.get(city=city, code="grid_worker")
    Post.objects.get_or_create(user=third, role=role, area=free, employment="full_time", since=dt.date(2026, 1, 1))
    book = city.rulebooks.order_by("-version")[0]
    items = [Category.objects.get(rulebook=book, code=code) for code in ("060101", "030101", "050101")]
    limit = TimeLimit.objects.filter(rulebook=book, clock="workorders.keep")[0]
    return Ground([first, second, third], [held[first.pk], held[second.pk], free], items, limit)


def ended(clock: Deadline, hours: float) -> None:
    """An open clock ends so many hours after it began."""
    clock.ended_at = clock.started_at + dt.timedelta(hours=hours)
    clock.missed_at = clock.due_at if clock.ended_at >= clock.due_at else None
    clock.state = "late" if clock.missed_at else "met"
    clock.save(update_fields=["ended_at", "missed_at", "state"])

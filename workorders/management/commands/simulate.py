"""Lets a loaded city live for some days: `simulate --city hongqiao --days 30 --seed 1`."""

from __future__ import annotations

import datetime as dt
import sys
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grids.models import City
from workorders.models import WorkOrder
from workorders.simulation import branches, lived, volume
from workorders.simulation.cast import NobodyThere, Stage
from workorders.simulation.plan import USUAL_A_DAY, Plan, draw


class Command(BaseCommand):
    help = "Lives a city's days through the real services, or set by set (--set-based): the same seed, the same city."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", required=True)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--a-day", type=float, default=USUAL_A_DAY, help="mean reports a worker and day, 2 at most")
        parser.add_argument("--most", type=int, help="about this many reports in all (thins them out evenly)")
        parser.add_argument("--until", help="the last moment, ISO with zone; the present if not given")
        parser.add_argument("--branches", action="store_true", help="and one order in each branch, around one desk")
        parser.add_argument("--set-based", action="store_true", help="write the lives set by set: for volume")

    def handle(self, *args, city: str, days: int, seed: int, until: str | None, **options) -> None:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        if days < 1 or not 0 < options["a_day"] <= 2:
            raise CommandError("--days must be 1 or more, and --a-day more than 0 and at most 2.")
        end = dt.datetime.fromisoformat(until) if until else timezone.now()
        stage = Stage(town, end.astimezone(town.zone).date())
        plans = self._plans(stage, days, seed, end, options)
        began = time.monotonic()
        try:
            made = (
                volume.live_all(plans, stage, end, self._progress)
                if options["set_based"]
                else self._live(plans, stage, end)
            )
            made += branches.branch_out(stage, end) if options["branches"] else 0
        except NobodyThere as error:
            raise CommandError(f"{town.name}: {error}") from error
        self.stdout.write(f"{made} orders of {town.name} lived in {time.monotonic() - began:.0f} s")

    def _plans(self, stage: Stage, days: int, seed: int, end: dt.datetime, options: dict) -> list[Plan]:
        first = end.astimezone(stage.city.zone).date() - dt.timedelta(days=days - 1)
        workers = len(stage.workers)
        a_day = min(options["a_day"], options["most"] / (days * workers)) if options["most"] else options["a_day"]
        drawn = draw(seed=seed, workers=workers, first=first, days=days, zone=stage.city.zone, a_day=a_day)
        return [plan for plan in drawn if plan.reported_at <= end]

    def _live(self, plans: list[Plan], stage: Stage, end: dt.datetime) -> int:
        """Order by order, each in its own transaction; a run that was interrupted goes on where it stopped."""
        done = self._already(stage, plans)
        for number, plan in enumerate(plans[done:], start=done + 1):
            lived.live(plan, stage, end)
            self._progress(number, len(plans))
        return len(plans) - done

    def _already(self, stage: Stage, plans: list[Plan]) -> int:
        if not plans:
            return 0
        opened = WorkOrder.objects.filter(city=stage.city, opened_at__gte=plans[0].reported_at).count()
        return min(opened, len(plans))

    def _progress(self, done: int, of: int) -> None:
        if done == of or done % max(of // 100, 1) == 0:
            self.stdout.write(f"{done * 100 // of} %", ending="\r" if sys.stdout.isatty() else "\n")
            self.stdout.flush()

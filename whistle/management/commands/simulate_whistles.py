"""Lets the streets of a loaded city whistle: `simulate_whistles --city hongqiao --number 88 --days 229 --seed 1`."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Sequence

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grids.models import City
from whistle.models import Whistle
from whistle.simulation import acts, stories
from whistle.simulation.cast import Stage
from whistle.simulation.plan import Plan, draw
from workorders.simulation.cast import NobodyThere

# Meetings and plans of the last whistles lie a few days behind the last of them.
DAYS_BEYOND = 7


class Command(BaseCommand):
    help = "Lives a city's whistles through the real services: so many within some days, or one in each state (--demo)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", required=True)
        parser.add_argument("--number", type=int, default=12, help="first whistles; second ones come on top")
        parser.add_argument("--days", type=int, default=60)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="the last moment, ISO with zone; the present if not given")
        parser.add_argument("--demo", action="store_true", help="instead: one in each state at the last moment")

    def handle(self, *args, city: str, number: int, days: int, seed: int, until: str | None, **options) -> None:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        if number < 1 or days < 20:
            raise CommandError("--number must be 1 or more, and --days 20 or more: each is to be settled in time.")
        end = dt.datetime.fromisoformat(until) if until else timezone.now()
        began = time.monotonic()
        try:
            stage = Stage(town, end.astimezone(town.zone).date())
            plans = stories.around(stage, end) if options["demo"] else self._drawn(stage, number, days, seed, end)
            lived = self._live(plans, stage, end, mixed=options["demo"])
        except NobodyThere as error:
            raise CommandError(f"{town.name}: {error}") from error
        self.stdout.write(f"{lived} whistles of {town.name} lived in {time.monotonic() - began:.0f} s")

    def _drawn(self, stage: Stage, number: int, days: int, seed: int, end: dt.datetime) -> list[Plan]:
        last = end.astimezone(stage.city.zone).date()
        first = last - dt.timedelta(days=days - 1)
        span = [first + dt.timedelta(days=each) for each in range(days + DAYS_BEYOND)]
        streets = [street.area.name for street in stage.streets]
        worked = [day for day in span if stage.calendar.works(day)]
        return draw(seed=seed, number=number, days=worked, streets=streets, zone=stage.city.zone, until=last)

    def _live(self, plans: Sequence[Plan], stage: Stage, end: dt.datetime, *, mixed: bool) -> int:
        """Whistle by whistle, each in its own transaction; a run that was interrupted lives those that are missing."""
        known = self._already(stage, plans, mixed=mixed)
        missing = [plan for plan in plans if (stage.streets[plan.street].area.pk, plan.at) not in known]
        for number, plan in enumerate(missing, 1):
            acts.live(plan, stage, end)
            self._progress(number, len(missing))
        return len(missing)

    def _already(self, stage: Stage, plans: Sequence[Plan], *, mixed: bool) -> set[tuple[int, dt.datetime]]:
        """Which plans have been lived; refuses days with whistles of another origin, unless it is a demo's."""
        first = Whistle.objects.filter(city=stage.city, previous=None)
        within = first.filter(opened_at__range=(plans[0].at, plans[-1].at))
        known = set(within.values_list("caller", "opened_at"))
        others = known - {(stage.streets[plan.street].area.pk, plan.at) for plan in plans}
        if others and not mixed:
            raise CommandError(
                f"{len(others)} other whistles of {stage.city.name} lie in these days; an earlier run goes on with its "
                "own --number, --days, --until and --seed."
            )
        return known

    def _progress(self, done: int, of: int) -> None:
        if done == of or done % max(of // 20, 1) == 0:
            self.stdout.write(f"{done * 100 // of} %", ending="\r" if sys.stdout.isatty() else "\n")
            self.stdout.flush()

"""Fills a loaded city with invented points and some days' patrols: `simulate_patrols --city hongqiao`."""

from __future__ import annotations

import datetime as dt
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grids.models import City
from patrols.services.demo_points import fill


class Command(BaseCommand):
    help = "Risks, key points and the patrols of the last days, through the real services: the same seed, the same."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", required=True)
        parser.add_argument("--grids", type=int, default=10, help="so many grids, those of the demo accounts first")
        parser.add_argument("--days", type=int, default=3, help="so many working days before the last moment")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="the last moment, ISO with zone; the present if not given")

    def handle(self, *args, city: str, grids: int, days: int, seed: int, until: str | None, **options) -> None:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        if grids < 1 or not 0 <= days <= 30:
            raise CommandError("--grids is 1 or more, and --days 0 to 30.")
        end = dt.datetime.fromisoformat(until) if until else timezone.now()
        began = time.monotonic()
        points, seen = fill(town, until=end, grids=grids, days=days, seed=seed)
        self.stdout.write(f"{points} points of {town.name}, reached {seen} times, in {time.monotonic() - began:.0f} s")

"""Fills a loaded city's registers with invented people, and their last visits: `simulate_registers --city hongqiao`."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError

from grids.models import City
from grids.selectors import today_in
from grids.sheets import as_csv
from patrols.services.demo_visits import invent_visits
from registers.columns import HEADINGS
from registers.invented import rows_for
from registers.selectors.kinds import kinds_about_people
from registers.services.simulating import demo_grids, keeper_of, take_in_sheet


class Command(BaseCommand):
    help = "Invented people and homes, through the same import as a real sheet: the same seed, the same people."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", required=True)
        parser.add_argument("--each", type=int, default=120, help="people a grid")
        parser.add_argument("--grids", type=int, default=12, help="so many grids, those of the demo accounts first")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, city: str, each: int, grids: int, seed: int, **options) -> None:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        if not 1 <= each <= 800 or grids < 1:
            raise CommandError("--each is 1 to 800, and --grids 1 or more.")
        began, total = time.monotonic(), 0
        headings = [words[0] for words in HEADINGS.values()]
        for keeper, areas in keeper_of(demo_grids(town, grids)).items():
            rows = rows_for(areas, kinds_about_people(town), each=each, seed=seed + areas[0].pk, today=today_in(town))
            total += take_in_sheet(town, keeper, as_csv([headings, *rows]))
        visits = invent_visits(town, seed=seed)
        took = time.monotonic() - began
        self.stdout.write(f"{total} people of {town.name} taken in, {visits} visits, in {took:.0f} s")

"""Lives the last month's boards of a loaded city: `simulate_assessments --city hongqiao`, after the demo's orders."""

from __future__ import annotations

import datetime as dt
import time

from django.core.management.base import BaseCommand, CommandError

from assessment.models import Scheme
from assessment.selectors.months import Month, months_over
from assessment.services.demo_months import live_month
from grids.models import City


class Command(BaseCommand):
    help = "Last month's boards, looked at, confirmed and appealed against, through the real services."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", required=True)
        parser.add_argument("--month", help="YYYY-MM; the last one that is over if not given")
        parser.add_argument("--boards", type=int, default=4, help="so many boards of each scheme; 0: all")
        parser.add_argument("--appeals", type=int, default=2, help="so many appeals in all, the first is upheld")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, city: str, month: str | None, boards: int, appeals: int, seed: int, **options) -> None:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        if boards < 0 or not 0 <= appeals <= 50:
            raise CommandError("--boards is 0 or more, and --appeals 0 to 50.")
        began = time.monotonic()
        lived = live_month(town, self._month(town, month), most=boards, appealed=appeals, seed=seed)
        took = time.monotonic() - began
        told = f"{len(lived.boards)} boards of {town.name}, {len(lived.appeals)} appeals, {lived.upheld} upheld"
        self.stdout.write(f"{told}, in {took:.0f} s")

    @staticmethod
    def _month(town: City, said: str | None) -> Month:
        last = months_over(town)[0]
        if said is None:
            return last
        try:
            since = dt.date.fromisoformat(f"{said}-01")
        except ValueError as error:
            raise CommandError("--month is like 2026-10.") from error
        if since > last.since:
            raise CommandError("This month is not over yet.")
        return Month(Scheme.Span.MONTH, since, (since + dt.timedelta(days=32)).replace(day=1))

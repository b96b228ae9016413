"""Publishes a city folder as the city's next rulebook, or says in which line it is wrong."""

import datetime as dt
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from grids.cityfile.areas import counts_by_level
from grids.folder import MOST_PROBLEMS, BadFolder
from grids.services.earlier import held_since
from grids.services.publishing import publish


class Command(BaseCommand):
    help = "Loads a city folder as the next rulebook of its city; --check only validates."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="validate only; nothing is written")
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="DAY",
            help="as if the folder held since this earlier day, to simulate the years before its own first day",
        )  # fmt: skip

    def handle(self, *args, folder: Path, check: bool, as_of: dt.date | None, **options) -> None:
        autodiscover_modules("cityfile")
        try:
            with held_since(folder, as_of) if as_of else nullcontext(folder) as read:
                loading = publish(read, check=check)
        except BadFolder as bad:
            raise CommandError(f"refused, nothing was loaded:\n{bad}") from bad
        for warning in loading.warnings[:MOST_PROBLEMS]:
            self.stderr.write(f"warning: {warning}")
        if len(loading.warnings) > MOST_PROBLEMS:
            self.stderr.write(f"warning: … and {len(loading.warnings) - MOST_PROBLEMS} more")
        done = "is good" if check else f"is rulebook {loading.rulebook.version} of {loading.city.name}"
        self.stdout.write(f"{folder.name} {done}, {len(loading.made['posts'])} posts")
        self.stdout.write(counts_by_level(loading))

"""Opens the demo accounts of a city and says who they are; `--remove` closes them all."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from grids.models import City
from grids.services.demo import PASSWORD, close_demo_accounts, open_demo_accounts


class Command(BaseCommand):
    help = "Opens one demo account a role (embedded default only), or removes them all."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", default="hongqiao")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--remove", action="store_true")

    def handle(self, *args, city: str, remove: bool, **options) -> None:
        if remove:
            self.stdout.write(f"{close_demo_accounts()} demo accounts closed")
            return
        if not settings.EMBEDDED:
            raise CommandError("Demo accounts have a published password; they exist on the embedded default alone.")
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        rows = [(str(a.role.name), a.user.username, PASSWORD, a.place) for a in open_demo_accounts(town)]
        self.stdout.write(_as_json(rows) if options["json"] else "\n".join("  ".join(row) for row in rows))


def _as_json(rows: list[tuple[str, str, str, str]]) -> str:
    keys = ("role", "username", "password", "place")
    return json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False)

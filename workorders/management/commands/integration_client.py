"""Lets another system send orders: `integration_client --city dalad --source 96118 --name "96118平台"`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from grids.models import City
from workorders.models import IntegrationClient
from workorders.services import integrations


class Command(BaseCommand):
    help = "Registers a client of the integration API, gives it a new secret, or ends it. The secret is printed once."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--city", help="short name of the city")
        parser.add_argument("--source", help="code of the source in the city's sources.csv")
        parser.add_argument("--name", default="", help="what the other system is called")
        parser.add_argument("--receipts", default="", help="address that takes the receipts")
        parser.add_argument("--renew", metavar="KEY", help="give this client a new secret")
        parser.add_argument("--end", metavar="KEY", help="this client may send nothing any more")

    def handle(self, *args, renew: str | None, end: str | None, **options) -> None:
        if end:
            integrations.end_client(self._client(end))
            self.stdout.write(f"{end} has ended")
            return
        client = integrations.renew_secret(self._client(renew)) if renew else self._make(**options)
        self.stdout.write(f"key    {client.key_id}")
        self.stdout.write(f"secret {client.secret}")
        self.stdout.write("The secret is not shown again. It changes with SECRET_KEY.")

    def _make(self, *, city: str | None, source: str | None, name: str, receipts: str, **options) -> IntegrationClient:
        town = City.objects.filter(slug=city).first()
        if town is None:
            raise CommandError(f"There is no city “{city}”; load its folder first.")
        try:
            return integrations.make_client(
                city=town, source=source or "", name=name or source or "", receipts_url=receipts
            )  # fmt: skip
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def _client(self, key: str) -> IntegrationClient:
        client = IntegrationClient.objects.filter(key_id=key).first()
        if client is None:
            raise CommandError(f"There is no client “{key}”.")
        return client

"""Seals every sealed text anew under the first of REGISTER_KEYS, and writes the keys to search by anew."""

from django.core.management.base import BaseCommand

from registers.services.resealing import reseal_all


class Command(BaseCommand):
    help = "Seals the registers anew under the first key: after a new key was put in front, before an old one goes."

    def handle(self, *args, **options) -> None:
        for table, done in reseal_all().items():
            self.stdout.write(f"{table}: {done}")

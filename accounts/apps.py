"""The lowest floor: who signs in. What a person may do, and where, is `grids/jurisdiction.py`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, receivers  # noqa: F401  (registering is what importing them does)

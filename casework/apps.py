"""What is true of every case: what may happen next, by when, and what happened. It knows no app above it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        from casework import receivers  # noqa: F401  (registering is what importing it does)

        autodiscover_modules("deadlines")

"""The command centre's screens: reads everything, writes nothing of others."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "insight"

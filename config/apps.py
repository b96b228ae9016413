"""The wiring's own app: the pages that show the whole house (health, metrics, language) need a home."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

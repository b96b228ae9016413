"""Wiring only: settings, URLs, Celery, WSGI. May import anything; nothing imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

"""Woken by beat: last month's boards of every city, moral entries whose days are over. No arguments, no logic."""

from celery import shared_task

from assessment.services import months, moral


@shared_task
def open_months() -> None:
    months.open_months()


@shared_task
def take_off_moral() -> None:
    moral.take_off_past()

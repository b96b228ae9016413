"""What beat wakes. No arguments, no logic: each asks the database what is due through one service."""

from celery import shared_task

from registers.services import sheets


@shared_task
def forget_sheets() -> None:
    sheets.forget_old()

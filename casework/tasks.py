"""What beat wakes. No arguments, no logic: each asks the database what is due through one service."""

from celery import shared_task

from casework.services import follow, sweep


@shared_task
def sweep_deadlines() -> None:
    sweep.sweep_deadlines()


@shared_task
def move_clocks_of_changed_calendars() -> None:
    follow.move_clocks_of_changed_calendars()

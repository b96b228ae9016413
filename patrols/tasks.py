"""Woken by beat: rounds of the morning, patrols whose end was forgotten, months of tracks, what is kept no longer."""

from celery import shared_task

from patrols.services import forgetting, partitions, planning, walks


@shared_task
def end_forgotten() -> None:
    walks.end_forgotten()


@shared_task
def make_months() -> None:
    partitions.make_ahead()


@shared_task
def erase_old_tracks() -> None:
    forgetting.erase_old()


@shared_task
def make_rounds() -> None:
    planning.make_todays_rounds()

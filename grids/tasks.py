"""Woken by beat: posts that begin or end by themselves at midnight."""

from celery import shared_task

from grids.services import posts


@shared_task
def renew_grants() -> int:
    """What posts allow begins and ends with their dates."""
    return posts.renew_grants()

"""Woken by beat: claims that lapse, parked orders whose day has come, dry runs that wait."""

from celery import shared_task

from workorders.services import applications, dispatching, dry_runs


@shared_task
def release_holds() -> None:
    dispatching.release_holds()


@shared_task
def resume_parked() -> None:
    applications.resume_parked()


@shared_task
def run_dry_runs() -> None:
    dry_runs.run_dry_runs()

"""Woken by beat: claims that lapse, parked orders whose day has come, dry runs, sheets, receipts that wait."""

from celery import shared_task

from workorders.services import (
    applications,
    batches,
    dispatching,
    dry_runs,
    integrations,
    receipts,
    receiving,
    replaying,
    sending,
)


@shared_task
def release_holds() -> None:
    dispatching.release_holds()


@shared_task
def resume_parked() -> None:
    applications.resume_parked()


@shared_task
def run_dry_runs() -> None:
    dry_runs.run_dry_runs()


@shared_task
def read_imports() -> None:
    batches.read_waiting()


@shared_task
def open_imports() -> None:
    batches.import_waiting()


@shared_task
def forget_imports() -> None:
    batches.forget_old()


@shared_task
def write_receipts() -> None:
    receipts.write_due()


@shared_task
def send_receipts() -> None:
    receipts.send_due()


@shared_task
def forget_nonces() -> None:
    integrations.forget_nonces()


@shared_task
def forget_sent() -> None:
    sending.forget_sent()


@shared_task
def forget_received() -> None:
    receiving.forget_received()


@shared_task
def forget_steps() -> None:
    replaying.forget_steps()

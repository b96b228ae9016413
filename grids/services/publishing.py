"""A city folder becomes the next rulebook: every app's part, in one transaction, or nothing at all."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from grids.folder import BadFolder, Loading, Problem, readers
from grids.once import forget


class _OnlyChecked(Exception):
    """Ends a transaction that was to leave nothing behind."""


def publish(folder: Path, *, check: bool = False) -> Loading:
    """Reads a folder into the database as the city's next rulebook; with `check` it only validates.

    Refuses with `BadFolder` (file, line, field, reason); then nothing has changed.
    """
    loading = Loading(folder=folder, today=timezone.localdate())
    if not folder.is_dir():
        raise BadFolder([Problem(str(folder), 0, "", "there is no such folder")])
    try:
        with transaction.atomic():
            for read in readers():
                read(loading)
                loading.stop_if_wrong()
            if check:
                raise _OnlyChecked
    except _OnlyChecked:
        pass
    forget()
    return loading

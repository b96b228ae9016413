"""Sheets on their way in, as the person who handed them in sees them; nobody else sees any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import NotFound
from grids.models import City
from workorders.models import ImportBatch, ImportRow, Source
from workorders.models.details import EXTERNAL
from workorders.selectors.sources import source_today, sources_today

A_PAGE = 50
SHOWN = 20
STATE = ImportBatch.State


def batches_of(user: User) -> list[ImportBatch]:
    """The last sheets that a person handed in, newest first."""
    return list(ImportBatch.objects.filter(by=user).select_related("city")[:SHOWN])


def batch_of(user: User, key: str) -> ImportBatch:
    """One sheet of the person's own."""
    batch = ImportBatch.objects.filter(by=user, key=key).select_related("city", "by").first()
    if batch is None:
        raise NotFound(_("There is no such sheet, or somebody else handed it in."))
    return batch


def numbered_sources(city: City) -> list[Source]:
    """The sources whose orders bear a number of their own: only those can be imported without doubles."""
    return [source for source in sources_today(city) if EXTERNAL in source.asks]


@dataclass(frozen=True)
class BatchFace:
    """How far a sheet is."""

    counts: dict[str, int]
    done: int
    source: str
    # Why no row could be judged: no column stands for these.
    unread: bool

    @property
    def waits(self) -> bool:
        return self.done >= 0


def face_of_batch(batch: ImportBatch) -> BatchFace:
    """What a sheet's page shows of its state; `done` is −1 where nothing is going on."""
    counted = batch.rows.values_list("verdict").annotate(Count("pk")).order_by()
    counts = dict.fromkeys(ImportRow.Verdict.values, 0) | dict(counted)
    source = source_today(batch.city, batch.source)
    busy = batch.state in (STATE.TO_READ, STATE.TO_IMPORT)
    done = (cache.get(f"import:{batch.pk}") or 0) if busy else -1
    return BatchFace(counts, done, source.title if source else batch.source, bool(counts[""]))


@dataclass(frozen=True)
class RowFace:
    """One row of the preview: what it is about; names and numbers stay in the sheet."""

    line: int
    number: str
    words: str
    place: str
    verdict: str
    label: str
    reason: str
    order: str


def rows_of(batch: ImportBatch, verdict: str, after: int) -> tuple[list[RowFace], int]:
    """A page of a sheet's rows from a line on, and the line after which the next page begins (0: none)."""
    rows = batch.rows.filter(line__gt=after).select_related("order")
    if verdict in ImportRow.Verdict.values and verdict:
        rows = rows.filter(verdict=verdict)
    found = list(rows.order_by("line")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    return [_face(batch, row) for row in shown], shown[-1].line if len(found) > A_PAGE else 0


def _face(batch: ImportBatch, row: ImportRow) -> RowFace:
    return RowFace(
        line=row.line, number=row.external_no, words=_cell(batch, row, "words"), place=_cell(batch, row, "place"),
        verdict=row.verdict, label=row.get_verdict_display(), reason=row.reason,
        order=row.order.number if row.order else "",
    )  # fmt: skip


def _cell(batch: ImportBatch, row: ImportRow, name: str) -> str:
    if name not in batch.columns or not row.cells:
        return row.order.title if row.order and name == "words" else ""
    return str(row.cells[batch.headers.index(batch.columns[name])])[:80]


def wrong_rows(batch: ImportBatch) -> Iterator[list[str]]:
    """The error sheet: the headings and the wrong rows as they came, each with its reason."""
    yield [*batch.headers, _("Line"), _("What is wrong")]
    for row in batch.rows.filter(verdict=ImportRow.Verdict.WRONG).order_by("line").iterator():
        cells = [*row.cells, *[""] * len(batch.headers)][: len(batch.headers)]
        yield [*cells, str(row.line), row.reason]

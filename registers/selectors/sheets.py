"""Sheets on their way into the registers, as the person who handed them in sees them; nobody else sees any."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from registers.columns import FIELDS, HEADINGS
from registers.masks import MASKS
from registers.models import RegisterBatch, RegisterLine
from registers.sealing import unseal

A_PAGE, SHOWN = 50, 20
Verdict = RegisterLine.Verdict


@dataclass(frozen=True)
class LineFace:
    """One row of the preview: whom it is about, masked, and what is to become of it."""

    line: int
    name: str
    place: str
    verdict: str
    label: str
    # The words of a cell's column, and why it is wrong; no reason where a row changes that field.
    reasons: Sequence[tuple[str, str]]


def batches_of(user: User) -> list[RegisterBatch]:
    """The last sheets that a person handed in, newest first."""
    return list(RegisterBatch.objects.filter(by=user).select_related("city")[:SHOWN])


def batch_of(user: User, key: uuid.UUID | str) -> RegisterBatch:
    """One sheet of the person's own."""
    batch = RegisterBatch.objects.filter(by=user, key=key).select_related("city", "by").first()
    if batch is None:
        raise Http404
    return batch


def counts_of(batch: RegisterBatch) -> dict[str, int]:
    """How many rows have each verdict."""
    counted = batch.lines.values_list("verdict").annotate(Count("pk")).order_by()
    return dict.fromkeys(map(str, Verdict.values), 0) | dict(counted)


def lines_of(batch: RegisterBatch, verdict: str, after: int) -> tuple[list[LineFace], int]:
    """A page of a sheet's rows from a line on, and the line after which the next page begins (0: none)."""
    rows = batch.lines.filter(line__gt=after)
    if verdict in Verdict.values:
        rows = rows.filter(verdict=verdict)
    found = list(rows.order_by("line")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    return [_face(batch, row) for row in shown], shown[-1].line if len(found) > A_PAGE else 0


def wrong_rows(batch: RegisterBatch) -> Iterator[list[str]]:
    """The error sheet: the headings and the wrong or double rows as they came, each with its reasons."""
    yield [*batch.headers, _("Line"), _("What is wrong")]
    for row in batch.lines.filter(verdict__in=(Verdict.WRONG, Verdict.DOUBLE)).order_by("line").iterator():
        cells = [*cells_of(row), *[""] * len(batch.headers)][: len(batch.headers)]
        reasons = "；".join(_sentence(label, why) for label, why in _reasons(row))
        yield [*cells, str(row.line), reasons]


def empty_sheet() -> list[list[str]]:
    """Our own headings, to be filled in."""
    return [[words[0] for words in HEADINGS.values()]]


def cells_of(line: RegisterLine) -> list[str]:
    """The cells of a line as they stood in the sheet; empty once they are forgotten."""
    return list(json.loads(unseal(line.cells_sealed))) if line.cells_sealed else []


def _face(batch: RegisterBatch, row: RegisterLine) -> LineFace:
    said = dict(zip(batch.fields, cells_of(row), strict=False))
    return LineFace(
        line=row.line, name=MASKS["name"](said.get("name", "").strip()), place=said.get("building", "")[:80],
        verdict=row.verdict, label=row.get_verdict_display(), reasons=_reasons(row),
    )  # fmt: skip


def _reasons(row: RegisterLine) -> list[tuple[str, str]]:
    own_words = {"home": _("home"), "line": ""}
    return [(str(own_words.get(name, FIELDS.get(name, name))), why) for name, why in row.reasons.items()]


def _sentence(label: str, why: str) -> str:
    return f"{label}：{why}" if label else why

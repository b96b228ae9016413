"""Sheets of people and homes: handed in and judged at once, confirmed, taken in set by set, forgotten.

The file itself is never kept: its cells are sealed line by line. The verdicts: `judging.py`; the rows: `writing.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids import jurisdiction
from grids.models import City
from grids.sheets import read_sheet
from registers.columns import guessed_fields
from registers.models import RegisterBatch, RegisterLine
from registers.sealing import seal
from registers.selectors.sheets import cells_of
from registers.selectors.sight import KEEPS
from registers.services.judging import Judge, Judged
from registers.services.writing import write

State, Verdict = RegisterBatch.State, RegisterLine.Verdict
TAKEN = (Verdict.NEW, Verdict.CHANGED)
AT_ONCE = 1_000
LONGEST_HEADING = 60
# What was never confirmed is forgotten after a week, what was wrong after a month (rules.md 10: shortest retention).
UNCONFIRMED_KEPT, WRONG_KEPT = dt.timedelta(days=7), dt.timedelta(days=30)


@transaction.atomic
def hand_in(*, by: User, city: City, content: bytes) -> RegisterBatch:
    """Reads a sheet and judges its rows; nothing is taken in before it is confirmed."""
    if not jurisdiction.may_somewhere(by, KEEPS, city):
        raise PermissionDenied(_("Your posts do not let you keep registers."))
    sheet = read_sheet(content)
    headers = [heading[:LONGEST_HEADING] for heading in sheet.headers]
    fields = guessed_fields(headers)
    if "name" not in fields and "building" not in fields:
        raise ValidationError({"file": _("No column is headed 姓名 or 楼栋: use the headings of the empty sheet.")})
    batch = RegisterBatch.objects.create(
        city=city, by=by, at=timezone.now(), headers=headers, fields=fields, total=len(sheet.rows)
    )
    judged = Judge(city, by).judge([(line, _said(fields, cells)) for line, cells in sheet.rows])
    RegisterLine.objects.bulk_create(
        (_line(batch, each, cells) for each, (_number, cells) in zip(judged, sheet.rows, strict=True)),
        batch_size=AT_ONCE,
    )
    return batch


@transaction.atomic
def confirm(batch: RegisterBatch, *, by: User) -> RegisterBatch:
    """Takes in what is new or changed, all of it or nothing; confirmed twice is confirmed once."""
    if batch.by_id != by.pk:
        raise PermissionDenied(_("Somebody else handed this sheet in."))
    _one_at_a_time(batch.city_id)
    held = RegisterBatch.objects.select_for_update(of=("self",)).select_related("city").get(pk=batch.pk)
    if held.state == State.TAKEN_IN:
        return held
    lines = list(held.lines.filter(verdict__in=TAKEN).exclude(cells_sealed=""))
    if held.state != State.READ or not lines:
        raise ValidationError(_("There is nothing new or changed in this sheet to take in."))
    judged = Judge(held.city, by).judge([(line.line, _said(held.fields, cells_of(line))) for line in lines])
    write([each for each in judged if each.verdict in TAKEN], city=held.city, by=by)
    _keep_verdicts(lines, judged)
    held.lines.exclude(verdict=Verdict.WRONG).update(cells_sealed="")
    held.state, held.taken_in_at = State.TAKEN_IN, timezone.now()
    held.save(update_fields=["state", "taken_in_at"])
    return held


def forget_old() -> int:
    """Empties the cells of sheets whose time is over; safe to run twice or late."""
    at = timezone.now()
    stale = RegisterBatch.objects.filter(state=State.READ, at__lt=at - UNCONFIRMED_KEPT)
    stale.update(state=State.FORGOTTEN, emptied_at=at)
    RegisterBatch.objects.filter(state=State.TAKEN_IN, emptied_at=None, taken_in_at__lt=at - WRONG_KEPT).update(
        emptied_at=at
    )
    over = RegisterLine.objects.filter(batch__emptied_at__isnull=False).exclude(cells_sealed="")
    return over.update(cells_sealed="")


def _one_at_a_time(city_key: int) -> None:
    """Two sheets of one city are taken in one after the other, so each sees what the other brought."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('registers'), %s)", [city_key])


def _said(fields: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    return {name: text.strip() for name, text in zip(fields, cells, strict=False) if name}


def _line(batch: RegisterBatch, judged: Judged, cells: Sequence[str]) -> RegisterLine:
    # What is there already and unchanged need not be kept a second time.
    kept = "" if judged.verdict == Verdict.SAME else seal(json.dumps(list(cells), ensure_ascii=False))
    return RegisterLine(
        batch=batch, line=judged.line, cells_sealed=kept, verdict=judged.verdict, reasons=judged.reasons,
        person=judged.person, home=judged.home,
    )  # fmt: skip


def _keep_verdicts(lines: Sequence[RegisterLine], judged: Sequence[Judged]) -> None:
    """The lines anew, with what became of them and without their cells; written anew because that is quicker."""
    RegisterLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    for line, each in zip(lines, judged, strict=True):
        line.pk, line.verdict, line.reasons = None, each.verdict, each.reasons
        line.person, line.home = each.person, each.home
        if each.verdict != Verdict.WRONG:
            line.cells_sealed = ""
    RegisterLine.objects.bulk_create(lines, batch_size=AT_ONCE)

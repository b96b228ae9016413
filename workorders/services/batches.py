"""Imports of sheets: handed in, read, looked at, confirmed, imported in one transaction, forgotten.

People's steps only note what is wanted; `read_waiting` and `import_waiting` do the work, woken by beat. Progress is a
hint in the cache; the truth is the batch's state.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow, NotYours, Refusal
from grids import jurisdiction as ground
from grids.models import City
from grids.sheets import LARGEST_FILE, read_sheet
from workorders.models import ImportBatch, ImportColumns, ImportRow, Incoming
from workorders.models.details import EXTERNAL
from workorders.selectors.sources import source_today
from workorders.services.judging import Judge, guessed_columns
from workorders.services.opening import Opener

log = logging.getLogger(__name__)
State, Verdict = ImportBatch.State, ImportRow.Verdict
INSERT_AT_ONCE = 1_000
# What was never confirmed is forgotten after a week, the wrong rows of an import after a month (rules.md 10).
UNCONFIRMED_KEPT, WRONG_KEPT = dt.timedelta(days=7), dt.timedelta(days=30)


@transaction.atomic
def hand_in(*, by: User, city: City, source: str, name: str, content: bytes) -> ImportBatch:
    """Takes a sheet; it is read in the background."""
    if not ground.granted_areas(by, "import_in").filter(city=city).exists():
        raise NotYours(_("Your post does not let you import."))
    found = source_today(city, source)
    if found is None or EXTERNAL not in found.asks:
        raise ValidationError({"source": _("Choose a source whose orders bear numbers of its own.")})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"file": _("The file is larger than 20 MB.")})
    batch = ImportBatch(city=city, source=source, by=by, at=now(), name=name[:200])
    batch.language = translation.get_language() or "zh-hans"
    batch.file.save("", ContentFile(content), save=False)
    batch.save()
    return batch


@transaction.atomic
def choose_columns(batch: ImportBatch, *, by: User, columns: Mapping[str, str]) -> ImportBatch:
    """Says which column means what; kept for the source's next sheet, and this one is judged anew."""
    batch = _mine(batch, by)
    if batch.state != State.READ:
        raise NotNow(_("This sheet is “%(state)s” now.") % {"state": batch.get_state_display()})
    chosen = {name: heading for name, heading in columns.items() if heading in batch.headers and heading}
    if len(set(chosen.values())) < len(chosen):
        raise ValidationError(_("One column cannot stand for two things."))
    ImportColumns.objects.update_or_create(
        city=batch.city, source=batch.source, defaults={"columns": chosen}
    )  # fmt: skip
    batch.columns, batch.state = chosen, State.TO_READ
    batch.save(update_fields=["columns", "state"])
    return batch


@transaction.atomic
def confirm(batch: ImportBatch, *, by: User) -> ImportBatch:
    """Has the new rows imported; confirmed twice is confirmed once."""
    batch = _mine(batch, by)
    if batch.state in (State.TO_IMPORT, State.IMPORTED):
        return batch
    if batch.state != State.READ or not batch.rows.filter(verdict=Verdict.NEW).exists():
        raise NotNow(_("There is nothing new in this sheet to import."))
    batch.state, batch.confirmed_at = State.TO_IMPORT, now()
    batch.save(update_fields=["state", "confirmed_at"])
    return batch


def _mine(batch: ImportBatch, by: User) -> ImportBatch:
    """The batch with its row held; only who handed it in goes on with it."""
    if batch.by_id != by.pk:
        raise NotYours(_("Somebody else handed this sheet in."))
    return ImportBatch.objects.select_for_update().get(pk=batch.pk)


def read_waiting() -> int:
    """Reads every sheet that waits for it; safe to run twice, late, or beside itself."""
    return _each(State.TO_READ, _read)


def import_waiting() -> int:
    """Imports every confirmed sheet, each in one transaction; one that cannot be now is tried again later."""
    return _each(State.TO_IMPORT, _import)


def _each(state: str, work: Callable[[ImportBatch], None]) -> int:
    done = 0
    for key in ImportBatch.objects.filter(state=state).order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                waiting = ImportBatch.objects.select_for_update(skip_locked=True, of=("self",))
                batch = waiting.select_related("city", "by").filter(pk=key, state=state).first()
                if batch is None:
                    continue  # another worker has it
                with translation.override(batch.language):
                    work(batch)
                batch.save()
                done += 1
        except IntegrityError:
            log.info("import %s: the same numbers came in by another way meanwhile; it is tried again", key)
        except Exception as error:
            log.exception("import %s", key)
            _give_up(key, error)
    return done


def _give_up(key: int, error: Exception) -> None:
    """A sheet over which the house itself stumbled stops and says so; nothing of it was kept."""
    batch = ImportBatch.objects.get(pk=key)
    with translation.override(batch.language):
        words = str(error) if isinstance(error, Refusal) else _("This sheet could not be read; the error is on record.")
    ImportBatch.objects.filter(pk=key).update(state=State.REFUSED, sentence=words[:500], done_at=now())


def _read(batch: ImportBatch) -> None:
    """From the file to rows with verdicts; the file is then gone."""
    if not batch.headers:
        try:
            with batch.file.open("rb") as file:
                sheet = read_sheet(file.read())
        except ValidationError as error:
            batch.state, batch.sentence, batch.done_at = State.REFUSED, " ".join(error.messages), now()
            _drop_file(batch)
            return
        batch.headers, batch.total = sheet.headers, len(sheet.rows)
        rows = [ImportRow(batch=batch, line=line, cells=cells) for line, cells in sheet.rows]
        kept = ImportColumns.objects.filter(city=batch.city, source=batch.source).first()
        fields = list(Judge(batch).drafter.fields())
        batch.columns = guessed_columns(batch.headers, fields, kept.columns if kept else {})
        _drop_file(batch)
    else:
        rows = list(batch.rows.all())
    judge = Judge(batch)
    if not judge.missing:
        judge.judge(rows)
    batch.rows.all().delete()
    for row in rows:
        row.pk = None
    ImportRow.objects.bulk_create(rows, batch_size=INSERT_AT_ONCE)
    batch.state = State.READ


def _drop_file(batch: ImportBatch) -> None:
    """The file goes when the transaction has kept what was in it."""
    name, storage = batch.file.name, batch.file.storage
    batch.file = ""
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _import(batch: ImportBatch) -> None:
    """Judges the new rows once more and opens what is still new."""
    judge = Judge(batch)
    rows = list(batch.rows.filter(verdict=Verdict.NEW))
    judged = judge.judge(rows)
    changed = [row for row in rows if row.verdict != Verdict.NEW]
    ImportRow.objects.bulk_update(changed, ["verdict", "reason"], batch_size=INSERT_AT_ONCE)
    drafts = [(each.draft, each.area) for each in judged if each.draft and each.area]
    Opener(batch.city, judge.source, batch.by).open(drafts, lambda done: note_progress(batch, done))
    theirs = Incoming.objects.filter(
        city=batch.city, source=batch.source, external_no=OuterRef("external_no")
    )  # fmt: skip
    batch.rows.filter(verdict=Verdict.NEW).update(order=Subquery(theirs.values("order_id")[:1]), cells=[])
    batch.rows.filter(verdict=Verdict.KNOWN).filter(Exists(theirs)).update(
        order=Subquery(theirs.values("order_id")[:1]), cells=[]
    )
    batch.state, batch.done_at = State.IMPORTED, now()


def note_progress(batch: ImportBatch, done: int) -> None:
    """How far an import is: a hint for the page that waits, never the truth."""
    cache.set(f"import:{batch.pk}", done, 600)


def forget_old() -> int:
    """Empties the sheets whose time is over: names and numbers do not outlive their use."""
    at = now()
    stale = ImportBatch.objects.filter(confirmed_at=None, at__lt=at - UNCONFIRMED_KEPT)
    for batch in stale.exclude(file=""):
        batch.file.delete(save=True)
    stale.filter(state__in=[State.TO_READ, State.READ]).update(state=State.REFUSED, done_at=at)
    done = ImportBatch.objects.filter(done_at__lt=at - WRONG_KEPT)
    rows = ImportRow.objects.filter(batch__in=stale) | ImportRow.objects.filter(batch__in=done)
    return rows.exclude(cells=[]).update(cells=[])

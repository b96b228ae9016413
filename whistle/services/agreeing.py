"""会商: what was agreed on site binds who confirms it; progress, replies, and the street's audit of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow
from casework.services import clocks, doors
from whistle.lifecycle import SETTLE
from whistle.models import Agreement, PlanLine, Reply, Summons, Whistle
from whistle.services.calling import start
from whistle.services.reporting_in import named, summons_of

MOST_LINES = 20
LARGEST_BYTES = 20 * 1024 * 1024
# What the first bytes of a file say it is, whatever its name says.
BEGINNINGS = {b"%PDF-": Agreement.Ending.PDF, b"\xff\xd8\xff": Agreement.Ending.JPG}


@dataclass(frozen=True)
class Line:
    """One line of a plan that is not written down yet; `summons` or `who` names who does it."""

    words: str
    due_on: dt.date
    summons: Summons | None = None
    who: str = ""
    money: Decimal | None = None
    paid_by: str = ""


@transaction.atomic
def plan(whistle: Whistle, *, by: User, lines: Sequence[Line]) -> Whistle:
    """The plan: what, who, with whose money, until when (mechanism 2-25)."""
    return _write_down(whistle, "plan", by=by, lines=lines)


@transaction.atomic
def replan(whistle: Whistle, *, by: User, lines: Sequence[Line]) -> Whistle:
    """A later plan takes the earlier one's place; each unit confirms its lines anew."""
    return _write_down(whistle, "replan", by=by, lines=lines)


def _write_down(whistle: Whistle, step: str, *, by: User, lines: Sequence[Line]) -> Whistle:
    _check_lines(whistle, lines)
    facts = {"lines": len(lines), "money": str(sum((line.money or Decimal(0) for line in lines), Decimal(0)))}
    whistle = doors.take_step(whistle, step, by=by, facts=facts)
    whistle.plan_lines.filter(replaced_at=None).update(replaced_at=now())
    PlanLine.objects.bulk_create(
        PlanLine(
            whistle=whistle, place=place, words=line.words.strip(), summons=line.summons, who=line.who.strip(),
            money=line.money, paid_by=line.paid_by.strip(), due_on=line.due_on,
        )
        for place, line in enumerate(lines, 1)
    )  # fmt: skip
    _settle_by_plan(whistle, lines)
    return whistle


def _check_lines(whistle: Whistle, lines: Sequence[Line]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValidationError({"lines": _("A plan has between 1 and %(most)s lines.") % {"most": MOST_LINES}})
    standing = set(whistle.summonses.standing().values_list("pk", flat=True))
    today = now().astimezone(whistle.city.zone).date()
    for line in lines:
        if not line.words.strip():
            raise ValidationError({"lines": _("Say in each line what is done.")})
        if line.summons is None and not line.who.strip():
            raise ValidationError({"lines": _("Say in each line who does it.")})
        if line.summons is not None and line.summons.pk not in standing:
            raise ValidationError({"lines": _("A line names a unit that is not called.")})
        if line.due_on < today:
            raise ValidationError({"lines": _("A line's day lies in the past.")})


def _settle_by_plan(whistle: Whistle, lines: Iterable[Line]) -> None:
    """What the plan gives a unit takes the place of the rules' own time (rules.md 13.3 row 59); late stays late."""
    last: dict[int, tuple[Summons, dt.date]] = {}
    for line in lines:
        if line.summons is not None and line.summons.department is not None and line.summons.done_at is None:
            known = last.get(line.summons.pk, (line.summons, line.due_on))
            last[line.summons.pk] = (line.summons, max(known[1], line.due_on))
    for summons, day in last.values():
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), whistle.city.zone)
        clocks.drop_clocks(whistle, clock=SETTLE, holder=summons.department)
        if summons.department is not None:
            start(whistle, SETTLE, summons.department, kind=whistle.sort, until=midnight)


@transaction.atomic
def confirm_plan(whistle: Whistle, *, by: User, summons: Summons | None = None) -> Whistle:
    """A unit stands to its lines of the plan."""
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "confirm_plan", by)
    mine = summons_of(whistle, by, summons)
    lines = whistle.plan_lines.filter(summons=mine, replaced_at=None, confirmed_at=None)
    if not lines.exists():
        raise NotNow(_("No line of the plan waits for your word."))
    whistle = doors.take_step(whistle, "confirm_plan", by=by, facts=named(mine))
    lines.update(confirmed_at=now(), confirmed_by=by)
    return whistle


@transaction.atomic
def attach(
    whistle: Whistle, *, by: User, title: str, parties: str, content: bytes, words: str = "",
    money: Decimal | None = None,
) -> Whistle:  # fmt: skip
    """Files a signed agreement (mechanism 2-26: the owner and the locality agree who looks after the place)."""
    if not title.strip() or not parties.strip():
        raise ValidationError({"title": _("Say what was agreed, and between whom.")})
    ending = ending_of(content)
    digest = hashlib.sha256(content).hexdigest()
    facts = {"title": title.strip(), "sha256": digest}
    whistle = doors.take_step(whistle, "attach", by=by, facts=facts)
    filed = Agreement(
        whistle=whistle, title=title.strip(), parties=parties.strip(), words=words.strip(), money=money,
        ending=ending, sha256=digest, by=by, at=now(),
    )  # fmt: skip
    filed.file.save("", ContentFile(content), save=False)
    filed.save()
    return whistle


def ending_of(content: bytes) -> Agreement.Ending:
    """What kind of file it is, by its own first bytes; refuses what is neither PDF nor JPEG, or too large."""
    if len(content) > LARGEST_BYTES:
        raise ValidationError({"file": _("The file is larger than 20 MB.")})
    for beginning, ending in BEGINNINGS.items():
        if content.startswith(beginning):
            return ending
    raise ValidationError({"file": _("The file is neither a PDF nor a JPEG picture.")})


@transaction.atomic
def progress(whistle: Whistle, *, by: User, note: str, summons: Summons | None = None) -> Whistle:
    """How far a unit is."""
    if not note.strip():
        raise ValidationError({"note": _("Say how far it is.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "progress", by)
    mine = summons_of(whistle, by, summons)
    return doors.take_step(whistle, "progress", by=by, note=note.strip(), facts=named(mine))


@transaction.atomic
def reply(
    whistle: Whistle, *, by: User, received_at: dt.datetime, spoke_with: str, measures: str, finish_on: dt.date,
    summons: Summons | None = None,
) -> Whistle:  # fmt: skip
    """Our part is done, in four elements: taken up when, spoken with whom, done what, until when (rules.md row 61)."""
    if not spoke_with.strip() or not measures.strip():
        raise ValidationError({"measures": _("A reply names whom you spoke with and what was done.")})
    if received_at > now():
        raise ValidationError({"received_at": _("This lies ahead.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "reply", by)
    mine = summons_of(whistle, by, summons)
    if mine.done_at is not None or mine.replies.filter(passed=None).exists():
        raise NotNow(_("A reply was given already."))
    whistle = doors.take_step(whistle, "reply", by=by, facts=named(mine))
    Reply.objects.create(
        summons=mine, received_at=received_at, spoke_with=spoke_with.strip(), measures=measures.strip(),
        finish_on=finish_on, by=by, at=now(),
    )  # fmt: skip
    return whistle


@transaction.atomic
def audit(whistle: Whistle, *, by: User, passed: bool, words: str = "", reply: Reply | None = None) -> Whistle:
    """The street looks whether all four elements hold; a reply that does not pass is asked for again."""
    if not passed and not words.strip():
        raise ValidationError({"words": _("Say what is missing.")})
    whistle = doors.lock(whistle)
    doors.allowed_step(whistle, "audit", by)
    waiting = Reply.objects.filter(summons__whistle=whistle, passed=None).select_related("summons__department")
    found = (waiting.filter(pk=reply.pk) if reply else waiting).order_by("at").first()
    if found is None:
        raise NotFound(_("No reply waits for an audit."))
    facts = named(found.summons) | {"passed": passed}
    whistle = doors.take_step(whistle, "audit", by=by, note=words.strip(), facts=facts)
    found.passed, found.audit_words, found.audited_by, found.audited_at = passed, words.strip(), by, now()
    found.save(update_fields=["passed", "audit_words", "audited_by", "audited_at"])
    if passed:
        _note_done(whistle, found)
    return whistle


def _note_done(whistle: Whistle, found: Reply) -> None:
    """The unit was done when it replied, not when the street found the time to look."""
    found.summons.done_at = found.at
    found.summons.save(update_fields=["done_at"])
    if found.summons.department is not None:
        clocks.stop_clock(whistle, SETTLE, found.summons.department, at=found.at)

"""The one door: how a case is opened, and the only code that writes its status afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar, cast

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from casework import jurisdiction
from casework.actors import Actor
from casework.lifecycle import Step, lifecycle_of
from casework.models import Case
from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from casework.services import clocks
from casework.services.events import record
from grids.models import Area, City, Rulebook

AnyCase = TypeVar("AnyCase", bound=Case)

# The next numbers of a kind and day: five figures, more where a day has more.
_NUMBERED = """
given as (
    insert into casework_counter (prefix, day, last) values (%(prefix)s, %(day)s, %(many)s)
    on conflict (prefix, day) do update set last = casework_counter.last + excluded.last returning last
), numbered as (
    select n, %(prefix)s || to_char(%(day)s::date, 'YYYYMMDD-') || lpad(n::text, greatest(5, length(n::text)), '0')
    as number from given, generate_series(last - %(many)s + 1, last) n
)
"""
_NUMBERS = f"with {_NUMBERED} select number from numbered order by n"  # noqa: S608


# Nothing here refuses, so within a caller's transaction it needs no savepoint of its own.
@transaction.atomic(savepoint=False)
def open_case(
    case: AnyCase, *, by: Actor, area: Area, rulebook: Rulebook, note: str = "", facts: dict[str, Any] | None = None,
    first: clocks.First | None = None,
) -> AnyCase:  # fmt: skip
    """Opens an unsaved case of any kind: numbered, placed, under today's rulebook, with its first event.

    `first`: the clock with which it begins.
    """
    life = lifecycle_of(case.kind)
    case.opened_at = now()
    case.city, case.area, case.area_path, case.rulebook = area.city, area, area.path, rulebook
    case.status = life.opening
    write_clock = clocks.begin_with(case, first) if first else None
    _insert(case, life.prefix)
    if write_clock:
        write_clock()
    record(case, life.opened, by=by, at=case.opened_at, after=case.status, note=note, facts=facts)
    return case


def _insert(case: Case, prefix: str) -> None:
    """The case's number, its row and that of its kind, in one statement; Django's own `save` needs one for each."""
    kind = type(case)
    values = {
        f"row.{each.column}": each.get_db_prep_save(each.pre_save(case, add=True), connection)
        for each in (*_written(Case), *_written(kind))
    }
    with connection.cursor() as cursor:
        cursor.execute(_insertion(kind), values | _next(case.city, prefix, case.opened_at))
        case.pk, case.number = cursor.fetchone()
    case.id = case.pk
    case._state.adding, case._state.db = False, connection.alias


def _written(kind: type[Case]) -> list[models.Field[Any, Any]]:
    """The columns of a kind's own table that are said when a case is opened: its key and number are given."""
    return [each for each in kind._meta.local_concrete_fields if not each.primary_key and each.name != "number"]


@cache
def _insertion(kind: type[Case]) -> str:
    shared, own = ([str(each.column) for each in _written(table)] for table in (Case, kind))
    said, told = (", ".join(f"%(row.{column})s" for column in columns) for columns in (shared, own))
    return f"""
    with {_NUMBERED}, opened as (
        insert into casework_case (number, {", ".join(shared)}) select number, {said} from numbered returning id, number
    ), kept as (
        insert into {kind._meta.db_table} ({kind._meta.pk.column}, {", ".join(own)}) select id, {told} from opened
    )
    select id, number from opened
    """  # noqa: S608


def _next(city: City, prefix: str, at: dt.datetime, many: int = 1) -> dict[str, Any]:
    """What `_NUMBERED` asks for: the numbers are those of the city's day."""
    return {"prefix": prefix, "day": at.astimezone(city.zone).date(), "many": many}


@transaction.atomic
def take_step(
    case: AnyCase, name: str, *, by: Actor, note: str = "", facts: dict[str, Any] | None = None, **changes: Any
) -> AnyCase:
    """Takes one step of the case's lifecycle: locks, checks, changes, writes the one event. Returns the locked case.

    `changes` are the case's own fields. Clocks that a final status leaves behind are dropped. Refuses with `NotFound`
    (no such step), `NotYours` (not this person) or `NotNow` (not from this status); then nothing has changed.
    """
    locked = lock(case)
    step = allowed_step(locked, name, by)
    before = locked.status
    locked.status = step.to or before
    for field, value in changes.items():
        setattr(locked, field, value)
    at = now()
    ends = locked.status in locked.lifecycle.final and locked.closed_at is None
    if ends:
        locked.closed_at = at
    if locked.status not in locked.lifecycle.final:
        locked.closed_at = None
    locked.save(update_fields=["status", "closed_at", *changes])
    record(locked, step.past, by=by, at=at, before=before, after=locked.status, note=note, facts=facts)
    if ends:
        clocks.drop_clocks(locked)
    return locked


@transaction.atomic
def take_back(case: AnyCase, *, by: Actor, step: str, seq: int, **changes: Any) -> AnyCase:
    """Takes the last step of a case back: the status its event began from, the fields that `changes` names, one event.

    Whether it may be taken back, and what else the step had done, is for the use-case of the app above.
    """
    locked = lock(case)
    before, locked.status = locked.status, locked.events.get(seq=seq).before
    for field, value in changes.items():
        setattr(locked, field, value)
    locked.save(update_fields=["status", *changes])
    facts = {"step": step, "seq": seq}
    record(locked, "undone", by=by, at=now(), before=before, after=locked.status, facts=facts)
    return locked


def lock(case: AnyCase) -> AnyCase:
    """The case read afresh with its row held until the transaction ends: the case's only mutex."""
    # Held first and read afterwards: a join would show the child's fields as they were before the wait.
    Case.objects.select_for_update().only("pk").get(pk=case.pk)
    rows = type(case)._default_manager.select_related("area", "department", "city")
    return cast(AnyCase, rows.get(pk=case.pk))


def lock_all(cases: Iterable[int]) -> None:
    """Holds several cases' rows, always in the order of their keys, so that no two who do it wait for one another."""
    list(Case.objects.filter(pk__in=list(cases)).order_by("pk").select_for_update().values_list("pk"))


def take_numbers(city: City, prefix: str, at: dt.datetime, *, many: int = 1) -> list[str]:
    """The next numbers of a kind on the city's day; the counter's row is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, _next(city, prefix, at, many))
        return [number for (number,) in cursor.fetchall()]


def allowed_step(case: Case, name: str, by: Actor) -> Step:
    """The step of that name if this person may take it now; refuses otherwise, and changes nothing."""
    step = case.lifecycle.by_name.get(name)
    if step is None:
        raise NotFound(_("There is no step “%(name)s”.") % {"name": name})
    if not jurisdiction.may_take(by, step, case):
        raise NotYours(_("“%(step)s” is for others to do here.") % {"step": step.button})
    if case.status not in step.from_:
        labels = _(" or ").join(str(case.lifecycle.statuses[status]) for status in step.from_)
        raise NotNow(
            _("%(number)s is “%(status)s” now; “%(step)s” is possible only while it is “%(from)s”.")
            % {"number": case.number, "status": case.status_label, "step": step.button, "from": labels}
        )
    return step

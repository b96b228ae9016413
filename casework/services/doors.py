"""The one door: how a case is opened, and the only code that writes its status afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django.db import connection, transaction
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

_NEXT_NUMBER = """
insert into casework_counter (prefix, day, last) values (%s, %s, %s)
on conflict (prefix, day) do update set last = casework_counter.last + excluded.last returning last
"""


@transaction.atomic
def open_case(
    case: AnyCase, *, by: Actor, area: Area, rulebook: Rulebook, note: str = "", facts: dict[str, Any] | None = None
) -> AnyCase:
    """Opens an unsaved case of any kind: numbered, placed, under today's rulebook, with its first event."""
    life = lifecycle_of(case.kind)
    case.opened_at = now()
    case.city, case.area, case.area_path, case.rulebook = area.city, area, area.path, rulebook
    case.status = life.opening
    case.number = take_numbers(area.city, life.prefix, case.opened_at)[0]
    case.save(force_insert=True)
    record(case, life.opened, by=by, at=case.opened_at, after=case.status, note=note, facts=facts)
    return case


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
    day = at.astimezone(city.zone).date()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [prefix, day, many])
        (last,) = cursor.fetchone()
    return [f"{prefix}{day:%Y%m%d}-{number:05d}" for number in range(last - many + 1, last + 1)]


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

"""The versions of a scheme: drafted from one, changed, announced (公示), put into force; from then on it stands.

Every change locks the city first (its row, gently), so that two writers never both win. The what-if is a question
(`selectors/what_if.py`) and writes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

import assessment.selectors.measured  # noqa: F401  (registers every measure)
from accounts.models import User
from assessment.lifecycle import SHOW
from assessment.measures import all_measures
from assessment.models import Scheme
from assessment.selectors.naming import words_for
from assessment.selectors.schemes import plan_of
from assessment.services.plans import say, write_scheme
from assessment.soundness import Flaw, flaws_of
from casework.calendar import Unit
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.selectors import calendar_of, limit_for
from grids import jurisdiction
from grids.models import Area, City, Rulebook
from grids.selectors import rulebook_in_force, today_in

EDIT = "edit_schemes_in"
State = Scheme.State


class Unsound(ValidationError):
    """A plan that could not be carried out: each flaw with its place, for the page that can show it there."""

    def __init__(self, flaws: list[Flaw]):
        super().__init__([str(words) for _place, words in flaws])
        self.flaws = flaws


def may_edit(user: User, city: City) -> bool:
    """Schemes are the whole city's: the permission must hold on its top area."""
    top = Area.objects.filter(city=city, parent=None).standing(today_in(city)).first()
    return jurisdiction.may(user, EDIT, top)


@transaction.atomic
def begin_draft(scheme: Scheme, *, by: User) -> Scheme:
    """The draft of a scheme: the one there is, else a copy of this version, which every version may be."""
    _lock(scheme.city, by)
    changing = Scheme.objects.filter(city=scheme.city, code=scheme.code, state__in=[State.DRAFT, State.ANNOUNCED])
    found = changing.first()
    if found and found.state == State.ANNOUNCED:
        raise NotNow(_("Version %(n)s is announced already. Take that back before you draft another.") % _n(found))
    if found:
        return found
    plan = plan_of(scheme)
    return write_scheme(
        plan, city=scheme.city, state=State.DRAFT, effective_from=next_month(_today(scheme.city)), drafted_by=by,
        drafted_at=now(),
    )  # fmt: skip


@transaction.atomic
def change_draft(draft: Scheme, *, by: User, plan: Mapping[str, Any]) -> Scheme:
    """The draft says something else from now on; what could not be carried out is refused (`Unsound`), all of it.

    Whom it assesses and on which boards stays as it was: another subject is another scheme, and stands in the folder.
    """
    draft = _held(draft, by, State.DRAFT)
    plan = {**plan, **fixed_of(draft)}
    _refuse_flaws(draft, plan)
    draft.drafted_by, draft.drafted_at = by, now()
    return say(draft, plan)


@transaction.atomic
def discard_draft(draft: Scheme, *, by: User) -> None:
    """Throws the draft away; what is in force stays."""
    _held(draft, by, State.DRAFT).delete()


@transaction.atomic
def announce(draft: Scheme, *, by: User) -> Scheme:
    """公示: all may read what is to come; only what can be carried out is announced."""
    draft = _held(draft, by, State.DRAFT)
    _refuse_flaws(draft, plan_of(draft))
    draft.state, draft.announced_at = State.ANNOUNCED, now()
    draft.effective_from = next_month(_comes_after(draft))
    draft.save(update_fields=["state", "announced_at", "effective_from"])
    return draft


@transaction.atomic
def take_back(announced: Scheme, *, by: User) -> Scheme:
    """What was announced becomes a draft again: somebody objected, or something was forgotten."""
    announced = _held(announced, by, State.ANNOUNCED)
    announced.state, announced.announced_at = State.DRAFT, None
    announced.save(update_fields=["state", "announced_at"])
    return announced


@transaction.atomic
def activate(announced: Scheme, *, by: User) -> Scheme:
    """It comes into force with the next month that begins; the version before it assesses the months until then."""
    announced = _held(announced, by, State.ANNOUNCED)
    ready = announced_until(announced)
    if ready is not None and now() < ready:
        words = {"until": ready.astimezone(announced.city.zone).strftime("%Y-%m-%d %H:%M")}
        raise NotNow(_("It stands announced until %(until)s. Put it into force after that.") % words)
    announced.activated_at = now()
    return _put_in_force(announced, next_month(_today(announced.city)))


@transaction.atomic
def take_from_folder(
    plan: Mapping[str, Any], *, city: City, rulebook: Rulebook, digest: str, begins: dt.date, today: dt.date
) -> Scheme | None:
    """A scheme of a city folder becomes the next version, unless the folder says what it said last time (None).

    The first version of all assesses from the folder's own month on, a later one from the next month that begins. What
    was put into force on the page meanwhile stands until the folder itself changes.
    """
    City.objects.select_for_update(no_key=True).get(pk=city.pk)
    versions = Scheme.objects.filter(city=city, code=plan["code"])
    said = versions.exclude(folder_digest="").order_by("-version").first()
    if said is not None and said.folder_digest == digest:
        return None
    first = not versions.filter(state__in=[State.ACTIVE, State.RETIRED]).exists()
    scheme = write_scheme(plan, city=city, rulebook=rulebook, folder_digest=digest, state=State.DRAFT,
                          effective_from=begins)  # fmt: skip
    return _put_in_force(scheme, begins if first else max(begins, next_month(today)))


def fixed_of(scheme: Scheme) -> dict[str, Any]:
    """What no version of a scheme changes."""
    level = scheme.level.rank if scheme.level else 0
    return {
        "code": scheme.code, "subject": scheme.subject, "level": level, "board_level": scheme.board_level.rank,
        "span": scheme.span,
    }  # fmt: skip


def _refuse_flaws(scheme: Scheme, plan: Mapping[str, Any]) -> None:
    known = words_for(scheme.city, scheme.subject)
    flaws = list(flaws_of(plan, measures=all_measures(), holds=known))
    if flaws:
        raise Unsound(flaws)


def announced_until(scheme: Scheme) -> dt.datetime | None:
    """Until when it stands announced before it may come into force: as long as a board does (rules.md 13.5 row 86)."""
    if scheme.announced_at is None:
        return None
    book = rulebook_in_force(scheme.city, _today(scheme.city))
    limit = limit_for(book, SHOW, subject="")
    if limit is None:
        return None
    return calendar_of(scheme.city).due(scheme.announced_at, limit.amount, Unit(limit.unit))


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _comes_after(draft: Scheme) -> dt.date:
    """On which day the announcement will have stood long enough."""
    ready = announced_until(draft)
    return ready.astimezone(draft.city.zone).date() if ready else _today(draft.city)


def _put_in_force(scheme: Scheme, effective_from: dt.date) -> Scheme:
    Scheme.objects.filter(city=scheme.city, code=scheme.code, state=State.ACTIVE).update(state=State.RETIRED)
    scheme.state, scheme.effective_from = State.ACTIVE, effective_from
    scheme.save(update_fields=["state", "effective_from", "activated_at"])
    return scheme


def _held(scheme: Scheme, by: User, state: str) -> Scheme:
    """The version with the city's schemes locked, as it stands now; refuses where it has gone on meanwhile."""
    _lock(scheme.city, by)
    found = Scheme.objects.select_related("city").filter(pk=scheme.pk, state=state).first()
    if found is None:
        words = {"state": State(state).label}
        raise NotNow(_("This version is no longer “%(state)s”: somebody was quicker. Read it again.") % words)
    return found


def _lock(city: City, by: User) -> None:
    """One writer of a city's schemes at a time; assessments, which only point at them, do not wait."""
    if not may_edit(by, city):
        words = _("Only those who look after the assessment of %(city)s may change its schemes.")
        raise NotYours(words % {"city": city})
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def _today(city: City) -> dt.date:
    return now().astimezone(city.zone).date()


def _n(scheme: Scheme) -> dict[str, int]:
    return {"n": scheme.version}

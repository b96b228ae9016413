"""红黑榜: what is shown now, what waits for its privacy check, and the log of all that ever stood there."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import MoralEntry
from assessment.models.sight import tops_of, workplaces
from assessment.selectors.grounds import below
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import City
from patrols.selectors.points import today_in
from workorders.selectors.paging import Order, Page, page_of

# Who writes an entry for his ground, and who checks it: never the same person.
WRITES: Final = "look_at_scores_in"
CHECKS: Final = "see_scores_in"
NEWEST: Final = Order("written_at", newest_first=True)
SHOWN: Final = 200


def entries_shown(user: User, city: City) -> dict[str, list[MoralEntry]]:
    """Both boards as everybody who works on the ground sees them today."""
    here = Q(pk__in=[])
    for path in workplaces(user):
        here |= Q(area__path__startswith=path) | Q(area__path__in=list(tops_of(path)))
    rows = _entries(city).filter(here, state=MoralEntry.State.SHOWN, shown_until__gt=today_in(city))
    found = list(rows.order_by("-happened_on", "-pk")[:SHOWN])
    return {side: [row for row in found if row.side == side] for side in MoralEntry.Side.values}


def entries_waiting(user: User, city: City) -> list[MoralEntry]:
    """What waits for a second person, for who wrote it and for who may check it."""
    rows = _entries(city).filter(state=MoralEntry.State.WAITING).filter(_kept_by(user))
    return list(rows.order_by("written_at", "pk")[:SHOWN])


def log_of(user: User, city: City, words: str = "", *, after: str = "", before: str = "") -> Page:
    """All entries on the ground that the reader keeps or checks, searched by place and words; names are in none."""
    rows = _entries(city).filter(_kept_by(user))
    if words:
        rows = rows.filter(Q(words__icontains=words) | Q(place__icontains=words) | Q(off_because__icontains=words))
    return page_of(rows, NEWEST, after=after, before=before)


def entry_kept_by(user: User, key: UUID) -> MoralEntry:
    """One entry, for who writes or checks there; as unknown to all others."""
    found = MoralEntry.objects.filter(_kept_by(user), key=key).select_related("area", "city", "written_by").first()
    if found is None:
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    return found


def may_check(user: User, entry: MoralEntry) -> bool:
    """A second person: whoever wrote it does not check it."""
    waits = entry.state == MoralEntry.State.WAITING
    return waits and entry.written_by_id != user.pk and jurisdiction.may(user, CHECKS, entry.area)


def may_take_off(user: User, entry: MoralEntry) -> bool:
    """Who wrote it, and whoever writes or checks there."""
    stands = entry.state in (MoralEntry.State.WAITING, MoralEntry.State.SHOWN)
    keeps = any(jurisdiction.may(user, each, entry.area) for each in (WRITES, CHECKS))
    return stands and (keeps or entry.written_by_id == user.pk)


def _kept_by(user: User) -> Q:
    paths = [*jurisdiction.paths_where(user, WRITES), *jurisdiction.paths_where(user, CHECKS)]
    return below(paths)


def _entries(city: City) -> QuerySet[MoralEntry]:
    return MoralEntry.objects.filter(city=city).select_related("area", "written_by", "checked_by", "off_by")

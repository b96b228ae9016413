"""Whoever of the duty desk looks where a worker is leaves a line that the worker can read. No look without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from patrols.models import Patrol, TrackLook

# A page that stays open is one look, told on while it asks; after such a pause it is another.
PAUSE = dt.timedelta(minutes=5)
# So often an open page's look is written on, lest each of its questions write.
STEP = dt.timedelta(minutes=1)
# How long a reason holds for which the whole way was shown.
HOLDS = dt.timedelta(minutes=30)
LONGEST = 100

_GO_ON = """
update patrols_tracklook set until = %(now)s
where by_id = %(by)s and patrol_id = any(%(patrols)s) and not whole and until between %(paused)s and %(stepped)s
"""
_BEGIN = """
insert into patrols_tracklook (patrol_id, by_id, since, until, whole, why)
select p.id, %(by)s, %(now)s, %(now)s, false, '' from unnest(%(patrols)s::bigint[]) p(id)
where not exists (select from patrols_tracklook l
    where l.patrol_id = p.id and l.by_id = %(by)s and not l.whole and l.until >= %(paused)s)
"""


@transaction.atomic
def note_live(patrols: Sequence[int], *, by: User) -> None:
    """The live page was shown: of each patrol on it one look, as long as the page goes on asking."""
    at = now()
    values: dict[str, Any] = {"by": by.pk, "patrols": list(patrols), "now": at}
    values |= {"paused": at - PAUSE, "stepped": at - STEP}
    with connection.cursor() as cursor:
        cursor.execute(_GO_ON, values)
        cursor.execute(_BEGIN, values)


def look(patrol: Patrol, *, by: User, why: str) -> TrackLook:
    """Somebody wants to see the whole way of a running patrol, and says why; it holds for half an hour."""
    why = why.strip()
    if not why:
        raise ValidationError({"why": _("Say why you look. The worker will read it.")})
    if len(why) > LONGEST or "\0" in why:
        raise ValidationError({"why": _("At most %(most)s characters.") % {"most": LONGEST}})
    return TrackLook.objects.create(patrol=patrol, by=by, since=now(), until=now() + HOLDS, whole=True, why=why)

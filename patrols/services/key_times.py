"""Key times that a desk sets beside those of the rulebook (重点时段): periods, hours, random rounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow
from grids import jurisdiction
from grids.models import Area
from grids.selectors import rulebook_in_force
from patrols.models import KeyTime, PointKind
from patrols.services.points import PLANS
from patrols.services.sentences import said, within

Hours = Sequence[tuple[dt.time, dt.time]]
# [CHOICE] A longer time is none that stands out.
LONGEST = dt.timedelta(days=366)


@transaction.atomic
def set_key_time(
    *, by: User, area: Area, sort: str, name: str, since: dt.date | None = None, until: dt.date | None = None,
    hours: Hours = (), kinds: Sequence[str] = (), times: int = 1, rounds: int = 0, team: int = 3,
) -> KeyTime:  # fmt: skip
    """A desk sets a key time for its ground: which points, how much more often, how many random rounds of whom."""
    jurisdiction.require(by, PLANS, area)
    if sort not in KeyTime.Sort.values:
        raise ValidationError({"sort": _("Choose which days these are.")})
    _check_days(sort, since, until)
    spans = _spans(hours)
    if sort == KeyTime.Sort.SCHOOL and not spans:
        raise ValidationError({"hours": _("Say from when to when.")})
    if times == 1 and rounds == 0 and not spans:
        raise ValidationError({"times": _("This changes nothing: say how much more often, or how many random rounds.")})
    return KeyTime.objects.create(
        city=area.city, area=area, sort=sort, since=since, until=until, hours=spans, kinds=_kinds(area, kinds),
        name=said("name", name, most=40, ask=_("Give the key time a name.")),
        times=within("times", times, 1, 24), rounds=within("rounds", rounds, 0, 20), team=within("team", team, 2, 12),
        set_by=by, set_at=now(),
    )  # fmt: skip


@transaction.atomic
def end_key_time(key_time: KeyTime, *, by: User) -> KeyTime:
    """From now on the days are ordinary ones again; rounds that are made already are walked."""
    held = KeyTime.objects.select_for_update(of=("self",)).select_related("area").get(pk=key_time.pk)
    jurisdiction.require(by, PLANS, held.area)
    if held.rulebook_id:
        raise NotNow(_("This key time stands in the city's rules and is changed there."))
    if held.ended_at:
        raise NotNow(_("This has ended already."))
    held.ended_at, held.ended_by = now(), by
    held.save(update_fields=["ended_at", "ended_by"])
    return held


def _check_days(sort: str, since: dt.date | None, until: dt.date | None) -> None:
    if sort == KeyTime.Sort.PERIOD and not (since and until):
        raise ValidationError({"since": _("A sensitive period begins on a day and ends on one.")})
    if since and until and until < since:
        raise ValidationError({"until": _("This lies before the first day.")})
    if since and until and until - since > LONGEST:
        raise ValidationError({"until": _("A key time lasts a year at most.")})


def _spans(hours: Hours) -> list[list[int]]:
    spans = sorted([_minute(first), _minute(last)] for first, last in hours)
    if any(first >= last for first, last in spans):
        raise ValidationError({"hours": _("Hours end after they begin, on the same day.")})
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        raise ValidationError({"hours": _("These hours overlap.")})
    return spans


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _kinds(area: Area, codes: Sequence[str]) -> list[str]:
    book = rulebook_in_force(area.city, now().astimezone(area.city.zone).date())
    known = set(PointKind.objects.filter(rulebook=book).values_list("code", flat=True))
    for code in codes:
        if code not in known:
            raise ValidationError({"kinds": _("“%(code)s” is not a kind of point of this city.") % {"code": code}})
    return list(dict.fromkeys(codes))

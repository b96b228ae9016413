"""Chunks of a track come in: each once, in one transaction, its points in one statement however many they are.

What is odd is marked and kept (`positions.py`); what lies outside of the patrol is refused: there nobody may record.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from grids import geo
from patrols.models import LastSign, Patrol, PatrolRule, TrackChunk, TrackGap
from patrols.positions import Odd, Points, digest_of, odd_of
from patrols.selectors.tracks import milliseconds, moment_of
from patrols.selectors.walks import rule_of
from patrols.services import partitions
from patrols.services.walks import MOST_AHEAD, hold, is_skewed, refuse_erased, still_on
from patrols.services.weighing import weigh
from workorders.services.receiving import OtherContent

_INSERT = """
insert into patrols_trackpoint (patrol_id, at, lng, lat, accuracy, speed, area_id, marks)
select %(patrol)s, to_timestamp(p.moment / 1000.0), p.lng, p.lat, p.accuracy, nullif(p.speed, 'NaN'), p.area, p.marks
from unnest(%(moments)s::bigint[], %(lng)s::float8[], %(lat)s::float8[], %(accuracy)s::real[], %(speed)s::real[],
    %(areas)s::bigint[], %(marks)s::smallint[]) as p(moment, lng, lat, accuracy, speed, area, marks)
"""
# An older chunk that comes late takes nobody back. But what a wrong clock set in the future gives way to the right one.
_SIGN = """
update patrols_lastsign s set heard_at = %(now)s, (at, lng, lat, accuracy_metres, area_id, marks) = (
    select n.* from (values (%(at)s::timestamptz, %(lng)s::float8, %(lat)s::float8, %(accuracy)s::float8,
        %(area)s::bigint, %(marks)s::smallint)) n(at, lng, lat, accuracy, area, marks)
    where s.at is null or n.at >= s.at or (s.marks & %(skewed)s > 0 and n.marks & %(skewed)s = 0)
    union all select s.at, s.lng, s.lat, s.accuracy_metres, s.area_id, s.marks limit 1
) where patrol_id = %(patrol)s
"""


class Taken(NamedTuple):
    """A chunk, and whether it is new."""

    chunk: TrackChunk
    new: bool


@transaction.atomic
def take(
    patrol: Patrol,
    *,
    by: User,
    key: UUID,
    points: Points,
    gaps: list[tuple[int, int]],
    ahead: dt.timedelta | None = None,
) -> Taken:
    """Keeps a chunk of the person's own patrol. `ahead`: by how much the phone's clock was, if it said its time."""
    patrol, digest = hold(patrol, by), digest_of(points, gaps)
    known = TrackChunk.objects.filter(key=key).first()
    if known:
        if (known.patrol_id, known.digest) != (patrol.pk, digest):
            raise OtherContent(_("Other points were received under this key before. What came first stays."))
        return Taken(known, new=False)
    rule = rule_of(patrol.city, patrol.started_at)
    refuse_erased(patrol, rule)
    _refuse_outside(patrol, rule, points, gaps)
    chunk = TrackChunk.objects.create(key=key, patrol=patrol, digest=digest, points=len(points), received_at=now())
    _keep(patrol, rule, points, ahead)
    rows = [TrackGap(patrol=patrol, since=moment_of(since), until=moment_of(until), told=True) for since, until in gaps]
    TrackGap.objects.bulk_create(rows, ignore_conflicts=True)
    if patrol.ended_at is not None:
        weigh(patrol, rule)
    return Taken(chunk, new=True)


def _refuse_outside(patrol: Patrol, rule: PatrolRule, points: Points, gaps: list[tuple[int, int]]) -> None:
    said = [*points.moments[:1], *points.moments[-1:], *(moment for gap in gaps for moment in gap)]
    if not said:
        raise ValidationError({"points": _("There are neither points nor gaps in this chunk.")})
    first, last = moment_of(int(min(said))), moment_of(int(max(said)))
    if first < patrol.began - dt.timedelta(seconds=rule.most_skew_seconds):
        raise ValidationError({"points": _("Some of this was before the patrol began. Only a patrol is recorded.")})
    if last > now() + MOST_AHEAD:
        raise ValidationError({"points": _("The phone's clock is more than a day ahead. Put it right.")})
    if not still_on(patrol, rule, last):
        raise ValidationError({"points": _("Some of this was after the patrol had ended. Only a patrol is recorded.")})


def _keep(patrol: Patrol, rule: PatrolRule, points: Points, ahead: dt.timedelta | None) -> None:
    if not len(points):
        LastSign.objects.filter(patrol=patrol).update(heard_at=now())
        return
    skew = dt.timedelta(seconds=rule.most_skew_seconds)
    marks = odd_of(
        points, top_kmh=rule.top_speed_kmh, vague_metres=rule.accuracy_metres, latest=milliseconds(now() + skew),
        skewed=is_skewed(ahead, rule),
    )  # fmt: skip
    places = list(zip(points.lng.tolist(), points.lat.tolist(), strict=True))
    areas = geo.area_keys_at(places, city=patrol.city)
    partitions.ensure(moment_of(int(moment)) for moment in (points.moments[0], points.moments[-1]))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {
            "patrol": patrol.pk, "moments": points.moments.tolist(), "lng": points.lng.tolist(),
            "lat": points.lat.tolist(), "accuracy": points.accuracy.tolist(), "speed": points.speed.tolist(),
            "areas": areas, "marks": marks,
        })  # fmt: skip
        if patrol.ended_at is None:
            cursor.execute(_SIGN, {
                "now": now(), "patrol": patrol.pk, "at": moment_of(int(points.moments[-1])), "lng": places[-1][0],
                "lat": places[-1][1], "accuracy": float(points.accuracy[-1]), "area": areas[-1], "marks": marks[-1],
                "skewed": int(Odd.SKEWED),
            })  # fmt: skip

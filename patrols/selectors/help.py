"""Help given on the way: a worker's own records, and all of an area with their counts."""

from __future__ import annotations

from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from grids import jurisdiction
from patrols.models import HelpRecord

READS = ("watch_patrols_in", "plan_patrols_in")
MOST_OWN, MOST = 30, 200


def own(user: User) -> list[HelpRecord]:
    """What a worker recorded himself, newest first."""
    return list(HelpRecord.objects.filter(worker=user).select_related("area")[:MOST_OWN])


def read_by(user: User) -> QuerySet[HelpRecord]:
    """The records of the ground that a person watches or plans."""
    paths = {path for permission in READS for path in jurisdiction.paths_where(user, permission)}
    if not paths:
        return HelpRecord.objects.none()
    ground = reduce(or_, (Q(area__path__startswith=path) for path in sorted(paths)))
    return HelpRecord.objects.filter(ground).select_related("area", "worker")


def counted(records: QuerySet[HelpRecord]) -> list[tuple[str, int]]:
    """How many of each kind, in the order of the kinds; none is a number too."""
    sizes = dict(records.order_by().values_list("kind").annotate(Count("pk")))
    return [(str(label), sizes.get(kind, 0)) for kind, label in HelpRecord.Kind.choices]


def record_seen_by(user: User, key: UUID | str) -> HelpRecord | None:
    """One record, to who made it or reads those of its ground."""
    own_one = HelpRecord.objects.filter(key=key, worker=user).first()
    return own_one or read_by(user).filter(key=key).first()

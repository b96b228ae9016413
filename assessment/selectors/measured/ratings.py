"""What people say of the work: solved or not, satisfied or not, how many stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure, source
from assessment.reasons import Item, Subject

_RATED: Final = """
select r.id, r.order_id, r.at, r.solved, r.satisfied, r.stars, r.by_id, c.area_id, c.reported_by_id,
    left(k.code, 4) as kind
from workorders_rating r join casework_case c on c.id = r.order_id and c.city_id = %(city)s
join workorders_workorder o on o.case_ptr_id = r.order_id join workorders_category k on k.id = o.category_id
where r.at >= %(since)s and r.at < %(until)s {narrowed}
"""
# Kept or settled by him, or reported by him in a grid of his own. Nobody's rating of himself counts.
OF_WORKERS: Final = source(
    "assessed_ratings",
    f"""
    , rated as materialized ({_RATED.format(narrowed="")})
    select e.actor_id as subject, r.id, r.at, r.solved, r.satisfied, r.stars, r.kind from rated r
    join casework_event e on e.case_id = r.order_id and e.verb in ('kept', 'settled') and e.at <= r.at
    where e.actor_id is distinct from r.by_id and e.actor_id in (select subject from who)
    union
    select h.subject, r.id, r.at, r.solved, r.satisfied, r.stars, r.kind from rated r
    join held h on h.subject = r.reported_by_id and h.area = r.area_id and r.at >= h.since and r.at < h.until
    where h.subject is distinct from r.by_id
    """,  # noqa: S608
)
_OF_WORKERS: Final = """
select r.subject, r.id as item, r.at, {good} as good, r.kind from assessed_ratings r where true {narrowed}
"""
_OF_AREAS: Final = """
select g.subject, r.id as item, r.at, {good} as good, r.kind from ({rated}) r join ground g on g.area = r.area_id
"""
# Who led when it was rated: the latest part, whatever became of the order since.
_OF_DEPARTMENTS: Final = """
select p.department_id as subject, r.id as item, r.at, {good} as good, r.kind from ({rated}) r
cross join lateral (
    select department_id from casework_part p where p.case_id = r.order_id and p.role = 'lead' and p.since <= r.at
    order by p.since desc, p.id desc limit 1
) p
"""


def ratings_by(good: str, narrowed: str = "") -> dict[Subject, str]:
    """The statements of a share of ratings: `good` is what counts of one, `narrowed` which of them are looked at."""
    rated = _RATED.format(narrowed=narrowed)
    return {
        subject: statement.format(rated=rated, good=good, narrowed=narrowed)
        for subject, statement in (
            (Subject.WORKER, _OF_WORKERS), (Subject.AREA, _OF_AREAS), (Subject.DEPARTMENT, _OF_DEPARTMENTS),
        )
    }  # fmt: skip


@measure("satisfied", title=_("satisfied of those who answered"), item=Item.RATING, uses=(OF_WORKERS,))
def satisfied() -> Mapping[Subject, str]:
    """满意率: ratings that say satisfied ÷ ratings with an answer.

    A worker's: of orders that he kept or settled himself, or reported in his own grid, never rated by himself. A
    department's: of orders that it led when they were rated. An area's: of its orders.
    """
    return ratings_by("r.satisfied::int")


@measure("solved", title=_("solved of those who answered"), item=Item.RATING, uses=(OF_WORKERS,))
def solved() -> Mapping[Subject, str]:
    """解决率: ratings that say solved ÷ ratings with an answer; whose they are as for satisfaction."""
    return ratings_by("r.solved::int")


@measure("citizens_rating", title=_("citizens' stars"), item=Item.RATING, uses=(OF_WORKERS,))
def citizens_rating() -> Mapping[Subject, str]:
    """群众评单: the mean of the stars, as a part of five; ratings without stars say nothing. As for satisfaction."""
    return ratings_by("r.stars / 5.0", "and r.stars is not null")

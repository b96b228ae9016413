"""Opening cases one by one through the door, beside raw statements that insert the same rows."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from bench.figures import Figure, measures, side_by_side
from bench.world import START, World, world
from casework.models import Case, Event
from casework.services.doors import open_case
from workorders.lifecycle import WORK_ORDER
from workorders.models import WorkOrder

_RAW_CASE = """
insert into casework_case (kind, number, title, city_id, rulebook_id, area_id, area_path, reported_by_id, status,
    opened_at, lamp, rung, due_clock, paused, event_count, last_hash)
values ('workorder', %s, '垃圾外露', %s, %s, %s, %s, %s, 'reported', %s, 0, '', '', false, 1, 'x') returning id
"""
_RAW_ORDER = """
insert into workorders_workorder (case_ptr_id, category_id, condition, source, words, place, lng, lat, given_lng,
    given_lat, given_datum, result, refusal_reason, refusal_words, rating_words, details, nature, early_sign, tags,
    joint, ruled, held_longer, plan, transfers, reworks, problem, calls)
values (%s, %s, '', 'patrol', '垃圾外露', '', 117, 39, 117, 39, 'wgs84', '', '', '', '', '{}', 'help', false, '{}',
    false, false, false, '', 0, 0, false, 0)
"""
_RAW_EVENT = """
insert into casework_event (case_id, seq, verb, actor_id, before, after, note, facts, at, previous, hash)
values (%s, 1, 'reported', %s, '', 'reported', '', '{}', %s, '', 'x')
"""
# Measured 1.4 to 5: the numbering, the hash and the model stand between the two. The raw rows have neither.
RATIO_BOUND = 8.0


@measures("opening")
def opening(small: bool) -> Iterator[Figure]:
    """Each in a transaction of its own, as a report is."""
    many = 100 if small else 500
    place = world("opening")
    raw = Raw(place)
    served, bare = side_by_side(lambda: _through_the_door(place, many), lambda: raw.insert(many), times=3)
    sizes = {"cases": many}
    assert (
        Event.objects.filter(case__city=place.city).count() == Case.objects.filter(city=place.city).count() == 6 * many
    )
    yield Figure("opening.cases_per_second", many / served, "1/s", sizes=sizes)
    yield Figure("opening.ratio_to_raw_insert", served / bare, "ratio", RATIO_BOUND, sizes=sizes)


def _through_the_door(place: World, many: int) -> None:
    for _ in range(many):
        order = WorkOrder(
            kind=WORK_ORDER.kind, title="垃圾外露", category=place.category, words="垃圾外露", reported_by=place.person,
            lng=117, lat=39, given_lng=117, given_lat=39,
        )  # fmt: skip
        open_case(order, by=place.person, area=place.area, rulebook=place.rulebook)


class Raw:
    """The same three rows by statements that are written out."""

    def __init__(self, place: World) -> None:
        self.place, self.count = place, 0

    def insert(self, many: int) -> None:
        for _ in range(many):
            self.count += 1
            with transaction.atomic(), connection.cursor() as cursor:
                self._one(cursor, f"RAW-{self.count}")

    def _one(self, cursor, number: str) -> None:
        place = self.place
        cursor.execute(
            _RAW_CASE,
            [number, place.city.pk, place.rulebook.pk, place.area.pk, place.area.path, place.person.pk, START],
        )
        (key,) = cursor.fetchone()
        cursor.execute(_RAW_ORDER, [key, place.category.pk])
        cursor.execute(_RAW_EVENT, [key, place.person.pk, START])

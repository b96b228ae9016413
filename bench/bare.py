"""The desk's figures in SQL written by hand: the shortest that returns the same rows, with their names and clocks.

What a reader may see is part of the question: the dispatcher's is his ground, the officer's his department.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from bench.town import RARE_WORDS, START, Town
from casework.models import Case
from workorders.models import SavedView

COMMON = "垃圾"
SIZE = 50
_KEYS = """
select id from casework_case where closed_at is null and city_id = %(city)s and {narrowed}
order by due_at, id limit 51
"""
_SIZES = """
select count(*) filter (where due_at <= %(now)s),
    count(*) filter (where due_at > %(now)s and due_at <= %(now)s + interval '2 hours'),
    count(*) filter (where due_at > %(now)s + interval '2 hours' and due_at < %(midnight)s),
    count(*) filter (where due_at >= %(midnight)s), count(*) filter (where due_at is null)
from casework_case where closed_at is null and city_id = %(city)s and {narrowed}
"""
_ROWS = """
select c.*, o.*, a.name, above.name, d.name, k.name from casework_case c
join workorders_workorder o on o.case_ptr_id = c.id join grids_area a on a.id = c.area_id
join workorders_category k on k.id = o.category_id left join grids_area above on above.id = a.parent_id
left join grids_department d on d.id = c.department_id where c.id = any(%(keys)s)
"""
_CLOCKS = "select * from casework_deadline where case_id = any(%(keys)s) and ended_at is null"
_RUNGS = """
select r.* from casework_rung r join casework_deadline d on d.id = r.deadline_id
where d.case_id = any(%(keys)s) and d.ended_at is null
"""
_SAYING = """
id in (select case_ptr_id from workorders_workorder
    where workorders_grams(words, place) @@ workorders_sought(%(words)s))
"""
_GROUND = "area_path like %(ground)s"
_OF_ITEM = "id in (select case_ptr_id from workorders_workorder where category_id = %(category)s)"
_COUNT = "select count(*) from casework_case where closed_at is null and city_id = %(city)s and {narrowed}"
_COUNTS = """
select status, count(*), count(*) filter (where due_at <= %(now)s), count(*) filter (where reported_by_id = %(who)s),
    count(*) filter (where due_at > %(now)s and due_at <= %(now)s + interval '2 hours'),
    count(*) filter (where id in (select case_ptr_id from workorders_workorder where problem))
from casework_case where closed_at is null and city_id = %(city)s and area_path like %(ground)s group by status
"""
_TO_CALL = """
select count(*) from casework_case
where closed_at is not null and due_at is not null and city_id = %(city)s and status = 'closed'
    and area_path like %(ground)s
"""
_TALLIES = """
select area_path, count(*), count(*) filter (where due_at <= %(now)s) from casework_case
where closed_at is null and city_id = %(city)s and area_path like %(ground)s group by area_path
"""
_OF_ORDER = (
    "select * from casework_case c join workorders_workorder o on o.case_ptr_id = c.id where c.number = %(number)s",
    *(f"select t.* from {table} t join casework_case c on c.id = t.{key} where c.number = %(number)s"
      for table, key in (("casework_event", "case_id"), ("casework_deadline", "case_id"), ("casework_rung", "case_id"),
                         ("casework_part", "case_id"), ("workorders_reporter", "order_id"),
                         ("workorders_photo", "order_id"))),
)  # fmt: skip


def middle_of(place: Town) -> Case:
    """The open order in the middle of the queue."""
    cases = Case.objects.of_city(place.city).open().filter(due_at__isnull=False).order_by("due_at", "id")
    return cases[cases.count() // 2]


def saved_by(place: Town) -> list[SavedView]:
    """Four views that a dispatcher may keep: an area, an item, what is late there, a rare word."""
    area, item = f"area={place.community.code}", f"category={place.category.code}"
    queries = (f"view=open&{area}", f"view=open&{item}", f"view=late&{area}", f"view=open&q={RARE_WORDS[:2]}")
    return [SavedView(pk=key, query=query) for key, query in enumerate(queries)]


def number_of(place: Town) -> str:
    """The number of the one order that the services have made."""
    return place.model.number


class BareDesk:
    """One method a figure; lists answer with the keys of their rows."""

    def __init__(self, place: Town) -> None:
        middle = middle_of(place)
        midnight = START.replace(hour=0) + dt.timedelta(days=1)
        self.values = {
            "city": place.city.pk, "now": START, "midnight": midnight, "who": place.dispatcher.pk,
            "due": middle.due_at, "key": middle.pk, "path": f"{place.community.path}%",
            "ground": f"/{place.community.path.split('/')[1]}/%",
            "department": place.officer.posts.get().department_id, "category": place.category.pk,
            "number": number_of(place),
        }  # fmt: skip

    def first(self) -> list[int]:
        return self._page(_GROUND)

    def middle(self) -> list[int]:
        return self._page(_GROUND, beyond="(due_at, id) > (%(due)s, %(key)s)")

    def area(self) -> list[int]:
        return self._page("area_path like %(path)s")

    def late(self) -> list[int]:
        return self._page(f"{_GROUND} and due_at <= %(now)s")

    def department(self) -> list[int]:
        return self._page("department_id = %(department)s and status in ('dispatched', 'held', 'handling')")

    def category(self) -> list[int]:
        return self._page(f"{_GROUND} and {_OF_ITEM}")

    def words(self) -> list[int]:
        return self._page(_SAYING, words=RARE_WORDS[:2])

    def common_words(self) -> list[int]:
        """Nobody counts what a word finds that is everywhere."""
        return self._keys(_SAYING, words=COMMON)

    def counts(self) -> None:
        self._ask(_COUNTS)
        self._ask(_TO_CALL)

    def saved_counts(self) -> None:
        for narrowed in ("area_path like %(path)s", "area_path like %(path)s and due_at <= %(now)s", _OF_ITEM):
            self._ask(_COUNT.format(narrowed=narrowed))
        self._ask(_COUNT.format(narrowed=_SAYING), words=RARE_WORDS[:2])

    def order(self) -> None:
        for statement in _OF_ORDER:
            self._ask(statement)

    def map(self) -> None:
        self._ask(_TALLIES)

    def _page(self, narrowed: str, *, beyond: str = "true", **said: str) -> list[int]:
        self._ask(_SIZES.format(narrowed=narrowed), **said)
        return self._keys(f"{narrowed} and {beyond}", **said)

    def _keys(self, narrowed: str, **said: str) -> list[int]:
        keys = [key for (key,) in self._ask(_KEYS.format(narrowed=narrowed), **said)][:SIZE]
        for statement in (_ROWS, _CLOCKS, _RUNGS):
            self._ask(statement, keys=keys)
        return keys

    def _ask(self, statement: str, **more: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values | more)
            return cursor.fetchall()

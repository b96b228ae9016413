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
from workorders.selectors.likeness import METRES_A_DEGREE, MOST_LOOKED_AT, WIDE_HOURS, WIDE_METRES

COMMON = "垃圾"
SIZE = 50
_NEWEST = """
select id from casework_case where city_id = %(city)s and {narrowed} order by opened_at desc, id desc limit 51
"""
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
# The lamps that have been lit on a clock that is not late yet.
_RUNGS = """
select r.* from casework_rung r join casework_deadline d on d.id = r.deadline_id
where d.case_id = any(%(keys)s) and d.ended_at is null and d.due_at > %(now)s and r.fired_at is not null
"""
_SAYING = "id in (select order_id from workorders_openorder where grams @@ workorders_sought(%(words)s))"
_EVER_SAYING = """
id in (select case_ptr_id from workorders_workorder
    where workorders_grams(words, place) @@ workorders_sought(%(words)s))
"""
# What waits for a department: it leads, it was offered it, it assists, it owes a reply.
_WAITING = """
id in (select id from casework_case where closed_at is null and department_id = %(department)s
        and status in ('dispatched', 'held', 'handling')
    union select c.id from casework_part p join casework_case c on c.id = p.case_id
        where p.until is null and p.department_id = %(department)s and c.closed_at is null
        and (p.role, c.status) in (('offered', 'pooled'), ('assist', 'dispatched'), ('assist', 'held'),
                                   ('assist', 'handling'))
    union select c.id from workorders_press s join casework_case c on c.id = s.order_id
        where s.lifted_at is null and s.reply_wanted and s.replied_at is null and s.department_id = %(department)s
        and c.closed_at is null)
"""
_GROUND = "area_path like %(ground)s"
_OF_ITEM = "id in (select order_id from workorders_openorder where category_id = %(category)s)"
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
# All that the page of one order tells: the order, what belongs to it, who had to do with it, where, what is like it.
_OF_ORDER = (
    "select * from casework_case c join workorders_workorder o on o.case_ptr_id = c.id where c.number = %(number)s",
    *(f"select * from {table} where {key} = %(order)s"
      for table, key in (("casework_event", "case_id"), ("casework_deadline", "case_id"), ("casework_rung", "case_id"),
                         ("casework_part", "case_id"), ("workorders_reporter", "order_id"),
                         ("workorders_photo", "order_id"), ("workorders_application", "order_id"),
                         ("workorders_objection", "order_id"), ("workorders_press", "order_id"),
                         ("workorders_clue", "order_id"), ("workorders_rating", "order_id"))),
    "select a.*, l.name from grids_area a join grids_level l on l.id = a.level_id where a.id = any(%(areas)s)",
    """
    select k.*, up.*, top.* from workorders_category k left join workorders_category up on up.id = k.parent_id
    left join workorders_category top on top.id = up.parent_id where k.id = %(item)s
    """,
    """
    select p.*, u.name, u.phone, r.name, d.name from grids_post p join accounts_user u on u.id = p.user_id
    join grids_role r on r.id = p.role_id left join grids_department d on d.id = p.department_id where p.id in (
        select id from grids_post where user_id in (select actor_id from casework_event where case_id = %(order)s)
        union select id from grids_post where area_id = %(area)s
        union select id from grids_post where department_id = %(leads)s)
    """,
    # The lines of its grid and of those beside it.
    "select * from grids_area where parent_id = (select parent_id from grids_area where id = %(area)s)",
    # What was reported close by at about the same time, and is open.
    """
    select c.*, o.*, k.*, a.name from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
    join workorders_category k on k.id = o.category_id join grids_area a on a.id = c.area_id
    where c.city_id = %(city)s and c.closed_at is null and c.area_path like %(ground)s and c.id <> %(order)s
    and c.opened_at between %(opened)s - %(hours)s * interval '1 hour' and %(opened)s + %(hours)s * interval '1 hour'
    and abs(o.lat - %(lat)s) <= %(degrees)s and abs(o.lng - %(lng)s) <= %(degrees)s
    order by c.opened_at desc limit %(looked_at)s
    """,
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
        middle, the = middle_of(place), place.model
        midnight = START.replace(hour=0) + dt.timedelta(days=1)
        self.values: dict[str, Any] = {
            "city": place.city.pk, "now": START, "midnight": midnight, "who": place.dispatcher.pk,
            "due": middle.due_at, "key": middle.pk, "path": f"{place.community.path}%",
            "ground": f"/{place.community.path.split('/')[1]}/%",
            "department": place.officer.posts.get().department_id, "category": place.category.pk,
            "number": number_of(place), "hours": WIDE_HOURS, "degrees": WIDE_METRES / METRES_A_DEGREE,
            "looked_at": MOST_LOOKED_AT, "order": the.pk, "area": the.area_id, "areas": the.area.path_keys,
            "leads": the.department_id, "item": the.category_id, "opened": the.opened_at, "lat": the.lat,
            "lng": the.lng,
        }  # fmt: skip

    def first(self) -> list[int]:
        return self._page(_GROUND)

    def middle(self) -> list[int]:
        return self._page(_GROUND, beyond="(due_at, id) > (%(due)s, %(key)s)")

    def area(self) -> list[int]:
        return self._page("area_path like %(path)s")

    def late(self) -> list[int]:
        return self._page(f"{_GROUND} and due_at <= %(now)s")

    def lamp(self) -> list[int]:
        return self._page(f"{_GROUND} and lamp = 2")

    def department(self) -> list[int]:
        return self._page(_WAITING)

    def category(self) -> list[int]:
        return self._page(f"{_GROUND} and {_OF_ITEM}")

    def words(self) -> list[int]:
        return self._page(_SAYING, words=RARE_WORDS[:2])

    def common_words(self) -> list[int]:
        """Nobody counts what a word finds that is everywhere."""
        return self._keys(_SAYING, words=COMMON)

    def words_ever(self) -> list[int]:
        return self._keys(_EVER_SAYING, _NEWEST, words=RARE_WORDS[:2])

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

    def _keys(self, narrowed: str, keys_of: str = _KEYS, **said: str) -> list[int]:
        keys = [key for (key,) in self._ask(keys_of.format(narrowed=narrowed), **said)][:SIZE]
        for statement in (_ROWS, _CLOCKS, _RUNGS):
            self._ask(statement, keys=keys)
        return keys

    def _ask(self, statement: str, **more: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values | more)
            return cursor.fetchall()

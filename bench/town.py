"""A whole town with as many orders as are asked for: one real order, cloned set by set over its grids and departments.

What is cloned went through the services once, so its row, clocks, events and parts are what the product makes.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.db import connection
from django.utils.module_loading import autodiscover_modules

from accounts.models import User
from bench.world import START, unchecked
from casework.models import Deadline
from casework.moment import moved_to
from grids import geo
from grids.models import Area, City, Department, Post
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from workorders.models import Category, WorkOrder
from workorders.services import orders, reporting

FOLDER = Path(__file__).parent.parent / "config" / "cities" / "xingdian"
# Keys of clones begin here, far from those that the sequences give.
BASE = 10_000_000
WORDS = (
    "楼前垃圾外露", "占道经营堵住人行道", "路灯不亮", "井盖破损", "楼道堆物", "飞线充电", "污水外溢", "树枝折断",
    "小广告贴满单元门", "共享单车堆放",
)  # fmt: skip
RARE_WORDS, RARELY = "丁字沽空地无人管", 1_000
CLONED = {
    "workorders_openorder": "order_id", "casework_rung": "case_id", "casework_event": "case_id",
    "casework_deadline": "case_id", "casework_part": "case_id", "workorders_workorder": "case_ptr_id",
    "casework_case": "id",
}  # fmt: skip
# One clone: a row of the table with some columns said anew, whatever other columns there are.
_CLONE = """
insert into {table} select r.* from generate_series(%(first)s, %(last)s) n, {table} t,
lateral jsonb_populate_record(t, {said}) r where {which}
"""
_CASE = """
jsonb_build_object('id', %(base)s + n, 'number', 'B-' || %(base)s + n, 'title', {words},
    'area_id', (%(areas)s::bigint[])[1 + n %% %(many_areas)s],
    'area_path', (%(paths)s::text[])[1 + n %% %(many_areas)s],
    'department_id', (%(departments)s::bigint[])[1 + (n / 6) %% %(many_departments)s], 'opened_at', {opened},
    'due_at', case when {open} then {due} end, 'due_clock', case when {open} then t.due_clock else '' end,
    'due_from', case when {open} then t.due_from end, 'closed_at', case when {open} then null else {opened} end,
    'lamp', case when not {open} then 0 when n %% 7 = 0 then 2 when n %% 5 = 0 then 1 else 0 end,
    'status', case when {open} then
        (array['handling', 'reported', 'accepted', 'dispatched', 'finished', 'verified'])[1 + n %% 6] else 'rated' end)
"""
_ORDER = """
jsonb_build_object('case_ptr_id', %(base)s + n, 'words', {words}, 'place', n %% 97 || ' 号楼',
    'category_id', (%(categories)s::bigint[])[1 + n %% %(many_categories)s],
    'lng', t.lng + (n %% 1000) * 0.00003, 'lat', t.lat + (n %% 700) * 0.00003)
"""
# What PostgreSQL keeps of the open orders' words by triggers, which are off while clones are made.
_WORDS = """
insert into workorders_openorder (order_id, grams, category_id, source)
select case_ptr_id, workorders_grams(words, place), category_id, source
from workorders_workorder where case_ptr_id between %(base)s + %(first)s and %(base)s + %(last)s
"""
_EVENT = "jsonb_build_object('id', %(base)s + n * 8 + t.seq, 'case_id', %(base)s + n)"
_PART = """
jsonb_build_object('id', %(base)s + n, 'case_id', %(base)s + n,
    'until', case when {open} then null else {opened} end, 'since', {opened},
    'department_id', (%(departments)s::bigint[])[1 + (n / 6) %% %(many_departments)s])
"""
_CLOCK = """
jsonb_build_object('id', %(base)s + n, 'case_id', %(base)s + n, 'due_at', {due},
    'department_id', (%(departments)s::bigint[])[1 + (n / 6) %% %(many_departments)s])
"""
_RUNG = """
jsonb_build_object('id', %(base)s + n * 8 + t.id - (select min(id) from casework_rung where deadline_id = %(clock)s),
    'case_id', %(base)s + n, 'deadline_id', %(base)s + n, 'at', {due})
"""
_OPENED = "timestamptz '2026-10-30 09:00+08' - (n % 86400) * interval '20 minutes'"
# Late, soon, today and later in turns, so that each group and each view has its share.
_DUE = "timestamptz '2026-11-03 09:00+08' + ((n * 7919) % 200000 - 60000) * interval '10 seconds'"


@dataclass
class Town:
    """The town's people, and how many orders it has."""

    city: City
    orders: int = 0
    open: int = 0
    base: int = BASE

    @cached_property
    def dispatcher(self) -> User:
        """Who oversees the whole town."""
        return self._someone("dispatch_in", area__parent=None)

    @cached_property
    def worker(self) -> User:
        return self._someone("report_in", area__level__base=True, role__code="grid_worker")

    @cached_property
    def officer(self) -> User:
        return self._someone("handle_in", department__code="sanitation")

    @cached_property
    def category(self) -> Category:
        return Category.objects.get(rulebook=rulebook_in_force(self.city, START.date()), code="060101")

    @cached_property
    def community(self) -> Area:
        """A subtree: the first community and its grids."""
        return Area.objects.filter(city=self.city, level__rank=2).order_by("code").first()  # type: ignore[return-value]

    @cached_property
    def spot(self) -> tuple[float, float]:
        """A place in the worker's grid."""
        area = Post.objects.held(START.date()).get(user=self.worker, area__level__base=True).area
        return geo.inner_point(area.boundary)

    def _someone(self, permission: str, **where) -> User:
        posts = Post.objects.held(START.date()).filter(role__city=self.city, **where)
        post = posts.filter(role__permissions__contains=[permission]).order_by("pk").first()
        assert post is not None, permission
        return post.user

    @cached_property
    def model(self) -> WorkOrder:
        """The one order that all others are like: reported, accepted, dispatched and signed for by the services."""
        with moved_to(START.astimezone(dt.UTC)):
            lng, lat = self.spot
            order = reporting.report(
                by=self.worker, city=self.city, category=self.category, words=WORDS[0], lng=lng, lat=lat
            )
            order = orders.accept(order, by=self.dispatcher)
            lead = Department.objects.get(city=self.city, code="sanitation")
            order = orders.dispatch(order, by=self.dispatcher, department=lead)
            return orders.sign_for(order, by=self.officer)

    def grow(self, *, open_too: int = 0, closed_too: int = 0) -> None:
        """So many more open orders, then so many more closed ones."""
        for many, is_open in ((open_too, True), (closed_too, False)):
            if many:
                self._clone(self.orders + 1, self.orders + many, is_open=is_open)
                self.orders += many
                self.open += many if is_open else 0
        with connection.cursor() as cursor:
            cursor.execute(
                "vacuum (analyze) casework_case, workorders_workorder, casework_event, casework_part, "
                "casework_deadline, casework_rung, workorders_openorder"
            )

    def empty(self) -> None:
        """Takes all clones away again."""
        with unchecked() as cursor:
            for table, column in CLONED.items():
                cursor.execute(f"delete from {table} where {column} between %s and %s",
                               [self.base + 1, self.base + self.orders])  # fmt: skip
        self.orders = self.open = 0

    def _clone(self, first: int, last: int, *, is_open: bool) -> None:
        clock = self.model.deadlines.get(ended_at=None, clock="workorders.handle")
        model = f"t.id = {self.model.pk}"
        said = {"open": str(is_open).lower(), "due": _DUE, "opened": _OPENED, "words": _words()}
        wanted = [
            ("casework_case", _CASE, model),
            ("workorders_workorder", _ORDER, f"t.case_ptr_id = {self.model.pk}"),
            ("casework_part", _PART, f"t.case_id = {self.model.pk} and t.until is null"),
        ]
        if is_open:
            wanted += [
                ("casework_event", _EVENT, f"t.case_id = {self.model.pk}"),
                ("casework_deadline", _CLOCK, f"t.id = {clock.pk}"),
                ("casework_rung", _RUNG, f"t.deadline_id = {clock.pk}"),
            ]
        values = self._values(clock) | {"first": first, "last": last}
        with unchecked() as cursor:
            for table, columns, which in wanted:
                told = columns.format(**{key: value.replace("%", "%%") for key, value in said.items()})
                cursor.execute(_CLONE.format(table=table, said=told, which=which), values)
            if is_open:
                cursor.execute(_WORDS, values)

    def _values(self, clock: Deadline) -> dict:
        grids = list(Area.objects.filter(city=self.city, level__base=True).order_by("pk").values_list("pk", "path"))
        serving = Department.objects.filter(city=self.city, area__parent=None).order_by("pk")
        departments = list(serving.values_list("pk", flat=True))
        items = Category.objects.filter(rulebook=self.model.rulebook, code__regex="^06....$").order_by("pk")
        categories = list(items.values_list("pk", flat=True))
        return {
            "base": self.base, "clock": clock.pk, "areas": [key for key, _path in grids],
            "paths": [path for _key, path in grids], "many_areas": len(grids), "departments": departments,
            "many_departments": len(departments), "categories": categories, "many_categories": len(categories),
        }  # fmt: skip


def _words() -> str:
    """Ten matters in turns, with a number, and now and then one that is rare."""
    common = json.dumps(list(WORDS), ensure_ascii=False)
    return (
        f"case when n % {RARELY} = 0 then '{RARE_WORDS}' else (jsonb '{common}' ->> (n % {len(WORDS)})::int) end"
        " || '，' || n % 89 || ' 号楼'"
    )


def town(*, base: int = BASE) -> Town:
    """The town with its ground, its people and its rules, and the one order; clones have keys above the base."""
    autodiscover_modules("cityfile")
    city = publish(FOLDER).city
    found = Town(city, base=base)
    assert found.model.pk
    return found

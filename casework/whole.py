"""A case with all that its page tells of it, in one statement: clocks, history, people, posts, the areas it lies in.

How: `grids/gathering.py`. Apps above add their own lists (`more`). Lists of cases read one table, in the apps'
selectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from casework.models import Case, Deadline, Event, Pause, Rung, TimeLimit
from casework.selectors import CALENDAR, calendar_told
from grids.gathering import Row, fill, gathered, link, revived
from grids.models import Area, City, Department, Level, Post, Role, Rulebook
from grids.once import tell

# What several lists are made of: `person` are those who acted, those whom events name, and those whom the case names.
# Keys are gathered by `union`: with `or`, whole tables would be read.
_PARTS = """
with clock as (select * from casework_deadline where case_id = %(case)s),
event as (select * from casework_event where case_id = %(case)s),
person as (
    select actor_id as id from event where actor_id is not null
    union select (facts ->> 'officer')::bigint from event where jsonb_typeof(facts -> 'officer') = 'number'
    union select person_id from clock where person_id is not null
    union select unnest(%(people)s::bigint[])
),
post as (
    select * from grids_post where id in (
        select id from grids_post where user_id in (select id from person)
        union select id from grids_post where area_id = %(area)s and (until is null or until > %(today)s)
        union select id from grids_post where department_id = %(department)s and (until is null or until > %(today)s)
    )
)
"""
_LISTS = {
    "clocks": "select * from clock order by started_at, id",
    "pauses": "select * from casework_pause where deadline_id in (select id from clock) order by since, id",
    "rungs": "select * from casework_rung where deadline_id in (select id from clock) order by at, id",
    "limits": "select * from casework_timelimit where id in (select limit_id from clock)",
    "events": "select * from event order by seq desc",
    "people": """
        select id, username, name, phone, is_active from accounts_user
        where id in (select id from person union select user_id from post)
    """,
    "posts": "select * from post order by id",
    "roles": "select * from grids_role where id in (select role_id from post)",
    # Without their lines on the map: they may be long, and only drawings need them.
    "areas": """
        select id, city_id, level_id, parent_id, code, name, name_en, path, kind, valid_from, valid_to, drawn
        from grids_area where id in (
            select unnest(%(line)s::bigint[]) union select area_id from clock union select area_id from post
        )
    """,
    "levels": "select * from grids_level where city_id = %(city)s",
    "departments": """
        select * from grids_department where id in (
            select unnest(%(departments)s::bigint[]) union select department_id from clock
            union select department_id from post
        )
    """,
    "cities": "select * from grids_city where id = %(city)s",
    "rulebooks": "select * from grids_rulebook where id = %(rulebook)s",
    "calendar": CALENDAR,
}  # fmt: skip
_MODELS: dict[str, type[models.Model]] = {
    "clocks": Deadline, "pauses": Pause, "rungs": Rung, "limits": TimeLimit, "events": Event, "people": User,
    "posts": Post, "roles": Role, "areas": Area, "levels": Level, "departments": Department, "cities": City,
    "rulebooks": Rulebook,
}  # fmt: skip


@dataclass
class Whole:
    """What was read along with a case: rows of models by name, and what else was asked for, as it came."""

    posts: list[Post]
    people: dict[int, User]
    departments: dict[int, Department]
    lists: dict[str, list[Row]] = field(default_factory=dict)


def whole(case: Case, more: Mapping[str, str], values: Mapping[str, Any], *, departments: Iterable[int | None] = (),
          people: Iterable[int | None] = ()) -> Whole:  # fmt: skip
    """Reads all that belongs to a case and puts it in its place; `more` are further lists, with their `values`.

    `departments` and `people`: the keys of those that the case itself names.
    """
    line = [int(key) for key in case.area_path.split("/") if key]
    asked = {
        "case": case.pk, "city": case.city_id, "rulebook": case.rulebook_id, "area": case.area_id, "line": line,
        "department": case.department_id, "today": timezone.localdate(),
        "departments": [key for key in {case.department_id, *departments} if key],
        "people": [key for key in {case.reported_by_id, *people} if key],
    }  # fmt: skip
    found = gathered({**_LISTS, **more}, {**asked, **values}, parts=_PARTS)
    rows: dict[str, dict[int, Any]] = {
        name: {row["id"]: revived(model, row) for row in found[name]} for name, model in _MODELS.items()
    }
    _join(case, rows, line)
    calendar_told(case.city_id, found["calendar"])
    lists = {name: found[name] for name in more}
    return Whole(list(rows["posts"].values()), rows["people"], rows["departments"], lists)


def _join(case: Case, rows: dict[str, dict[int, Any]], line: list[int]) -> None:
    areas, departments, people = rows["areas"], rows["departments"], rows["people"]
    for area in areas.values():
        link([area], "level", rows["levels"])
        link([area], "city", rows["cities"])
        link([area], "parent", areas)
    for name, others in (("area", areas), ("department", departments), ("city", rows["cities"]),
                         ("rulebook", rows["rulebooks"]), ("reported_by", people)):  # fmt: skip
        link([case], name, others)
    for name, others in (("user", people), ("role", rows["roles"]), ("area", areas), ("department", departments)):
        link(rows["posts"].values(), name, others)
    events = list(rows["events"].values())
    link(events, "actor", people)
    fill(case, "events", events, "case")
    _join_clocks(case, rows)
    tell(("above", case.area_id, case.area.path), [areas[key] for key in line if key in areas])


def _join_clocks(case: Case, rows: dict[str, dict[int, Any]]) -> None:
    clocks: list[Deadline] = list(rows["clocks"].values())
    for name, others in (("department", "departments"), ("area", "areas"), ("person", "people"), ("limit", "limits")):
        link(clocks, name, rows[others])
    fill(case, "deadlines", clocks, "case")
    for clock in clocks:
        fill(clock, "pauses", [row for row in rows["pauses"].values() if row.deadline_id == clock.pk], "deadline")
        fill(clock, "rungs", [row for row in rows["rungs"].values() if row.deadline_id == clock.pk], "deadline")

"""An order's branches as its page tells them, in one question: parts, objections, applications, presses, ratings …"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Choices
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from casework.models import Part
from grids.gathering import Row, gathered
from workorders.models import Application, Clue, Objection, Press, Rating, SiteCheck, WorkOrder
from workorders.statuses import JOINED


@dataclass(frozen=True)
class Branches:
    """Each list oldest first; moments are moments, codes carry their words under `<name>_label`."""

    parts: list[Row]
    objections: list[Row]
    applications: list[Row]
    presses: list[Row]
    clues: list[Row]
    checks: list[Row]
    ratings: list[Row]
    joined: list[Row]

    @property
    def assisting(self) -> list[Row]:
        """The departments that assist, or did."""
        return [row for row in self.parts if row["role"] == Part.Role.ASSIST]

    @property
    def present_parts(self) -> dict[str, set[int]]:
        """The departments with a part now, by role."""
        found: dict[str, set[int]] = {}
        for row in self.parts:
            if row["until"] is None:
                found.setdefault(row["role"], set()).add(row["key"])
        return found

    @property
    def offered(self) -> list[Row]:
        return [row for row in self.parts if row["role"] == Part.Role.OFFERED and row["until"] is None]

    @property
    def application(self) -> Row | None:
        """The application that waits for a decision."""
        return next((row for row in self.applications if row["decided_at"] is None), None)

    @property
    def standing_presses(self) -> list[Row]:
        return [row for row in self.presses if row["lifted_at"] is None]

    @property
    def waiting_clues(self) -> list[Row]:
        return [row for row in self.clues if row["decided_at"] is None]


def branches_of(order: WorkOrder) -> Branches:
    """All of it in one question; names of people stay out, they are in the history."""
    return branches_in(gathered(branch_lists(), {"case": order.pk}))


def branches_in(lists: Mapping[str, list[Row]]) -> Branches:
    """The branches among lists that were read along with more."""
    return Branches(**{name: [_readable(name, row) for row in lists[name]] for name in _LISTS})


def branch_lists() -> dict[str, str]:
    """The question for each list of `Branches`; departments by their name in the reader's language."""
    english = (get_language() or "").startswith("en")
    name = "coalesce(nullif({0}.name_en, ''), {0}.name)" if english else "{0}.name"
    called = {table: name.format(table) for table in ("d", "s", "n")}
    return {list_: query.format(**called) for list_, query in _LISTS.items()}


# `d` is the department that acts or is meant, `s` the one suggested, `n` the one named.
_LISTS = {
    "parts": """
        select p.id, p.department_id as key, role, since, until, signed_at, outcome, words, {d} as department
        from casework_part p join grids_department d on d.id = p.department_id where case_id = %(case)s order by p.id
    """,
    "objections": """
        select o.id, o.department_id as key, reason, basis, words, at, ruling, decision, ruled_at, {d} as department,
            {s} as suggested, {n} as named
        from workorders_objection o left join grids_department d on d.id = o.department_id
        left join grids_department s on s.id = o.suggested_id left join grids_department n on n.id = o.named_id
        where order_id = %(case)s order by o.id
    """,
    "applications": """
        select id, kind, state, reason, words, measures, until, at, decided_at, answer
        from workorders_application where order_id = %(case)s order by id
    """,
    "presses": """
        select p.id, level, reason, words, at, reply_wanted, reply, replied_at, lifted_at, lifted_because,
            {d} as department
        from workorders_press p left join grids_department d on d.id = p.department_id
        where order_id = %(case)s order by p.id
    """,
    "clues": """
        select id, reason, words, at, decision, decided_at from workorders_clue where order_id = %(case)s order by id
    """,
    "checks": """
        select id, moment, at, done_at, outcome, words from workorders_sitecheck where order_id = %(case)s order by id
    """,
    "ratings": """
        select id, round, via, stars, solved, satisfied, words, at
        from workorders_rating where order_id = %(case)s order by id
    """,
    "joined": """
        select c.id, number, title, status from workorders_workorder o join casework_case c on c.id = o.case_ptr_id
        where joined_to_id = %(case)s order by c.id
    """,
}
LABELS: dict[str, dict[str, type[Choices]]] = {
    "parts": {"role": Part.Role, "outcome": Part.Outcome},
    "objections": {"reason": Objection.Reason, "ruling": Objection.Ruling},
    "applications": {"kind": Application.Kind, "state": Application.State, "reason": Application.Reason},
    "presses": {"level": Press.Level},
    "clues": {"reason": Clue.Reason},
    "checks": {"moment": SiteCheck.Moment, "outcome": SiteCheck.Outcome},
    "ratings": {"via": Rating.Via},
}
MOMENTS = ("since", "signed_at", "at", "ruled_at", "decided_at", "replied_at", "lifted_at", "done_at")


def _readable(name: str, row: Row) -> Row:
    for field, choices in LABELS.get(name, {}).items():
        if row[field] not in (None, ""):
            row[f"{field}_label"] = choices(row[field]).label
    for field in MOMENTS:
        if row.get(field):
            row[field] = parse_datetime(row[field])
    if name == "parts" and row["until"]:
        row["until"] = parse_datetime(row["until"])
    if name == "applications" and row["until"]:
        row["until"] = dt.date.fromisoformat(row["until"])
    if name == "joined":
        row["along"] = row["status"] == JOINED
    return row

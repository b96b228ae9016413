"""An order's branches as its page tells them, in one question: parts, objections, applications, presses, ratings …"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from casework.models import Part
from workorders.models import Application, Clue, Objection, Press, Rating, SiteCheck, WorkOrder
from workorders.statuses import JOINED

Row = dict[str, Any]


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
    mine = {"order": OuterRef("pk")}
    department: dict[str, Any] = {"department": _named("department")}
    lists = {
        "parts": _rows(
            Part.objects.filter(case=OuterRef("pk")),
            "role", "since", "until", "signed_at", "outcome", "words", key="department_id", **department,
        ),
        "objections": _rows(
            Objection.objects.filter(**mine), "reason", "basis", "words", "at", "ruling", "decision", "ruled_at",
            key="department_id", suggested=_named("suggested"), named=_named("named"), **department,
        ),
        "applications": _rows(
            Application.objects.filter(**mine), "kind", "state", "reason", "words", "measures", "until", "at",
            "decided_at", "answer",
        ),
        "presses": _rows(
            Press.objects.filter(**mine), "level", "reason", "words", "at", "reply_wanted", "reply", "replied_at",
            "lifted_at", "lifted_because", **department,
        ),
        "clues": _rows(Clue.objects.filter(**mine), "reason", "words", "at", "decision", "decided_at"),
        "checks": _rows(SiteCheck.objects.filter(**mine), "moment", "at", "done_at", "outcome", "words"),
        "ratings": _rows(Rating.objects.filter(**mine), "round", "via", "stars", "solved", "satisfied", "words", "at"),
        "joined": _rows(WorkOrder.objects.filter(joined_to=OuterRef("pk")), "number", "title", "status"),
    }  # fmt: skip
    asked: dict[str, Any] = {
        f"all_{name}": query for name, query in lists.items()
    }  # no clash with the relations' own names
    found: Row = WorkOrder.objects.filter(pk=order.pk).values(**asked).get()  # type: ignore[assignment]
    return Branches(**{name: [_readable(name, row) for row in found[f"all_{name}"]] for name in lists})


def _rows(rows: QuerySet[Any], *names: str, key: str = "", **more: F) -> ArraySubquery:
    fields = {name: F(name) for name in names} | more | ({"key": F(key)} if key else {})
    return ArraySubquery(rows.order_by("pk").values(row=JSONObject(id=F("pk"), **fields)))


def _named(field: str) -> F:
    """A department's name in the reader's language."""
    return F(f"{field}__name_en") if (get_language() or "").startswith("en") else F(f"{field}__name")


LABELS: dict[str, dict[str, Any]] = {
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

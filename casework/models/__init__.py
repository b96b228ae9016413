"""Tables that every kind of case shares, split by noun."""

from casework.models.case import Case, CaseQuerySet, Counter, SetAside
from casework.models.days import CalendarDay, CalendarVersion, WorkingHours
from casework.models.deadline import Deadline, Pause, Rung
from casework.models.event import Event
from casework.models.part import Part
from casework.models.rules import LadderRule, TimeLimit

__all__ = [
    "CalendarDay",
    "CalendarVersion",
    "Case",
    "CaseQuerySet",
    "Counter",
    "Deadline",
    "Event",
    "LadderRule",
    "Part",
    "Pause",
    "Rung",
    "SetAside",
    "TimeLimit",
    "WorkingHours",
]

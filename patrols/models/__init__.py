"""Tables of patrols, split by noun: the city's rules, what is looked at, the day's rounds, the walks themselves."""

from patrols.models.point import Checklist, ChecklistItem, PatrolPoint, RiskPoint
from patrols.models.rule import PatrolRule, PointKind
from patrols.models.task import Round, Stop
from patrols.models.walk import CheckIn, Patrol

__all__ = [
    "CheckIn",
    "Checklist",
    "ChecklistItem",
    "Patrol",
    "PatrolPoint",
    "PatrolRule",
    "PointKind",
    "RiskPoint",
    "Round",
    "Stop",
]

"""Tables of patrols, split by noun: the city's rules, what is looked at, the day's rounds, the walks themselves."""

from patrols.models.admission import Admission
from patrols.models.alarm import Alarm
from patrols.models.help_record import HelpRecord
from patrols.models.keytime import KeyTime
from patrols.models.point import Checklist, ChecklistItem, PatrolPoint, RiskPoint
from patrols.models.rule import PatrolRule, PointKind
from patrols.models.task import Round, RoundDay, Stop
from patrols.models.track import DaySummary, LastSign, TrackChunk, TrackGap, TrackLook, TrackMark
from patrols.models.visit import FollowUp, Visit, VisitEvent, VisitRule
from patrols.models.walk import CheckIn, PassedOver, Patrol

__all__ = [
    "Admission",
    "Alarm",
    "CheckIn",
    "Checklist",
    "ChecklistItem",
    "DaySummary",
    "FollowUp",
    "HelpRecord",
    "KeyTime",
    "LastSign",
    "PassedOver",
    "Patrol",
    "PatrolPoint",
    "PatrolRule",
    "PointKind",
    "RiskPoint",
    "Round",
    "RoundDay",
    "Stop",
    "TrackChunk",
    "TrackGap",
    "TrackLook",
    "TrackMark",
    "Visit",
    "VisitEvent",
    "VisitRule",
]

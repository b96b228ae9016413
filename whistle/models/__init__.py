"""Tables of the whistle, split by noun: the city's rules for it, the whistle, its summonses, what was agreed, how it
grew louder."""

from whistle.models.agreed import Agreement, PlanLine, Reply
from whistle.models.louder import Clue, Statement, Supervision
from whistle.models.notice import Notice
from whistle.models.power import PowerUse, StreetPower
from whistle.models.rule import Charge, WhistleItem, WhistleKind
from whistle.models.summons import Objection, Rating, Summons
from whistle.models.whistle import Effort, Whistle

__all__ = [
    "Agreement",
    "Charge",
    "Clue",
    "Effort",
    "Notice",
    "Objection",
    "PlanLine",
    "PowerUse",
    "Rating",
    "Reply",
    "Statement",
    "StreetPower",
    "Summons",
    "Supervision",
    "Whistle",
    "WhistleItem",
    "WhistleKind",
]

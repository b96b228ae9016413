"""Tables of the registers, split by noun: the city's care kinds, homes, people and their care, looks, sheets."""

from registers.models.home import Home
from registers.models.kind import CareKind
from registers.models.look import Look
from registers.models.person import Care, Person
from registers.models.sheet import RegisterBatch, RegisterLine

__all__ = ["Care", "CareKind", "Home", "Look", "Person", "RegisterBatch", "RegisterLine"]

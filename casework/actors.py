"""Who acts: a person, or the explicit SYSTEM; never nobody."""

from __future__ import annotations

from typing import Final

from accounts.models import User


class System:
    """The house itself: the sweep, a resumed clock, a rule that acts by itself."""

    pk: Final = None

    def __str__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
Actor = User | System

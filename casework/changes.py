"""What others have done to a case since somebody's page was drawn (“someone else has just changed this”)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from casework.models import Case


@dataclass(frozen=True)
class Seen:
    """How many events a case had when a form was drawn; nothing if the form does not say."""

    count: int | None

    @classmethod
    def of(cls, text: str) -> Seen:
        return cls(int(text) if str(text).isdecimal() and len(str(text)) < 10 else None)


def changed_since(case: Case, seen: Seen, user: User) -> list[int]:
    """The numbers of the events that other persons have written since; the house's own are no surprise."""
    if seen.count is None or case.event_count <= seen.count:
        return []
    events = case.events.filter(seq__gt=seen.count, actor__isnull=False).exclude(actor=user)
    return list(events.order_by("seq").values_list("seq", flat=True))

"""What the page on which one blows says of each kind: who may, whom it calls, by when; and what was blown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise

from accounts.models import User
from casework.models import TimeLimit
from casework.spans import limit_words
from grids.models import Area, City, Role
from whistle.lifecycle import ARRIVE, CLOCKS, CONTACT, SETTLE, SIGN
from whistle.models import Whistle, WhistleKind
from whistle.selectors.choices import Opening
from workorders.models import WorkOrder

STAGES = (SIGN, CONTACT, ARRIVE, SETTLE)


@dataclass(frozen=True)
class Offer:
    """One kind as the page offers it."""

    kind: WhistleKind
    blowers: list[str]
    # (stage, limit in words), as the rulebook has them.
    limits: Sequence[tuple[str | Promise, str]]
    is_application: bool


def offers_of(openings: Sequence[Opening], city: City) -> list[Offer]:
    """Each kind that is open to the person, with its rules; two questions however many there are."""
    kinds = [opening.kind for opening in openings]
    limits: dict[tuple[str, str], TimeLimit] = {}
    if kinds:
        of_kinds = TimeLimit.objects.filter(rulebook=kinds[0].rulebook_id, clock__in=STAGES, condition="")
        limits = {(limit.subject, limit.clock): limit for limit in of_kinds}
    roles = {role.code: role.title for role in Role.objects.filter(city=city)}
    return [_offer(opening, limits, roles) for opening in openings]


def _offer(opening: Opening, limits: dict[tuple[str, str], TimeLimit], roles: dict[str, str]) -> Offer:
    kind = opening.kind
    found = ((stage, limits.get((kind.code, stage)) or limits.get(("", stage))) for stage in STAGES)
    words = [(CLOCKS[stage], limit_words(limit.amount, limit.unit)) for stage, limit in found if limit]
    blowers = [roles[code] for code in kind.blown_by if code in roles]
    return Offer(kind, blowers, words, is_application=not opening.blown_for)


def callers_of(openings: Sequence[Opening]) -> list[Area]:
    """In whose name the person may open whistles at all."""
    return list({area.pk: area for opening in openings for area in opening.callers}.values())


def matter_so_far(user: User, order: WorkOrder | None, again: Whistle | None) -> list[Whistle]:
    """The whistles blown before on the matter of an order, or of an earlier whistle, that the person sees."""
    if again is None and order is None:
        return []
    first = (again.matter_id or again.pk) if again else None
    same = Q(matter=first) | Q(pk=first) if first else Q(order=order)
    return list(Whistle.objects.visible_to(user).filter(same).select_related("sort").order_by("pk"))

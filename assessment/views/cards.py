"""One card, one's own, and the items behind one of its lines."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessment.models import ScoreCard
from assessment.selectors import boards as seen
from assessment.selectors import cards
from assessment.selectors.appeals import may_lodge
from assessment.selectors.behind import behind
from assessment.selectors.formula import formula_of
from assessment.selectors.recomputing import recompute_card
from assessment.views.boards import frame_of
from casework.moment import now


@never_cache
@require_safe
def card(request, number: str, key: int):
    """A card on a page of its own; with `part=panel` only what stands beside the board."""
    sight = seen.board_seen_by(request.user, number)
    context = _opened(request, sight, cards.card_seen(sight, key))
    if request.GET.get("part") == "panel":
        return render(request, "assessment/panel.html", context)
    return render(request, "assessment/card.html", context | frame_of(sight))


@never_cache
@require_safe
def my_card(request):
    """The reader's own last card, his months, and his other cards of that month."""
    found = list(seen.own_cards(request.user)[: seen.MONTHS])
    if not found:
        return render(request, "assessment/mine.html", {"opened": None})
    sight = seen.sight_of(request.user, found[0].assessment)
    context = _opened(request, sight, found[0])
    others = [each for each in found[1:] if each.assessment.since == found[0].assessment.since]
    return render(request, "assessment/mine.html", context | frame_of(sight) | {"others": others})


def _opened(request, sight: seen.Sight, one) -> dict:
    opened = cards.opened(sight, one)
    opened.may_appeal = may_lodge(request.user, one)
    return {
        "opened": opened, "months": cards.months_of(one), "sight": sight, "board": sight.board,
        "again": _again(one) if "again" in request.GET else None,
    }  # fmt: skip


def _again(one: ScoreCard) -> dict:
    """What comes out when the card is reckoned anew, now."""
    found = recompute_card(one)
    return {"at": now(), "lines": len(found), "differs": [each for each in found if not each.agrees]}


@never_cache
@require_safe
def items(request, number: str, key: int, line: int):
    """What stands behind one line of a card, and how its points come about."""
    sight = seen.board_seen_by(request.user, number)
    one = cards.card_seen(sight, key)
    row = cards.line_of(sight, one, line)
    asked = {name: request.GET.get(name, "") for name in ("which", "after")}
    found = behind(row.line, reader=request.user, **asked)
    context = {"card": one, "line": row, "formula": formula_of(row), "found": found}
    context["may_appeal"] = may_lodge(request.user, one)
    return render(request, "assessment/items.html", context | frame_of(sight))

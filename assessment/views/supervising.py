"""The supervisor's month of a board."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessment.selectors import boards as seen
from assessment.selectors.funnel import funnel_of
from assessment.selectors.supervising import supervised
from assessment.views.boards import frame_of


@never_cache
@require_safe
def month(request, number: str):
    """Distribution, funnels, trend, who needs help, the sample to look at again, the appeals, the progress."""
    sight = seen.board_seen_by(request.user, number)
    shown = supervised(sight)
    funnels = [drawn for spread in shown.spreads if (drawn := funnel_of(sight, spread.group))]
    return render(request, "assessment/supervising.html", {"shown": shown, "funnels": funnels} | frame_of(sight))

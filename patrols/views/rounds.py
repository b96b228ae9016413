"""The rounds of a day: who covers what, what of it was seen; one round; making them by hand, taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grids import jurisdiction
from patrols.selectors import rounds as select
from patrols.selectors.points import areas_to_choose, city_of, today_in
from patrols.services import planning
from patrols.views.desk import beside, day_asked, keys, page, wanted


@never_cache
@require_safe
def rounds(request):
    """A day's rounds by area."""
    city = city_of(request.user)
    today, area = today_in(city), wanted(request, city).area
    day = day_asked(request.GET.get("day", ""), today)
    found = select.listed(request.user, city, day, area=area, **keys(request))
    context = {
        "rows": found.rows, "day": day, "today": today, "area": area, "areas": areas_to_choose(request.user, city),
        "totals": select.totals(request.user, city, day, area), "made_at": select.made_at(city, day),
        "plans": jurisdiction.may_somewhere(request.user, "plan_patrols_in", city),
    }  # fmt: skip
    return page(request, city, "rounds", {**context, **beside(request, found)})


@require_POST
def make(request):
    """Makes what rounds there are still to make today."""
    city = city_of(request.user)
    day = day_asked(request.POST.get("day", ""), today_in(city))
    made = planning.make_by_hand(by=request.user, city=city, day=day)
    told = ngettext("%(made)d round was made.", "%(made)d rounds were made.", made) % {"made": made}
    messages.success(request, told if made else _("There was no round to make."))
    return redirect("patrols")


@never_cache
@require_safe
def one_round(request, key):
    """One round with its points in their order, and the walks on it."""
    city = city_of(request.user)
    found = select.round_seen_by(request.user, key)
    plans = jurisdiction.may(request.user, "plan_patrols_in", found.area)
    context = {"round": found, "stops": list(found.stops.all()), "walks": select.walks_of(found), "plans": plans}
    return page(request, city, "round", {**context, "today": today_in(city)})


@require_POST
def withdraw(request, key):
    """Takes a round back."""
    found = planning.withdraw(select.round_seen_by(request.user, key), by=request.user)
    messages.success(request, _("The round was taken back; its points come first on the next one."))
    return redirect("patrol_round", key=found.key)

"""What the desk's pages of patrols share: the row of pages above each, an address's filters, a form and its service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import pgettext

from grids.models import City
from patrols.forms.asked import Asked
from patrols.selectors.points import Wanted, area_named
from patrols.selectors.rounds import SEES_WALKS
from workorders.selectors.desks import Asker
from workorders.selectors.paging import Page

INVALID = 422
# (address, words, permissions of which one makes it of use; none: everybody's)
PAGES: tuple[tuple[str, Callable[[], str], set[str]], ...] = (
    ("patrols", lambda: pgettext("patrols", "Rounds"), set()),
    ("patrols_live", lambda: pgettext("patrols", "Where they are"), {"watch_patrols_in"}),
    ("alarms", lambda: pgettext("patrols", "Calls for help"), {"watch_patrols_in"}),
    ("patrol_points", lambda: pgettext("patrols", "Key points"), set()),
    ("visits_overview", lambda: pgettext("patrols", "Visits due"), {"plan_patrols_in"}),
    ("patrol_risks", lambda: pgettext("patrols", "Risks and hazards"), set()),
    ("checklists", lambda: pgettext("patrols", "Checklists"), set()),
    ("key_times", lambda: pgettext("patrols", "Key times"), set()),
    ("admissions", lambda: pgettext("patrols", "Entry control"), set()),
)


def page(request, city: City, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of patrols: its own things within the frame of all."""
    asker = Asker(request.user, city)
    name = request.resolver_match.url_name
    boards = [
        {"url": reverse(address), "label": words(), "current": address == name}
        for address, words, needed in PAGES
        if not needed or asker.may(*needed)
    ]
    told = {"boards": boards, "city": city, "watches": asker.may(*SEES_WALKS)}
    return render(request, f"patrols/{template}.html", {**told, **context}, status=status)


def wanted(request, city: City) -> Wanted:
    """To what an address narrows a list; what is no filter narrows nothing."""
    asked = request.GET
    kind = asked.get("kind", "")
    return Wanted(
        area=area_named(request.user, city, asked.get("area", "")[:24]),
        kind=kind if kind.isascii() and kind.replace("-", "").replace("_", "").isalnum() else "",
        overdue=asked.get("state") == "overdue", ended=asked.get("state") == "ended",
    )  # fmt: skip


def day_asked(text: str, today: dt.date) -> dt.date:
    """The day that an address names; today where it names none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year < 2100 else today


def beside(request, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after, with the filters kept."""
    kept = {name: value for name, value in request.GET.items() if name not in ("after", "before")}
    return {
        "previous_url": f"?{urlencode({**kept, 'before': page.before})}" if page.before else "",
        "next_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
    }


def sent(request) -> Any:
    """What was sent in; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def keys(request) -> dict[str, str]:
    """Where a list begins."""
    return {name: request.GET.get(name, "") for name in ("after", "before")}


def done(request, form: Asked, act: Callable[[dict[str, Any]], Any], said: str) -> Any:
    """What the service made of a form; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        made = act(form.said())
    except ValidationError as error:
        form.refuse(error)
        return None
    messages.success(request, said)
    return made

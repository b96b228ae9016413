"""The boards: what is overdue, the leaders' whistles, the month's and year's tables, the whistle rates, the clues."""

from __future__ import annotations

from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.refusals import NotFound
from casework.selectors import calendar_of
from grids import jurisdiction
from grids.models import City
from whistle.selectors import leaders, monitor, overdue, sight, year
from whistle.selectors.counted import asked_for, counted
from workorders.selectors.paging import Page

# (address, words, permissions of which one makes it of use)
BOARDS = (
    ("supervision_board", lambda: _("Supervision"), {"press_in"}),
    ("whistle_clues", lambda: _("Clues"), {"press_in", "decide_clues_in"}),
    ("second_whistles", lambda: _("Second whistles"), {"log_visits_in"}),
    ("whistle_month", lambda: _("This month"), {"see_cases_in"}),
    ("whistle_year", lambda: _("This year"), {"see_cases_in"}),
    ("street_powers", lambda: _("Powers of the streets"), {"blow_in", "press_in", "log_visits_in"}),
    ("whistle_monitor", lambda: _("Whistle rates"), {"press_in", "blow_in", "log_visits_in", "rule_in"}),
)


@never_cache
@require_safe
def supervision(request):
    """区委督查室: everything overdue, and the cases that the office follows."""
    city, asked = sight.city_of(request.user), request.GET
    late = overdue.overdue(request.user, city, after=asked.get("after", ""), before=asked.get("before", ""))
    cases = overdue.followed(
        request.user, city, after=asked.get("cases_after", ""), before=asked.get("cases_before", "")
    )
    context = {"late": late, "cases": cases, "late_pages": _pages(late.page), "case_pages": _pages(cases, "cases_")}
    return board(request, city, "supervision", **context)


@never_cache
@require_safe
def clues(request):
    """纪检: the clues of whistles, those that wait for a decision and those decided."""
    city, asked = sight.city_of(request.user), request.GET
    page = overdue.clues(request.user, city, after=asked.get("after", ""), before=asked.get("before", ""))
    return board(request, city, "clues", page=page, pages=_pages(page), decides=overdue.decides(request.user, city))


@never_cache
@require_safe
def second(request):
    """二次哨: the louder whistles that call the reader, or all leaders."""
    city, asked = sight.city_of(request.user), request.GET
    whose = asked.get("whose", "")
    calls = leaders.calls_of(
        request.user, city, whose=whose, after=asked.get("after", ""), before=asked.get("before", "")
    )
    kept = "&whose=mine" if calls.mine else "&whose=all"
    return board(request, city, "second", calls=calls, pages=_pages(calls.page, kept=kept))


@never_cache
@require_safe
def this_year(request):
    """本年: the city's reports and whistles, and each department's year."""
    city = sight.city_of(request.user)
    return _table(request, sight.year_of(city, request.GET.get("year", "")))


@never_cache
@require_safe
def this_month(request):
    """本月: the same of a month."""
    city = sight.city_of(request.user)
    return _table(request, sight.month_of(city, request.GET.get("month", "")))


@never_cache
@require_safe
def department(request, code: str):
    """How one department's total comes about, part by part."""
    city = sight.city_of(request.user)
    period, seen = _period(request, city), sight.sight_of(request.user, city)
    table = year.table_of(seen, period)
    line = next((line for line in table.lines if line.department.code == code), None)
    if line is None:
        raise NotFound(_("No whistle called this department in that time, or it is not yours to see."))
    return board(request, city, "department", table=table, line=line, rules=RULES)


@never_cache
@require_safe
def counted_rows(request):
    """What stands behind a figure: exactly what it counted."""
    city, asked = sight.city_of(request.user), request.GET
    seen, period = sight.sight_of(request.user, city), _period(request, city)
    places = {name: asked.get(name, "") for name in ("figure", "department", "street")}
    figure = asked_for(seen, period, **places)
    found = counted(seen, figure, after=asked.get("after", ""), before=asked.get("before", ""))
    kept = "".join(f"&{name}={value}" for name, value in places.items() if value) + f"&{period.query}"
    return board(request, city, "counted", asked=figure, found=found, pages=_pages(found.page, kept=kept))


@never_cache
@require_safe
def rates(request):
    """How often each street whistles: too seldom, too often, or as it should."""
    city = sight.city_of(request.user)
    seen = sight.sight_of(request.user, city)
    bounds = {"few": monitor.FEWEST, "many": monitor.MOST, "months": monitor.MONTHS}
    shown = monitor.monitor_of(seen) if seen.departments is None else None
    return board(request, city, "monitor", monitor=shown, bounds=bounds)


RULES = {"least": year.LEAST_RATED, "drawn_by": year.DRAWN_BY, "weights": year.WEIGHTS}


def _table(request, period: sight.Period):
    seen = sight.sight_of(request.user, period.city)
    context = {
        "table": year.table_of(seen, period), "reports": year.reports_of(seen, period), "rules": RULES,
        "earlier": period.beside(-1), "later": None if period.beside(1).ahead else period.beside(1),
    }  # fmt: skip
    return board(request, period.city, "table", **context)


def _period(request, city: City) -> sight.Period:
    month = request.GET.get("month", "")
    return sight.month_of(city, month) if month else sight.year_of(city, request.GET.get("year", ""))


def board(request, city: City, name: str, **context: Any):
    """A board among the others that are of use to the reader."""
    may = jurisdiction.permissions_of(request.user)
    boards = [
        {"url": reverse(address), "label": words(), "current": request.path == reverse(address)}
        for address, words, permissions in BOARDS
        if not may.isdisjoint(permissions)
    ]
    page = {"city": city, "calendar": calendar_of(city), "boards": boards}
    return render(request, f"whistle/boards/{name}.html", page | context)


def _pages(page: Page, prefix: str = "", kept: str = "") -> dict[str, str]:
    """The addresses of the pages beside this one; empty at either end."""
    return {
        "previous": f"?{prefix}before={_quoted(page.before)}{kept}" if page.before else "",
        "next": f"?{prefix}after={_quoted(page.after)}{kept}" if page.after else "",
    }


def _quoted(key: str) -> str:
    """A moment holds a plus sign, which an address would read as a space."""
    return key.replace("+", "%2B")

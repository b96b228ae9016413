"""The working calendar, shown to all and changed by few; and the state of the house for those who look after it."""

from __future__ import annotations

import platform
import tomllib

import django
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from casework.forms import DayForm, PasteForm, RemoveForm
from casework.models import CalendarVersion, Case, SetAside
from casework.moment import now
from casework.refusals import NotFound, NotYours
from casework.selectors import sweep_lag, unpublished_years
from casework.services.calendars import publish_days, withdraw_days
from casework.year import FIRST_YEAR, LAST_YEAR, clocks_following, listed_days, months_of, runs_of
from grids import jurisdiction
from grids.models import Area, City, Department, Post
from grids.selectors import rulebook_in_force, today_in

INVALID = 422
MOST_SET_ASIDE = 50


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of the working calendar: days off and make-up days by name, and where each comes from."""
    city = _city(request)
    return _show(request, city, _year(request, city))


@require_POST
def enter_day(request: HttpRequest) -> HttpResponse:
    """Adds a day, or changes the one that is listed."""
    return _enter(request, DayForm(request.POST), "day_form")


@require_POST
def paste_days(request: HttpRequest) -> HttpResponse:
    """Enters many days at once: all of them, or none."""
    return _enter(request, PasteForm(request.POST), "paste_form")


@require_POST
def remove_day(request: HttpRequest) -> HttpResponse:
    """Makes a listed day an ordinary one again."""
    city, form = _city_to_edit(request), RemoveForm(request.POST)
    listed = form.is_valid() and city.calendar_days.filter(day=form.cleaned_data["day"]).first()
    if not listed:
        raise NotFound(_("This day is not listed in the calendar."))
    withdraw_days(city=city, days=[listed.day])
    return _saved(request, city, listed.day.year, _("%(day)s is an ordinary day again.") % {"day": listed.day})


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Is the sweep awake, what was set aside and why, which versions run here. For those who look after the house."""
    city = _city(request)
    if not _looks_after(request.user):
        raise NotYours(_("The state of the house is for organisers and supervisors."))
    lag = sweep_lag()
    cases = Case.objects.visible_to(request.user).filter(set_aside_until__gt=now())
    aside = SetAside.objects.filter(case__in=cases, until__gt=now()).select_related("case")[:MOST_SET_ASIDE]
    context = {
        "lag": int(lag.total_seconds()), "awake": lag.total_seconds() <= 3 * settings.SWEEP_SECONDS,
        "every": settings.SWEEP_SECONDS, "aside": aside, "aside_total": cases.count(), "versions": _versions(city),
        "following": clocks_following(city), "city": city,
    }  # fmt: skip
    return render(request, "casework/status.html", context)


def _show(request: HttpRequest, city: City, year: int, **forms_in_hand: forms.Form) -> HttpResponse:
    """The year, with the forms as they came back, if any did."""
    listed = listed_days(city, year)
    context = {
        "city": city, "year": year, "listed": listed, "runs": runs_of(listed),
        "months": months_of(city, year, listed),
        "before": year - 1 if year > FIRST_YEAR else None, "after": year + 1 if year < LAST_YEAR else None,
        "unpublished": not listed and year >= today_in(city).year, "unknown_years": unpublished_years(city),
        "following": clocks_following(city), "every": settings.SWEEP_SECONDS, "may_edit": _may_edit(request.user, city),
        "day_form": DayForm(initial=_day_in_hand(request, listed)), "paste_form": PasteForm(),
    }  # fmt: skip
    return render(request, "casework/calendar.html", context | forms_in_hand, status=INVALID if forms_in_hand else 200)


def _enter(request: HttpRequest, form: DayForm | PasteForm, name: str) -> HttpResponse:
    city = _city_to_edit(request)
    if not form.is_valid():
        return _show(request, city, _year(request, city), **{name: form})
    days = form.days()
    publish_days(city=city, days=days, source=str(request.user)[:40])
    saved = ngettext("%(n)s day is entered.", "%(n)s days are entered.", len(days)) % {"n": len(days)}
    return _saved(request, city, min(days).year, saved)


def _saved(request: HttpRequest, city: City, year: int, sentence: str) -> HttpResponse:
    clocks = clocks_following(city).open
    follow = ngettext(
        "%(n)s open clock follows within %(seconds)s seconds.",
        "%(n)s open clocks follow within %(seconds)s seconds.",
        clocks,
    ) % {"n": clocks, "seconds": settings.SWEEP_SECONDS}
    messages.success(request, f"{sentence} {follow}")
    return redirect(f"{reverse('calendar')}?year={year}&city={city.slug}")


def _city(request: HttpRequest) -> City:
    """The city asked for if the reader holds a post there, else his first."""
    cities = list(jurisdiction.cities_of(request.user))
    asked = request.POST.get("city") or request.GET.get("city")
    if not cities:
        raise NotFound(_("You hold no post in any city here."))
    return next((city for city in cities if city.slug == asked), cities[0])


def _city_to_edit(request: HttpRequest) -> City:
    city = _city(request)
    if not _may_edit(request.user, city):
        raise NotYours(_("Only those who look after %(city)s's working calendar may change it.") % {"city": city})
    return city


def _may_edit(user, city: City) -> bool:
    """The calendar is the whole city's: the permission must hold on its top area."""
    top = Area.objects.filter(city=city, parent=None).standing(today_in(city)).first()
    return jurisdiction.may(user, "edit_calendar_in", top)


def _looks_after(user) -> bool:
    """Those who edit the calendar somewhere, and the offices of supervision and discipline."""
    if "edit_calendar_in" in jurisdiction.permissions_of(user):
        return True
    watching = [Department.Kind.SUPERVISION, Department.Kind.DISCIPLINE]
    return Post.objects.held().filter(user=user, department__kind__in=watching).exists()


def _year(request: HttpRequest, city: City) -> int:
    asked = request.POST.get("year") or request.GET.get("year") or ""
    if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    return today_in(city).year


def _day_in_hand(request: HttpRequest, listed: list) -> dict:
    """A day of the page that the reader wants to change."""
    asked = request.GET.get("day", "")
    row = next((row for row in listed if row.day.isoformat() == asked), None)
    return {"day": row.day, "kind": row.kind, "name": row.name} if row else {}


def _versions(city: City) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        (server,) = cursor.fetchone()
    house = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    calendar_version = CalendarVersion.objects.filter(city=city).first()
    return [
        (_("Gridwhistle"), house),
        (_("Rulebook of %(city)s") % {"city": city}, str(rulebook_in_force(city, today_in(city)).version)),
        (_("Working calendar"), str(calendar_version.version if calendar_version else 0)),
        (_("Map"), str(city.geometry_version)),
        ("PostgreSQL", server.split(" ")[0]),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
    ]

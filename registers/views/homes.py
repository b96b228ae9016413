"""Homes of the registers: the list of one's ground, one home with who lives there."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grids import jurisdiction
from grids.views.changing import UNPROCESSABLE, done
from registers import forms
from registers.masks import masked_door
from registers.models import Home
from registers.selectors import people as found
from registers.selectors.sight import KEEPS, require_keeping
from registers.services import homes as services
from registers.services import looking as looks
from registers.views.frame import change_page, key_in, known_areas, require_registers


@never_cache
@require_safe
def homes(request):
    """The homes of one's ground, doors masked."""
    require_registers(request.user)
    asked = {name: request.GET.get(name, "")[:80] for name in ("area", "building")}
    rows, following = found.homes_of(request.user, **asked, after=key_in(request.GET.get("after", "")))
    context = {"rows": rows, "following": following, **asked, **known_areas(request.user)}
    return render(request, "registers/homes.html", context)


@never_cache
@require_safe
def home(request, key):
    """One home and who lives there, masked."""
    return _page(request, found.home_seen_by(request.user, key))


@never_cache
@require_POST
def show(request, key):
    """Opens the door's number, on this answer alone."""
    place = found.home_seen_by(request.user, key)
    form, opened = forms.LookForm(request.POST, door_only=True), {}
    if done(form, lambda: opened.update(looks.look_at_home(place, by=request.user, **form.said()))):
        return _page(request, place, opened=opened)
    return _page(request, place, look=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request):
    """Takes a home in."""
    require_registers(request.user, KEEPS)
    form = forms.HomeForm(request.POST or None, user=request.user)
    made: list[Home] = []
    if request.method == "POST" and done(
        form, lambda: made.append(services.take_in_home(by=request.user, **form.said()))
    ):
        messages.success(request, _("The home stands in the register."))
        return redirect("register_home", made[0].key)
    return change_page(request, form, _("Take in a home"), _("Take in"), "register_homes")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request, key):
    """Corrects a home."""
    place = found.home_seen_by(request.user, key)
    require_keeping(request.user, place.area)
    form = forms.HomeForm(request.POST or None, user=request.user, home=place)
    if request.method == "POST" and done(form, lambda: services.correct_home(place, by=request.user, **form.said())):
        messages.success(request, _("The entry has been corrected."))
        return redirect("register_home", place.key)
    return change_page(request, form, _("Correct the entry"), _("Correct"), "register_home", place.key)


def _page(request, place: Home, *, opened: dict | None = None, look: forms.LookForm | None = None):
    context = {
        "home": place, "door": (opened or {}).get("door") or masked_door(place.door_key), "opened": opened is not None,
        "people": found.people_at(place), "looks": found.looks_at_home(place),
        "look": look or forms.LookForm(door_only=True), "keeps": jurisdiction.may(request.user, KEEPS, place.area),
    }  # fmt: skip
    return render(request, "registers/home.html", context, status=UNPROCESSABLE if look else 200)

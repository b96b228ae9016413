"""What the pages of the registers share: who comes in at all, the grids of a list, a form's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from grids import jurisdiction
from grids.views.changing import UNPROCESSABLE
from registers.selectors.kinds import kinds_about_people
from registers.selectors.sight import KEEPS, READS, ground_read_by


def require_registers(user: Any, *permissions: str) -> None:
    """Closed to whose posts have nothing to do with the registers."""
    if jurisdiction.permissions_of(user).isdisjoint(permissions or READS):
        raise PermissionDenied(_("Your posts do not let you look into the registers."))


def known_areas(user: Any) -> dict[str, Any]:
    """What a list can be narrowed by."""
    areas = ground_read_by(user).filter(level__base=True, valid_to=None).select_related("city").defer("boundary")
    grids = list(areas.order_by("code")[:500])
    kinds = kinds_about_people(grids[0].city) if grids else []
    return {"grids": grids, "kinds": kinds, "keeps": KEEPS in jurisdiction.permissions_of(user)}


def key_in(text: str) -> int:
    """The key after which a page begins; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def change_page(
    request: HttpRequest, form: forms.Form, heading: str, button: str, back: str, *keys: Any, note: str = ""
) -> HttpResponse:
    """A form of its own page, with the way back."""
    context = {
        "form": form, "heading": heading, "button": button, "back": reverse(back, args=keys), "note": note,
    }  # fmt: skip
    return render(request, "registers/change.html", context, status=UNPROCESSABLE if form.is_bound else 200)

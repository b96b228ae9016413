"""Whose schemes a page shows: the city asked for if the reader holds a post there, else his first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessment.services.schemes import may_edit
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from grids.models import City


def city_of(request) -> City:
    """The city of a page; who holds no post anywhere has none."""
    cities = list(jurisdiction.cities_of(request.user))
    asked = request.POST.get("city") or request.GET.get("city")
    if not cities:
        raise NotFound(_("You hold no post in any city here."))
    return next((city for city in cities if city.slug == asked), cities[0])


def city_to_edit(request) -> City:
    """The city of a page on which its schemes are changed."""
    city = city_of(request)
    if not may_edit(request.user, city):
        words = _("Only those who look after the assessment of %(city)s may change its schemes.")
        raise NotYours(words % {"city": city})
    return city

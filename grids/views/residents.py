"""A grid's open page: its name and lines, who to turn to, where to complain (rules.md 13.1 row 11)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grids import selectors
from grids.models import Area
from grids.selectors.sketch import sketch_of


@login_not_required
@require_safe
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """Everything a resident may know about his grid without signing in, and nothing else."""
    place = selectors.grid_of_residents(code)
    if place is None:
        raise Http404
    context = {
        "area": place,
        "way": Area.objects.above(place).exclude(pk=place.pk),
        "contacts": selectors.residents_contacts(place),
        "sketch": sketch_of(place),
    }
    return render(request, "grids/grid.html", context)

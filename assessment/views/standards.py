"""标准体系: which version of which rules is in force, what the city stays close to, how far its targets are."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessment.selectors.standards import principles_of, rules_of, targets_of
from assessment.views.whereabouts import city_of


@never_cache
@require_safe
def standards(request):
    """Everybody who works in the city reads by which rules."""
    city = city_of(request)
    context = {"city": city, "rules": rules_of(city), "principles": principles_of(city), "targets": targets_of(city)}
    return render(request, "assessment/standards.html", context)

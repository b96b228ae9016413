"""The worker's first page, and the size of its type. His tasks: `task.py`; his patrol: `patrol.py`."""

from __future__ import annotations

from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from casework.selectors import calendar_of
from patrols.selectors import home as found

A_YEAR = 365 * 24 * 3600
PARTS = {"lists", "tiles"}


@never_cache
@require_safe
def home(request):
    """The grid, the next points, what waits, four ways to act, and the call for help."""
    shown = found.home_of(request.user)
    if shown is None:
        return render(request, "workorders/no_post.html")
    part = request.GET.get("part", "")
    template = f"patrols/home.html#{part}" if part in PARTS else "patrols/home.html"
    return render(request, template, {"home": shown, "calendar": calendar_of(shown.post.role.city)})


@require_POST
def type_size(request):
    """Large or usual type, kept by a cookie on this phone for a year."""
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    answer = redirect(address if safe else "home")
    size = "large" if request.POST.get("type") == "large" else "usual"
    answer.set_cookie("type", size, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return answer

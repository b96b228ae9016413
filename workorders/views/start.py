"""The first page of each role: `/` sends everybody to his own; the grid worker's home is here too."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.selectors import calendar_of
from grids import jurisdiction
from workorders.selectors import queue
from workorders.selectors.people import posts_of

# Whoever may do the first of these begins there; read from the top.
DISPATCHES, HANDLES, OVERSEES = "mine", "mine", "late"


@require_safe
def start(request):
    """Sends everybody to the page his post begins with; says what is missing to whom has none."""
    if jurisdiction.granted_areas(request.user, "accept_in").exists():
        return _desk(DISPATCHES)
    if jurisdiction.departments_where(request.user, "handle_in").exists():
        return _desk(HANDLES)
    overseen = jurisdiction.granted_areas(request.user, "see_cases_in")
    if overseen.filter(level__base=False).exists():
        return _desk(OVERSEES)
    if jurisdiction.granted_areas(request.user, "report_in").exists():
        return redirect("home")
    return render(request, "workorders/no_post.html")


@never_cache
@require_safe
def home(request):
    """The grid worker's phone: report, what waits for him, what became of his reports."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    asker = queue.Asker(request.user, city)
    context = {
        "posts": posts_of(request.user), "tasks": queue.tasks_of(asker), "reports": queue.reports_of(request.user),
        "calendar": calendar_of(city), "at": asker.at, "live_url": f"{request.path}?part=lists",
    }  # fmt: skip
    template = "workorders/home.html#lists" if "part" in request.GET else "workorders/home.html"
    return render(request, template, context)


def _desk(view: str):
    return redirect(f"{reverse('desk')}?view={view}")

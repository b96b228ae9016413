"""The first page of each role: `/` sends everybody to his own. The grid worker's is `patrols/views/home.py`."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from grids import jurisdiction

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


def _desk(view: str):
    return redirect(f"{reverse('desk')}?view={view}")

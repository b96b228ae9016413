"""The dispatcher's desk: rail of views, queue, preview. Without JavaScript each pane is part of a whole page."""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.selectors import calendar_of
from grids import jurisdiction
from workorders.forms import FilterForm
from workorders.selectors import queue
from workorders.selectors.queue import BY_CODE, VIEWS, Asker
from workorders.views.orders import page_of_order

PARTS = {"rail", "rows", "preview"}
KEPT = ("view", "area", "category", "source", "q", "after", "before")


@never_cache
@require_safe
def desk(request):
    """One view of the desk, or one part of it for a page that is already open."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    sought = queue.number_sought(request.user, request.GET.get("q", ""))
    if sought:
        return redirect("order", number=sought)
    part = request.GET.get("part", "")
    context = _desk(request, Asker(request.user, city), part)
    return render(request, f"workorders/desk.html#{part}" if part in PARTS else "workorders/desk.html", context)


def _desk(request, asker: Asker, part: str) -> dict:
    form = FilterForm(request.GET, asker=asker)
    view = BY_CODE.get(request.GET.get("view", ""), BY_CODE["all" if request.GET.get("q") else "mine"])
    context = {
        "view": view, "form": form, "here": _address(request), "opened": request.GET.get("open", ""),
        "calendar": calendar_of(asker.city), "at": asker.at, "city": asker.city,
    }  # fmt: skip
    if part != "rows":
        counts = queue.counts(asker)
        context["rail"] = [(saved, counts.get(saved.code)) for saved in VIEWS if saved.in_rail or saved is view]
    if part != "rail":
        context["queue"] = _queue(request, asker, form, view)
        context["preview"] = _preview(request, context["queue"], part)
    return context


def _queue(request, asker: Asker, form: FilterForm, view: queue.View) -> queue.Queue:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return queue.queue(asker, view, form.filters(), after=after, before=before)


def _preview(request, shown: queue.Queue, part: str) -> dict | None:
    """The order beside the list: the one that was opened, else the first."""
    number = request.GET.get("open") or (shown.page.rows[0].number if shown.page.rows else "")
    return page_of_order(request.user, number) if number and part != "rows" else None


def _address(request) -> str:
    """The list's own address, without what only opens a pane."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if request.GET.get(name):
            kept[name] = request.GET[name]
    return kept.urlencode()

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
FILTERS = ("view", "area", "category", "source", "q")


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
        context["may_report"] = "report_in" in jurisdiction.permissions_of(asker.user)
        context["rail"] = [(saved, counts.get(saved.code)) for saved in VIEWS if saved.in_rail or saved is view]
    if part != "rail":
        context |= _list(request, asker, form, view)
    if context.get("chosen") and part != "rows":
        context["preview"] = page_of_order(request.user, context["chosen"])
    return context


def _list(request, asker: Asker, form: FilterForm, view: queue.View) -> dict:
    """The rows, the pages beside them, and the order in the preview: the one that was opened, else the first."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    shown = queue.queue(asker, view, form.filters(), after=after, before=before)
    first = shown.page.rows[0].number if shown.page.rows else ""
    return {
        "queue": shown, "chosen": request.GET.get("open") or first,
        "row_link": f"{request.path}?{_address(request)}&open=",
        "previous_url": shown.page.before and _address(request, before=shown.page.before),
        "next_url": shown.page.after and _address(request, after=shown.page.after),
    }  # fmt: skip


def _address(request, **page: str) -> str:
    """The list's own address, without what only opens a pane; or that of the page beside it."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if request.GET.get(name):
            kept[name] = request.GET[name]
    for name, key in (page or {name: request.GET.get(name) for name in ("after", "before")}).items():
        if key:
            kept[name] = key
    return f"?{kept.urlencode()}" if page else kept.urlencode()

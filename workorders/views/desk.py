"""The dispatcher's desk: rail of views, queue, preview. Without JavaScript each pane is part of a whole page."""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
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
    asked = request.GET
    sought = queue.number_sought(request.user, asked.get("q", ""))
    if sought:
        return redirect("order", number=sought)
    part = asked.get("part", "")
    context = _desk(asked, Asker(request.user, city), part)
    return render(request, f"workorders/desk.html#{part}" if part in PARTS else "workorders/desk.html", context)


def _desk(asked: QueryDict, asker: Asker, part: str) -> dict:
    form = FilterForm(asked, asker=asker)
    view = BY_CODE.get(asked.get("view", ""), BY_CODE["all" if asked.get("q") else "mine"])
    context = {
        "view": view, "form": form, "here": _address(asked), "opened": "" if part else asked.get("open", ""),
        "calendar": calendar_of(asker.city), "at": asker.at, "city": asker.city,
    }  # fmt: skip
    if part != "rows":
        counts = queue.counts(asker)
        context["may_report"] = "report_in" in jurisdiction.permissions_of(asker.user)
        context["rail"] = [(saved, counts.get(saved.code)) for saved in VIEWS if saved.in_rail or saved is view]
    if part != "rail":
        context |= _list(asked, asker, form, view)
    if context.get("chosen") and part != "rows":
        context["preview"] = page_of_order(asker.user, str(context["chosen"]))
    return context


def _list(asked: QueryDict, asker: Asker, form: FilterForm, view: queue.View) -> dict:
    """The rows, the pages beside them, and the order in the preview: the one that was opened, else the first."""
    after, before = asked.get("after", ""), asked.get("before", "")
    shown = queue.queue(asker, view, form.filters(), after=after, before=before)
    first = shown.page.rows[0].number if shown.page.rows else ""
    return {
        "queue": shown, "chosen": asked.get("open") or first,
        "row_link": f"{reverse('desk')}?{_address(asked)}&open=",
        "previous_url": shown.page.before and _address(asked, before=shown.page.before),
        "next_url": shown.page.after and _address(asked, after=shown.page.after),
    }  # fmt: skip


def _address(asked: QueryDict, **page: str) -> str:
    """The list's own address, without what only opens a pane; or that of the page beside it."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if asked.get(name):
            kept[name] = asked.get(name, "")
    for name, key in (page or {name: asked.get(name, "") for name in ("after", "before")}).items():
        if key:
            kept[name] = str(key)
    return f"?{kept.urlencode()}" if page else kept.urlencode()

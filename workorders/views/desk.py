"""The desk: rail of views, queue, preview. Without JavaScript each pane is part of a whole page."""

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.selectors import calendar_of
from grids import jurisdiction
from workorders.forms import FilterForm
from workorders.forms.bulk import SaveViewForm
from workorders.lifecycle import WORK_ORDER
from workorders.models import SavedView
from workorders.selectors import queue
from workorders.selectors.alarm import call_tree
from workorders.selectors.desks import first_view, views_for
from workorders.selectors.queue import BY_CODE, Asker
from workorders.services.bulk import BULK
from workorders.services.presence import be_at, others_at
from workorders.views.orders import page_of_order

PARTS = {"rail", "rows", "preview"}
FILTERS = ("mine", "view", "area", "category", "family", "source", "q")


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
    view = BY_CODE.get(asked.get("view", "")) or (BY_CODE["all"] if asked.get("q") else first_view(asker))
    context = {
        "view": view, "form": form, "here": _address(asked), "opened": "" if part else asked.get("open", ""),
        "calendar": calendar_of(asker.city), "at": asker.at, "city": asker.city,
    }  # fmt: skip
    if part != "rows":
        context |= _rail(asker, view, asked)
    if part != "rail":
        context |= _list(asked, asker, form, view)
    if context.get("chosen") and part != "rows":
        context |= _preview(asker, str(context["chosen"]), opened=bool(asked.get("open")))
    return context


def _rail(asker: Asker, view: queue.View, asked: QueryDict) -> dict:
    """The views of the person's posts, then those he keeps for himself, each with its count."""
    views = views_for(asker)
    counts = queue.counts(asker, views)
    own = list(SavedView.objects.filter(user=asker.user))
    saved = queue.saved_counts(asker, own)
    return {
        "rail": [(each, counts.get(each.code)) for each in [*views, *([] if view in views else [view])]],
        "saved": [(kept, saved.get(kept.pk)) for kept in own], "mine": asked.get("mine", ""),
        "may_report": asker.may("report_in"), "save_form": SaveViewForm(),
    }  # fmt: skip


def _preview(asker: Asker, number: str, *, opened: bool) -> dict:
    """The order beside the list; a colleague who has it open too is named."""
    preview = page_of_order(asker.user, number)
    order = preview["order"]
    # The main step first, then those with a letter: what has room for a button is what hands know.
    preview["steps"].sort(key=lambda open_step: (not open_step["step"].main, not open_step["key"]))
    if opened and preview["steps"]:
        be_at(order.pk, asker.user)
    urgent = order.is_open and order.category.urgency == "urgent"
    return {
        "preview": preview, "busy_here": others_at([order.pk], asker.user).get(order.pk, ""),
        "call_tree": call_tree(order) if urgent else [],
    }  # fmt: skip


def _list(asked: QueryDict, asker: Asker, form: FilterForm, view: queue.View) -> dict:
    """The rows, the pages beside them, and the order in the preview: the one that was opened, else the first."""
    after, before = asked.get("after", ""), asked.get("before", "")
    shown = queue.queue(asker, view, form.filters(), after=after, before=before)
    rows = shown.page.rows
    _stay(asked.get("at", ""), asker, rows)
    busy = others_at([row.pk for row in rows], asker.user)
    for row in rows:
        row.busy = busy.get(row.pk, "")
    return {
        "queue": shown, "chosen": asked.get("open") or (rows[0].number if rows else ""),
        "row_link": f"{reverse('desk')}?{_address(asked)}&open=", "bulk": _bulk_steps(asker, rows),
        "previous_url": shown.page.before and _address(asked, before=shown.page.before),
        "next_url": shown.page.after and _address(asked, after=shown.page.after),
    }  # fmt: skip


def _stay(number: str, asker: Asker, rows) -> None:
    """A page that is open says with each refresh which order its person has before him."""
    for row in rows:
        if row.number == number:
            be_at(row.pk, asker.user)


def _bulk_steps(asker: Asker, rows) -> list:
    """The steps that fit one of the rows at least, for who may take them somewhere."""
    statuses = {row.status for row in rows}
    steps = [WORK_ORDER.by_name[name] for name in BULK]
    return [step for step in steps if asker.may(step.permission or "") and statuses & set(step.from_)]


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

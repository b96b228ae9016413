"""The list of whistles: a rail of views, one page of one of them."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.selectors import calendar_of
from grids import jurisdiction
from whistle.selectors import lists
from workorders.selectors.desks import Asker

PARTS = {"rail", "rows"}


@never_cache
@require_safe
def whistles(request):
    """One view of the list, or one part of it for a page that is already open."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    part = request.GET.get("part", "")
    context = _list(request.GET, Asker(request.user, city), part)
    return render(request, f"whistle/list.html#{part}" if part in PARTS else "whistle/list.html", context)


def _list(asked, asker: Asker, part: str) -> dict:
    views = lists.views_for(asker)
    counts = lists.counts(asker, views)
    view = lists.BY_CODE.get(asked.get("view", "")) or next((each for each in views if counts.get(each.code)), views[0])
    kept = {name: asked[name] for name in ("after", "before") if asked.get(name)}
    context = {"view": view, "at": asker.at, "here": urlencode({"view": view.code, **kept}), "city": asker.city}
    if part != "rows":
        context |= _rail(asker, [*views, *([] if view in views else [view])], counts)
    if part != "rail":
        page = lists.listed(asker, view, after=kept.get("after", ""), before=kept.get("before", ""))
        context |= {"rows": page.rows, "calendar": calendar_of(asker.city)}
        context |= {"previous_url": _beside(view, before=page.before), "next_url": _beside(view, after=page.after)}
    return context


def _rail(asker: Asker, views: list, counts: dict[str, int]) -> dict:
    return {
        "rail": [(view, counts.get(view.code)) for view in views],
        "may_blow": asker.may("blow_in"), "may_raise": asker.may("raise_in"), "boards": _boards(asker),
    }  # fmt: skip


def _boards(asker: Asker) -> set[str]:
    """Which boards beside the list are of use to this person."""
    found = {"supervision"} if asker.may("press_in") else set()
    if asker.may("press_in", "log_visits_in", "blow_in"):
        found |= {"month", "monitor"}
    return found | ({"second"} if asker.may("log_visits_in") else set())


def _beside(view, **key: str) -> str:
    ((_name, value),) = key.items()
    return f"{reverse('whistles')}?{urlencode({'view': view.code, **key})}" if value else ""

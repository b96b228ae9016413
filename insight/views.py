"""The moving map: one page, its fragments, and the three answers its script asks for."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from casework.refusals import NotFound
from casework.templatetags.cases import lamp_of
from grids.jurisdiction import cities_of
from grids.models import Area, City
from grids.selectors import today_in
from insight import selectors
from insight.forms import AreasForm, BoxForm
from insight.panel import Panel, panel_of
from insight.picture import picture_of
from insight.sheets import MOST_AREAS, atlas_of, features_of
from patrols.selectors.live import watches

# The classes of `selectors.CLASS_ENDS`, in words.
LEGEND = [(0, "0"), (1, "1"), (2, "2"), (3, "3–4"), (4, "≥5")]


@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    """All standing areas of the reader's city, and beside them the one that is chosen."""
    city = _city(request)
    if city is None:
        return render(request, "insight/no_city.html")
    area, asked = _area(request, city), request.GET
    panel = panel_of(request.user, area, level=asked.get("level", ""), words=asked.get("find", ""))
    part = "#live" if request.headers.get("X-Live") else "#choice" if request.headers.get("HX-Request") else ""
    context = {"city": city, "area": area, "panel": panel, "calendar": panel.calendar, "watches": watches(request.user)}
    context |= {} if part else _canvas(city, panel)
    response = render(request, f"insight/map.html{part}", context)
    if part == "#choice":
        response["HX-Push-Url"] = request.get_full_path()
    patch_vary_headers(response, ["HX-Request", "X-Live"])
    return response


@require_GET
@gzip_page
def map_areas(request: HttpRequest) -> HttpResponse:
    """The lines and names of one level as GeoJSON: whole, or inside a box. Unchanged as long as the ground is."""
    city, form = _city_or_refuse(request), AreasForm(request.GET)
    if not form.is_valid():
        return _bad(form.sentence)
    atlas = atlas_of(city)
    sheet = atlas.sheets.get(form.cleaned_data["level"])
    if sheet is None:
        return _bad(_("This city has no areas on that level."))
    asked = f"{city.pk}|{atlas.edition}|{sheet.level.rank}|{form.box}|{get_language()}"
    return _unless_known(request, asked, lambda: features_of(sheet, sheet.within(form.box)))


@require_GET
@gzip_page
def map_counts(request: HttpRequest) -> HttpResponse:
    """How much is open and how much of it late, by the key of each area that holds any; asked for every half minute."""
    sight = selectors.sight_of(request.user, _city_or_refuse(request))
    counts = {key: [tally.open, tally.late] for key, tally in sorted(sight.tallies.items())}
    body = json.dumps({"counts": counts, "oversees": None if sight.everywhere else sight.paths})
    return _unless_known(request, body, lambda: body)


@require_GET
def map_points(request: HttpRequest) -> HttpResponse:
    """The open orders inside a box, as points that lead to their pages."""
    city, form = _city_or_refuse(request), BoxForm(request.GET)
    if not form.is_valid() or form.box is None:
        return _bad(form.sentence or _("Give all four sides of the box, or none."))
    orders = list(selectors.open_points(request.user, city, form.box)[: selectors.MOST_POINTS + 1])
    points = [
        {"number": order.number, "title": order.title, "at": [order.lng, order.lat], "lamp": lamp_of(order)}
        for order in orders[: selectors.MOST_POINTS]
    ]
    return JsonResponse({"points": points, "more": len(orders) > len(points)})


def _city(request: HttpRequest) -> City | None:
    cities = list(cities_of(request.user))
    code = request.GET.get("area")
    if code:
        area = Area.objects.filter(city__in=cities, code=code).order_by("city_id").first()
        return area.city if area else next(iter(cities), None)
    slug = request.GET.get("city")
    return next((city for city in cities if city.slug == slug), next(iter(cities), None))


def _city_or_refuse(request: HttpRequest) -> City:
    city = _city(request)
    if city is None:
        raise NotFound(_("You hold no post in any city here."))
    return city


def _area(request: HttpRequest, city: City) -> Area:
    code = request.GET.get("area", "")
    standing = Area.objects.filter(city=city, code=code).standing(today_in(city)).select_related("level", "city")
    area = standing.first() if code else selectors.home_of(request.user, city)
    if area is None:
        raise NotFound(_("There is no area with the code “%(code)s” today.") % {"code": code})
    return area


def _canvas(city: City, panel: Panel) -> dict:
    """What the map itself needs: its levels, and a picture for the time before and without a script."""
    sheets = atlas_of(city).sheets
    steps = [{"rank": rank, "zoom": sheet.zoom, "count": len(sheet.keys)} for rank, sheet in sheets.items()]
    sheet = sheets.get(panel.rank)
    return {
        "steps": json.dumps(steps),
        "picture": picture_of(sheet, panel.area, panel.sight) if sheet else None,
        "most_areas": MOST_AREAS,
        "legend": LEGEND,
        "tiles": settings.MAP_TILES_URL,
        "tiles_by": settings.MAP_TILES_ATTRIBUTION,
    }


def _unless_known(request: HttpRequest, asked: str, body) -> HttpResponse:
    """The body, or 304 where the reader has it already."""
    etag = f'"{hashlib.blake2b(asked.encode(), digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(body(), content_type="application/json; charset=utf-8")
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _bad(sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=400)

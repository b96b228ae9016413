"""The ground in the API: areas by level or parent, and the area of a point, in the cities of the asker's posts."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from grids import geo, jurisdiction
from grids.models import Area, City
from grids.serializers import AreaAsk, AreaShape, PointAsk, Whereabouts

REFUSALS = refusals(400, 401, 404)


class AreasView(GenericAPIView):
    """The standing areas of a city by code, a page at a time."""

    permission_classes = [IsAuthenticated]
    serializer_class = AreaShape
    queryset = Area.objects.none()
    keyset = "code"

    @extend_schema(parameters=[AreaAsk], responses={200: AreaShape(many=True), **REFUSALS}, operation_id="areas_list")
    def get(self, request):
        ask = _asked(AreaAsk, request)
        areas = Area.objects.standing().filter(city=city_of(request.user, ask.get("city")))
        if "level" in ask:
            areas = areas.on_level(ask["level"])
        if "parent" in ask:
            areas = areas.filter(parent__code=ask["parent"])
        page = self.paginate_queryset(areas.select_related("level", "parent"))
        return self.get_paginated_response(AreaShape(page, many=True).data)


class AreaAtView(APIView):
    """The lowest area in which a point lies."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[PointAsk], responses={200: Whereabouts, **REFUSALS}, operation_id="areas_at")
    def get(self, request):
        ask = _asked(PointAsk, request)
        city = city_of(request.user, ask.get("city"))
        area = geo.area_at(geo.to_wgs84(ask["lng"], ask["lat"], ask["datum"]), city=city)
        line = Area.objects.above(area).select_related("level", "parent") if area else []
        *above, area = [*line] or [None]
        return Response(Whereabouts({"area": area, "above": above}).data)


def city_of(user, slug: str | None = None) -> City:
    """The city asked for, or the only one there is, among those in which the person holds a post."""
    if slug:
        validate_slug(slug)
    cities = list(jurisdiction.cities_of(user).filter(**({"slug": slug} if slug else {}))[:2])
    if not cities:
        raise Http404
    if len(cities) > 1:
        raise ValidationError({"city": _("Name the city: there are several.")})
    return cities[0]


def _asked(shape, request) -> dict:
    ask = shape(data=request.query_params)
    ask.is_valid(raise_exception=True)
    return ask.validated_data

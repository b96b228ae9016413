"""Points, risks and the asker's own rounds of today in the API: the same questions and services as on the pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.refusals import NotFound
from patrols.models import PatrolPoint, RiskPoint, Round, Stop
from patrols.selectors import points, rounds
from patrols.selectors.admitted import admitted_today, lines_of
from patrols.services import planning
from workorders.serializers import Labelled, Titled

READING, WRITING = refusals(400, 401, 403, 404), refusals(400, 401, 403, 404, 409)


class PointShape(serializers.ModelSerializer):
    """A key point as a list tells it."""

    kind = serializers.SerializerMethodField()
    area = Titled()

    class Meta:
        model = PatrolPoint
        fields = [
            "key", "name", "kind", "area", "lng", "lat", "weight", "interval_days", "radius_metres", "seen_at",
            "due_at",
        ]  # fmt: skip

    @extend_schema_field(Labelled)
    def get_kind(self, point: PatrolPoint) -> dict[str, str]:
        return {"code": point.kind, "name": self.context["kinds"].title(point.kind)}


class RiskShape(serializers.ModelSerializer):
    """A risk or hazard point as a list tells it."""

    area = Titled()
    department = Titled()

    class Meta:
        model = RiskPoint
        fields = ["key", "sort", "level", "name", "reason", "area", "department", "lng", "lat", "named_at"]


class ChecklistLineShape(serializers.Serializer):
    """A line of the list by which a point is looked at; what is admitted no more is not there."""

    place = serializers.IntegerField()
    item = serializers.CharField()
    text = serializers.CharField()


class StopShape(serializers.ModelSerializer):
    """A point on a round, why it is there, and by which lines it is looked at."""

    point = PointShape()
    because = serializers.CharField()
    lines = serializers.SerializerMethodField()

    class Meta:
        model = Stop
        fields = ["place", "point", "why", "because", "state", "state_at", "reason", "lines"]

    @extend_schema_field(ChecklistLineShape(many=True))
    def get_lines(self, stop: Stop) -> Any:
        found = lines_of(stop.point.checklist, stop.point.area, self.context["admitted"])
        return ChecklistLineShape(found, many=True).data


class RoundShape(serializers.ModelSerializer):
    """A round with its points in the order of walking."""

    area = Titled()
    stops = StopShape(many=True)

    class Meta:
        model = Round
        fields = ["key", "day", "sort", "occasion", "area", "starts_at", "ends_at", "stops"]


class MadeShape(serializers.Serializer):
    """How many rounds were made."""

    made = serializers.IntegerField()


class MakeSay(serializers.Serializer):
    """For which day; today unless said."""

    day = serializers.DateField(required=False)


class SkipSay(serializers.Serializer):
    """Which point could not be reached, and why."""

    point = serializers.UUIDField()
    reason = serializers.CharField(allow_blank=True)


class ReorderSay(serializers.Serializer):
    """Where the asker stands."""

    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)


def said(shape: type[serializers.Serializer], request) -> dict[str, Any]:
    """What the caller said, in its shape."""
    told = shape(data=request.data)
    told.is_valid(raise_exception=True)
    return told.validated_data


class PointsView(GenericAPIView):
    """The key points on the asker's ground that are gone to."""

    permission_classes = [IsAuthenticated]
    serializer_class = PointShape
    queryset = PatrolPoint.objects.none()
    keyset = "id"

    @extend_schema(responses={200: PointShape(many=True), **READING}, operation_id="points")
    def get(self, request):
        city = points.city_of(request.user)
        page = self.paginate_queryset(points.points_seen(request.user, city).select_related("area"))
        told = {"kinds": points.kinds_of(city)}
        return self.get_paginated_response(PointShape(page, many=True, context=told).data)


class RisksView(GenericAPIView):
    """The risks and hazards on the asker's ground, or named by his units, the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = RiskShape
    queryset = RiskPoint.objects.none()
    keyset = "-id"

    @extend_schema(responses={200: RiskShape(many=True), **READING}, operation_id="risks")
    def get(self, request):
        seen = points.risks_seen(request.user, points.city_of(request.user))
        page = self.paginate_queryset(seen.select_related("area", "department"))
        return self.get_paginated_response(RiskShape(page, many=True).data)


def shapes(request, found: list[Round]) -> Any:
    """Rounds as the API tells them."""
    city = points.city_of(request.user)
    told = {"kinds": points.kinds_of(city), "admitted": admitted_today(city)}
    return RoundShape(found, many=True, context=told).data


def own_round(request, key) -> Round:
    """A round that the asker walks, today or ever; of others nothing is said."""
    found = rounds.round_seen_by(request.user, key)
    if found.worker_id != request.user.pk and request.user not in found.team.all():
        raise NotFound(_("There is no such round."))
    return found


class TodayView(APIView):
    """The rounds that the asker walks today; the one to walk now stands first."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: RoundShape(many=True), **READING}, operation_id="rounds_today")
    def get(self, request):
        day = points.today_in(points.city_of(request.user))
        first = rounds.round_of(request.user, day)
        return Response(shapes(request, sorted(rounds.rounds_for(request.user, day), key=lambda each: each != first)))


class MakeView(APIView):
    """Makes what rounds of a day there are still to make; for who plans patrols."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=MakeSay, responses={200: MadeShape, **WRITING}, operation_id="rounds_make")
    def post(self, request):
        city = points.city_of(request.user)
        day = said(MakeSay, request).get("day") or points.today_in(city)
        return Response({"made": planning.make_by_hand(by=request.user, city=city, day=day)})


class SkipView(APIView):
    """A point of the asker's round could not be reached."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=SkipSay, responses={200: RoundShape, **WRITING}, operation_id="rounds_skip")
    def post(self, request, key):
        told, one = said(SkipSay, request), own_round(request, key)
        stop = one.stops.filter(point__key=told["point"]).first()
        if stop is None:
            raise ValidationError({"point": _("This point is not on the round.")})
        planning.skip(stop, by=request.user, reason=told["reason"])
        return Response(shapes(request, [own_round(request, key)])[0])


class ReorderView(APIView):
    """Puts what lies ahead into a new order, from where the asker stands."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ReorderSay, responses={200: RoundShape, **WRITING}, operation_id="rounds_reorder")
    def post(self, request, key):
        told, one = said(ReorderSay, request), own_round(request, key)
        planning.reorder(one, by=request.user, position=(told["lng"], told["lat"]))
        return Response(shapes(request, [own_round(request, key)])[0])

"""Walks of phones that may be without a signal: start, points reached, tracks and end, each under a key of the phone's,
each once. A patrol of somebody else's is not there.
"""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area
from patrols.models import PatrolPoint, Round
from patrols.parsers import WholeJSON
from patrols.positions import Position
from patrols.selectors.walks import patrol_of
from patrols.serializers import (
    CheckInSay,
    CheckInShape,
    ChunkSay,
    ChunkShape,
    EndSay,
    PassSay,
    PassShape,
    PatrolShape,
    StartSay,
)
from patrols.services import checking_in, passing_over, tracks, walks
from workorders.api_reports import CLOCK, PROOF, clock_of, digest_in

READING, WRITING = refusals(400, 401, 404), refusals(400, 401, 403, 404, 409, 413)


class PatrolView(APIView):
    """One patrol of the asker's own, and its start."""

    permission_classes = [IsAuthenticated]
    parser_classes = [WholeJSON]

    @extend_schema(responses={200: PatrolShape, **READING}, operation_id="patrols_one")
    def get(self, request, key):
        return Response(PatrolShape(patrol_of(request.user, key)).data)

    @extend_schema(
        request=StartSay, responses={200: PatrolShape, 201: PatrolShape, **WRITING}, operation_id="patrols_start"
    )
    def put(self, request, key):
        said = _said(StartSay, request)
        taken = walks.take_start(
            by=request.user, key=key, started_at=said["started_at"], area=_area(request.user, said.get("area")),
            round=_round(said.get("round")),
        )  # fmt: skip
        return Response(PatrolShape(taken.patrol).data, status=201 if taken.new else 200)


class EndView(APIView):
    """The end of a patrol; the answer says what it came to."""

    permission_classes = [IsAuthenticated]
    parser_classes = [WholeJSON]

    @extend_schema(
        request=EndSay, responses={200: PatrolShape, 201: PatrolShape, **WRITING}, operation_id="patrols_end"
    )
    def put(self, request, key):
        patrol, said = patrol_of(request.user, key), _said(EndSay, request)
        taken = walks.take_end(patrol, by=request.user, ended_at=said["ended_at"])
        return Response(PatrolShape(taken.patrol).data, status=201 if taken.new else 200)


class ChunkView(APIView):
    """A piece of a patrol's track."""

    permission_classes = [IsAuthenticated]
    parser_classes = [WholeJSON]

    @extend_schema(
        request=ChunkSay, parameters=[CLOCK], operation_id="patrols_track",
        responses={200: ChunkShape, 201: ChunkShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key, chunk):
        patrol, said = patrol_of(request.user, key), _said(ChunkSay, request)
        taken = tracks.take(
            patrol, by=request.user, key=chunk, points=said["points"], gaps=said["gaps"], ahead=_ahead(request)
        )
        return Response(ChunkShape(taken.chunk).data, status=201 if taken.new else 200)


class CheckInView(APIView):
    """A point reached (确认到点)."""

    permission_classes = [IsAuthenticated]
    parser_classes = [WholeJSON]

    @extend_schema(
        request=CheckInSay, parameters=[CLOCK], operation_id="patrols_check_in",
        responses={200: CheckInShape, 201: CheckInShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key, check_in):
        patrol, said = patrol_of(request.user, key), _said(CheckInSay, request)
        position = Position(**said["position"]) if said.get("position") else None
        taken = checking_in.take_check_in(
            patrol, by=request.user, key=check_in, point=_point(said["point"]), at=said["at"], position=position,
            reason=said["reason"], found=said.get("found"), note=said["note"], photo_follows=True,
            ahead=_ahead(request),
        )  # fmt: skip
        return Response(CheckInShape(taken.check_in).data, status=201 if taken.new else 200)


class CheckInPhotoView(APIView):
    """The photo of a check-in, as the body itself; kept once and never overwritten."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request={"image/jpeg": OpenApiTypes.BINARY}, parameters=[PROOF], operation_id="patrols_check_in_photo",
        responses={200: CheckInShape, 201: CheckInShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key, check_in):
        digest = digest_in(request.headers.get("Content-Digest", ""))
        taken = checking_in.take_photo(
            patrol_of(request.user, key), by=request.user, key=check_in, sent=request.body, digest=digest
        )
        return Response(CheckInShape(taken.check_in).data, status=201 if taken.new else 200)


class PassView(APIView):
    """A point passed over (到不了): it comes first on the next round."""

    permission_classes = [IsAuthenticated]
    parser_classes = [WholeJSON]

    @extend_schema(request=PassSay, responses={200: PassShape, 201: PassShape, **WRITING}, operation_id="patrols_skip")
    def put(self, request, key, skip):
        patrol, said = patrol_of(request.user, key), _said(PassSay, request)
        taken = passing_over.take_skip(patrol, by=request.user, key=skip, **said)
        return Response(PassShape(taken.passed).data, status=201 if taken.new else 200)


def _said(shape, request) -> dict:
    told = shape(data=request.data)
    told.is_valid(raise_exception=True)
    return told.validated_data


def _area(user, code: str | None) -> Area | None:
    if not code:
        return None
    found = Area.objects.standing().filter(city__in=jurisdiction.cities_of(user), code=code)
    area = found.select_related("city", "level").order_by("city_id").first()
    if area is None:
        raise Http404
    return area


def _round(key) -> Round | None:
    if key is None:
        return None
    found = Round.objects.select_related("area", "city").filter(key=key).first()
    if found is None:
        raise NotFound(_("You have no such round."))
    return found


def _point(key) -> PatrolPoint:
    found = PatrolPoint.objects.select_related("area", "checklist").filter(key=key).first()
    if found is None:
        raise NotFound(_("There is no such point on your ground."))
    return found


def _ahead(request):
    """By how much the phone's clock is ahead of ours, if it says what time it has."""
    told = clock_of(request)
    return told - now() if told else None

"""Reports from phones without a signal: each under a key of the phone's own, each once (services/receiving.py)."""

import base64
import binascii
import datetime as dt
import re

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timesince import timesince
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.moment import now
from casework.refusals import NotYours
from grids import geo, jurisdiction
from grids.api import city_of
from workorders.api import checked, with_initial
from workorders.forms import AgainForm, AnnouncedForm, FieldReportForm
from workorders.models import ReceivedRecording, ReceivedReport
from workorders.models.recording import CONTENT_TYPES
from workorders.selectors.likeness import Like, seen_near
from workorders.serializers import ReportSay
from workorders.services import receiving
from workorders.services.receiving import NotWhole, Sent

WRITING, READING = refusals(400, 401, 403, 404, 409, 413), refusals(400, 401, 404)
# What a form brings along, and a phone sends by itself or not at all.
COMING = ("once", "pictures", "pictures_after", "recording")
DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):")
CLOCK = OpenApiParameter(
    "X-Device-Now", OpenApiTypes.DATETIME, OpenApiParameter.HEADER, description="The phone's clock, as it sends."
)
PROOF = OpenApiParameter(
    "Content-Digest", str, OpenApiParameter.HEADER, required=True, description="RFC 9530: sha-256=:base64:"
)


class PhoneReport(ReportSay):
    """A report as a phone sends it: with `same_as` it is added to that open order, and needs no category or place."""

    category = serializers.CharField(required=False, help_text="Code of an item of the city's catalogue.")
    words = serializers.CharField(required=False, max_length=2000)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    photos = photos_after = recording = once = settled = None  # type: ignore[assignment]
    same_as = serializers.CharField(required=False, max_length=24, help_text="Number of an open order.")
    device_at = serializers.DateTimeField(help_text="When it was written, by the phone's clock.")
    photo_digests = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=6, help_text="SHA-256 in hex of each photo to come."
    )
    recording_digest = serializers.CharField(required=False, help_text="SHA-256 in hex of the recording to come.")
    recording_seconds = serializers.IntegerField(
        required=False, min_value=0, help_text="As the phone counted; the recording itself is believed first."
    )


class ArrivedPhoto(serializers.Serializer):
    """A photo that is here."""

    place = serializers.IntegerField()
    digest = serializers.CharField()


class ArrivedRecording(serializers.Serializer):
    """The recording, if it is here."""

    digest = serializers.CharField()
    seconds = serializers.IntegerField(source="recording.seconds", allow_null=True)


class ReceiptShape(serializers.Serializer):
    """What a phone must hold before it forgets a report: the number, the digests of its photos and its recording."""

    key = serializers.UUIDField()
    number = serializers.CharField(source="order.number")
    received_at = serializers.DateTimeField()
    photos = ArrivedPhoto(many=True)
    expected = serializers.SerializerMethodField()
    recording = serializers.SerializerMethodField()
    recording_expected = serializers.SerializerMethodField()
    whole = serializers.SerializerMethodField()

    def get_expected(self, report: ReceivedReport) -> int:
        return len(report.photo_digests)

    @extend_schema_field(ArrivedRecording(allow_null=True))
    def get_recording(self, report: ReceivedReport) -> dict | None:
        kept = spoken_of(report)
        return ArrivedRecording(kept).data if kept else None

    def get_recording_expected(self, report: ReceivedReport) -> bool:
        return bool(report.recording_digest)

    def get_whole(self, report: ReceivedReport) -> bool:
        photos = len(report.photos.all()) == len(report.photo_digests)
        return photos and bool(report.recording_digest) == bool(spoken_of(report))


class ReportView(APIView):
    """A report under the phone's key: sent again it is the same; what came first stays."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: ReceiptShape, **READING}, operation_id="reports_receipt")
    def get(self, request, key):
        return receipt(receiving.received(by=request.user, key=key))

    @extend_schema(
        request=PhoneReport, parameters=[CLOCK], operation_id="reports_put",
        responses={200: ReceiptShape, 201: ReceiptShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key):
        if "report_in" not in jurisdiction.permissions_of(request.user):
            raise NotYours(_("Your post does not let you report."))
        digest = receiving.digest_of(dict(request.data.lists()))
        known = receiving.known_report(by=request.user, key=key, digest=digest)
        return receipt(known) if known else receipt(*_receive(request, key, digest))


class ReportPhotoView(APIView):
    """One photo of a report, as the body itself; kept once and never overwritten."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request={"image/jpeg": OpenApiTypes.BINARY}, parameters=[PROOF], operation_id="reports_put_photo",
        responses={200: ReceiptShape, 201: ReceiptShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key, place):
        digest = digest_in(request.headers.get("Content-Digest", ""))
        return receipt(
            *receiving.receive_photo(by=request.user, key=key, place=place, digest=digest, body=request.body)
        )


class ReportRecordingView(APIView):
    """What was spoken for a report, as the body itself; kept once and never overwritten."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=dict.fromkeys(CONTENT_TYPES.values(), OpenApiTypes.BINARY), parameters=[PROOF],
        operation_id="reports_put_recording", responses={200: ReceiptShape, 201: ReceiptShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key):
        digest = digest_in(request.headers.get("Content-Digest", ""))
        return receipt(*receiving.receive_recording(by=request.user, key=key, digest=digest, body=request.body))


class NearAsk(serializers.Serializer):
    """A point."""

    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(choices=geo.DATUMS, default="wgs84")


class NearOrder(serializers.Serializer):
    """An open order near by."""

    number = serializers.CharField(source="order.number")
    title = serializers.CharField(source="order.title")
    category = serializers.CharField(source="order.category.title")
    status = serializers.CharField(source="order.status_label")
    department = serializers.SerializerMethodField()
    metres = serializers.IntegerField()
    ago = serializers.SerializerMethodField()
    photo = serializers.SerializerMethodField()

    def get_department(self, like: Like) -> str:
        return str(like.order.department or "")

    def get_ago(self, like: Like) -> str:
        return timesince(like.order.opened_at, now(), depth=1)

    def get_photo(self, like: Like) -> str:
        return next((reverse("photo", args=[photo.key]) for photo in like.order.photos.all()), "")


class NearShape(serializers.Serializer):
    """Where a point lies, and what is reported there already."""

    area = serializers.CharField()
    near = NearOrder(many=True)


class NearView(APIView):
    """What is open within 50 metres of a point: asked before anything is said, so that nothing is reported twice."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[NearAsk], responses={200: NearShape, **READING}, operation_id="reports_near")
    def get(self, request):
        ask = NearAsk(data=request.query_params)
        ask.is_valid(raise_exception=True)
        lng, lat = geo.to_wgs84(**ask.validated_data)
        line = geo.line_at((lng, lat), city=city_of(request.user))
        told = {"area": str(line[-1]) if line else "", "near": seen_near(request.user, lng=lng, lat=lat)}
        return Response(NearShape(told).data)


def receipt(report: ReceivedReport, new: bool = False) -> Response:
    """What the phone is told of a report: all of it, each time."""
    return Response(ReceiptShape(report).data, status=201 if new else 200)


def _receive(request, key, digest: str) -> tuple[ReceivedReport, bool]:
    said = request.data
    around = checked((AgainForm if said.get("same_as") else AnnouncedForm)(said)).cleaned_data
    sent = Sent(
        key, digest, around["device_at"], clock_of(request), around["photo_digests"],
        around["recording_digest"], around["recording_seconds"],
    )  # fmt: skip
    if "same_as" in around:
        return receiving.receive_again(by=request.user, sent=sent, number=around["same_as"], words=around["words"])
    form = checked(FieldReportForm(with_initial(said, "datum", "source"), city=city_of(request.user, said.get("city"))))
    told = {name: value for name, value in form.said().items() if name not in COMING}
    return receiving.receive(by=request.user, sent=sent, said=told)


def spoken_of(report: ReceivedReport) -> ReceivedRecording | None:
    """What was spoken for it, if it has arrived; not asked for where none was announced."""
    return getattr(report, "recording", None) if report.recording_digest else None


def clock_of(request) -> dt.datetime | None:
    """The phone's clock as it says it is; a word that is no moment says nothing."""
    try:
        told = parse_datetime(request.headers.get("X-Device-Now", ""))
    except ValueError:
        return None
    return told if told and is_aware(told) else None


def digest_in(header: str) -> str:
    """The SHA-256 that a sender names (RFC 9530), in hex."""
    found = DIGEST.search(header)
    try:
        digest = base64.b64decode(found.group(1), validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if len(digest) != 32:
        raise NotWhole(_("Name the SHA-256 of what you send in Content-Digest."))
    return digest.hex()

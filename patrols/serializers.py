"""Shapes of walks in the API: what a phone sends, what it is told. Moments come as ISO 8601 or as milliseconds."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from patrols.models import CheckIn
from patrols.positions import EARLIEST, LATEST, MOST_GAPS, MOST_POINTS, Points, Position, read_gaps, read_points
from patrols.services.checking_in import FINDINGS, LONGEST_NOTE, LONGEST_REASON

NUMBERS = {"type": "array", "items": {"type": "number", "nullable": True}}


@extend_schema_field({"oneOf": [{"type": "string", "format": "date-time"}, {"type": "integer"}]})
class PhoneMoment(serializers.Field):
    """A moment by the phone's clock."""

    def to_internal_value(self, data: Any) -> dt.datetime:
        moment = _moment(data)
        if moment is None or not EARLIEST <= moment.timestamp() * 1000 <= LATEST:
            raise serializers.ValidationError(_("This is no moment: send ISO 8601 with its zone, or milliseconds."))
        return moment

    def to_representation(self, value: dt.datetime) -> str:
        return value.isoformat()


def _moment(data: Any) -> dt.datetime | None:
    if isinstance(data, bool):
        return None
    if isinstance(data, int | float):
        known = math.isfinite(data) and EARLIEST <= data <= LATEST
        return dt.datetime.fromtimestamp(round(data) / 1000, dt.UTC) if known else None
    try:
        told = parse_datetime(data) if isinstance(data, str) else None
    except ValueError:
        return None
    return told if told and is_aware(told) else None


@extend_schema_field({**NUMBERS, "items": {**NUMBERS, "minItems": 6, "maxItems": 6}, "maxItems": MOST_POINTS})
class PointsField(serializers.Field):
    """[[milliseconds, longitude, latitude, accuracy in metres, metres a second or null, 1 if said to be made up]]."""

    def to_internal_value(self, data: Any) -> Points:
        return _read(read_points, data, "points")

    def to_representation(self, value: Points) -> list[Any]:
        return []


@extend_schema_field({**NUMBERS, "items": {**NUMBERS, "minItems": 2, "maxItems": 2}, "maxItems": MOST_GAPS})
class GapsField(serializers.Field):
    """[[from, until]] in milliseconds: times of which nothing is known."""

    def to_internal_value(self, data: Any) -> list[tuple[int, int]]:
        return _read(read_gaps, data, "gaps")

    def to_representation(self, value: list[tuple[int, int]]) -> list[Any]:
        return []


def _read(reader: Any, data: Any, name: str) -> Any:
    try:
        return reader(data)
    except ValidationError as error:
        raise serializers.ValidationError(error.message_dict.get(name, error.messages)) from error


class PositionSay(serializers.Serializer):
    """Where the phone is, WGS-84, and by how many metres it may err."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()
    accuracy = serializers.FloatField()
    mock = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            Position(**attrs)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return attrs


class StartSay(serializers.Serializer):
    """A patrol begins. Without an area on the sender's own ground; his round of the day is found by itself."""

    started_at = PhoneMoment()
    area = serializers.CharField(required=False, allow_null=True, max_length=24, help_text="An area's code.")
    round = serializers.UUIDField(required=False, allow_null=True)


class EndSay(serializers.Serializer):
    """A patrol ends."""

    ended_at = PhoneMoment()


class ChunkSay(serializers.Serializer):
    """A piece of a track. `sent_at` is the phone's clock when the piece was packed; no part of what is compared."""

    points = PointsField()
    gaps = GapsField(required=False, default=list)
    sent_at = PhoneMoment(required=False, allow_null=True)


class CheckInSay(serializers.Serializer):
    """A point reached. Where the position does not prove it a reason is asked for; its photo comes by itself."""

    point = serializers.UUIDField()
    at = PhoneMoment()
    position = PositionSay(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)
    found = serializers.DictField(
        child=serializers.ChoiceField(choices=FINDINGS), required=False, help_text="By the lines of the checklist."
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)


class PassSay(serializers.Serializer):
    """A point that could not be reached, when that was, and why."""

    point = serializers.UUIDField()
    at = PhoneMoment()
    reason = serializers.CharField(allow_blank=True)


class PatrolShape(serializers.Serializer):
    """A patrol as its walker is told of it; its figures once it has ended."""

    key = serializers.UUIDField()
    area = serializers.CharField(source="area.code")
    round = serializers.UUIDField(source="round.key", allow_null=True, default=None)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ending = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    metres = serializers.IntegerField(allow_null=True)
    inside_percent = serializers.IntegerField(allow_null=True)
    ground_percent = serializers.IntegerField(allow_null=True)
    longest_gap_seconds = serializers.IntegerField(allow_null=True)
    points_planned = serializers.IntegerField(allow_null=True)
    points_seen = serializers.IntegerField(allow_null=True)
    valid = serializers.BooleanField(allow_null=True)
    marks = serializers.ListField(child=serializers.CharField())


class ChunkShape(serializers.Serializer):
    """The receipt of a piece of a track."""

    key = serializers.UUIDField()
    digest = serializers.CharField()
    points = serializers.IntegerField()
    received_at = serializers.DateTimeField()


class CheckInShape(serializers.Serializer):
    """The receipt of a check-in: what it counts as, and the digest of its photo once that is here."""

    key = serializers.UUIDField()
    point = serializers.UUIDField(source="point.key")
    at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    how = serializers.CharField()
    marks = serializers.ListField(child=serializers.CharField())
    photo_sha256 = serializers.CharField()
    photo_due = serializers.SerializerMethodField()

    def get_photo_due(self, check_in: CheckIn) -> bool:
        return CheckIn.Mark.NO_PHOTO in check_in.marks


class PassShape(serializers.Serializer):
    """The receipt of a point passed over, and what holds of it by now: it may have been seen meanwhile."""

    key = serializers.UUIDField()
    point = serializers.UUIDField(source="stop.point.key")
    at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    reason = serializers.CharField()
    state = serializers.CharField(source="stop.state")

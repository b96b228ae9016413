"""Calls for help and help given, as phones send them: each under a key of the phone's own, each kept once."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from casework.refusals import NotFound
from patrols.forms.help import AlarmForm, HelpForm
from patrols.models import Alarm, HelpRecord
from patrols.services import alarms, helping
from workorders.api_reports import PROOF, digest_in

WRITING = refusals(400, 401, 403, 404, 409, 413)


class SpotSay(serializers.Serializer):
    """When and where, as the phone knows it; both may be missing."""

    at = serializers.DateTimeField(required=False)
    lng = serializers.FloatField(required=False, help_text="WGS-84, with lat.")
    lat = serializers.FloatField(required=False)
    accuracy = serializers.FloatField(required=False, help_text="By how many metres the place may err.")


class HelpSay(SpotSay):
    """What a worker did for somebody on his way; nobody's name."""

    kind = serializers.ChoiceField(choices=HelpRecord.Kind.choices)
    handed_to = serializers.ChoiceField(choices=HelpRecord.HandedTo.choices)
    done = serializers.CharField(max_length=300, required=False)
    place = serializers.CharField(max_length=120, required=False)


class AlarmShape(serializers.Serializer):
    """A call for help as the worker is told of it."""

    key = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Alarm.State.choices)
    received_at = serializers.DateTimeField()
    taken_by = serializers.CharField(allow_null=True, default=None)
    taken_at = serializers.DateTimeField(allow_null=True)


class HelpShape(serializers.Serializer):
    """The receipt of a record."""

    key = serializers.UUIDField()
    received_at = serializers.DateTimeField()
    photo_sha256 = serializers.CharField()


class AlarmView(APIView):
    """A call for help (SOS)."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=SpotSay, responses={200: AlarmShape, 201: AlarmShape, **WRITING}, operation_id="alarms_put")
    def put(self, request, key):
        said = _said(AlarmForm({**request.data.dict(), "key": str(key)}))
        alarm, new = alarms.raise_alarm(by=request.user, **said)
        return Response(AlarmShape(alarm).data, status=201 if new else 200)


class HelpRecordView(APIView):
    """Help given on the way."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=HelpSay, responses={200: HelpShape, 201: HelpShape, **WRITING}, operation_id="help_put")
    def put(self, request, key):
        said = _said(HelpForm({**request.data.dict(), "key": str(key)}))
        said.pop("photo", None)
        record, new = helping.record(by=request.user, **said)
        return Response(HelpShape(record).data, status=201 if new else 200)


class HelpPhotoView(APIView):
    """The photo of a record, as the body itself; kept once and never overwritten."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request={"image/jpeg": OpenApiTypes.BINARY}, parameters=[PROOF], operation_id="help_photo",
        responses={200: HelpShape, 201: HelpShape, **WRITING},
    )  # fmt: skip
    def put(self, request, key, place):
        record = HelpRecord.objects.filter(key=key, worker=request.user).first()
        if record is None or place != 1:
            raise NotFound(_("There is no such record of yours, or it takes one photo alone."))
        digest = digest_in(request.headers.get("Content-Digest", ""))
        record, new = helping.add_photo(record, by=request.user, sent=request.body, digest=digest)
        return Response(HelpShape(record).data, status=201 if new else 200)


def _said(form) -> dict:
    if not form.is_valid():
        raise ValidationError({name: [str(words) for words in errors] for name, errors in form.errors.items()})
    return dict(form.cleaned_data)

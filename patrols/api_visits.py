"""Visits from phones that may be without a signal: each once, whatever is sent again."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.serializers import refusals
from patrols.forms.visits import VisitForm
from patrols.models import Visit
from patrols.services import visiting
from workorders.api import checked

# What the page has chosen beforehand.
USUAL = {"met": "true", "outcome": "visit"}
WRITING = refusals(400, 401, 403, 404, 409, 413)


class VisitSay(serializers.Serializer):
    """What a phone says of a visit; `target` is the key of the person or home."""

    target = serializers.UUIDField()
    at = serializers.DateTimeField(required=False)
    met = serializers.BooleanField(required=False)
    outcome = serializers.ChoiceField(choices=Visit.Outcome.choices, required=False)
    signs = serializers.MultipleChoiceField(choices=Visit.Sign.choices, required=False)
    found = serializers.CharField(required=False, max_length=1000)
    away = serializers.ChoiceField(choices=Visit.Away.choices, required=False)
    order = serializers.BooleanField(required=False)
    lng = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy = serializers.FloatField(required=False)
    name = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    id_number = serializers.CharField(required=False)
    birth_date = serializers.CharField(required=False)


class VisitShape(serializers.ModelSerializer):
    """A visit as it was kept: without a word of what was found or of whom it was."""

    order: Any = serializers.SlugRelatedField(slug_field="number", read_only=True, allow_null=True)

    class Meta:
        model = Visit
        fields = ["key", "at", "received_at", "outcome", "met", "away_metres", "proposal", "order"]


class VisitView(APIView):
    """One visit, under the phone's own key."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=VisitSay, responses={200: VisitShape, 201: VisitShape, **WRITING}, operation_id="visits_keep"
    )
    def put(self, request, key):
        told = request.data.copy()
        told["key"] = str(key)
        for name, usual in USUAL.items():
            told.setdefault(name, usual)
        form = checked(VisitForm(told))
        target = serializers.UUIDField().run_validation(told.get("target"))
        said = form.said()
        visit, new = visiting.record(by=request.user, target=target, **said)
        return Response(VisitShape(visit).data, status=201 if new else 200)

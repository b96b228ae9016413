"""Steps from phones without a signal: each under a key of the phone's own, each once (services/replaying.py)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers import refusals
from casework.templatetags.cases import tell
from workorders.api import checked
from workorders.api_reports import CLOCK, PROOF, ArrivedPhoto, clock_of, digest_in
from workorders.forms import FORMS, DoneForm
from workorders.lifecycle import WORK_ORDER
from workorders.models import ReceivedStep, WorkOrder
from workorders.selectors.orders import visible_order
from workorders.selectors.people import hidden_name
from workorders.services import receiving, replaying
from workorders.services.receiving import Sent
from workorders.services.replaying import Overtaken, Told

RESULTS = frozenset({"finished", "settled"})
WRITING, READING = refusals(400, 401, 403, 404, 409, 413), refusals(400, 401, 404)


class PhoneStep(serializers.Serializer):
    """A step as a phone sends it; the step's own fields, those of its page, stand beside these."""

    step = serializers.ChoiceField(choices=sorted(replaying.ON_THE_SPOT))
    base_version = serializers.IntegerField(min_value=0, help_text="How many events the phone knew of (`seen`).")
    device_at = serializers.DateTimeField(help_text="When it was done, by the phone's clock.")
    photo_digests = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=6, help_text="SHA-256 in hex of each photo to come."
    )
    note = serializers.CharField(required=False)
    words = serializers.CharField(required=False)
    result = serializers.CharField(required=False)
    tried = serializers.CharField(required=False)
    there = serializers.ChoiceField(choices=["yes", "no"], required=False)


class StepReceipt(serializers.Serializer):
    """What a phone must hold before it forgets a step: that it was taken, and the digests of all its photos."""

    key = serializers.UUIDField()
    number = serializers.CharField(source="order.number")
    step = serializers.CharField()
    received_at = serializers.DateTimeField()
    photos = ArrivedPhoto(many=True)
    expected = serializers.SerializerMethodField()
    event = serializers.IntegerField(source="seq", allow_null=True, help_text="Its event; null while photos are due.")

    def get_expected(self, step: ReceivedStep) -> int:
        return len(step.photo_digests)


class PhoneStepView(APIView):
    """A step under the phone's key: sent again it is the same; refused, nothing has changed."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: StepReceipt, **READING}, operation_id="steps_receipt")
    def get(self, request, number, key):
        return _receipt(replaying.received(by=request.user, key=key, number=number))

    @extend_schema(
        request=PhoneStep, parameters=[CLOCK], operation_id="steps_put",
        responses={200: StepReceipt, 201: StepReceipt, **WRITING},
    )  # fmt: skip
    def put(self, request, number, key):
        digest = receiving.digest_of(dict(request.data.lists()))
        known = replaying.known_step(by=request.user, key=key, number=number, digest=digest)
        return _receipt(known) if known else _receipt(*_receive(request, number, key, digest))


class StepPhotoView(APIView):
    """One photo of a step, as the body itself; with the last one the step is taken."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        request={"image/jpeg": OpenApiTypes.BINARY}, parameters=[PROOF], operation_id="steps_put_photo",
        responses={200: StepReceipt, 201: StepReceipt, **WRITING},
    )  # fmt: skip
    def put(self, request, number, key, place):
        digest = digest_in(request.headers.get("Content-Digest", ""))
        try:
            taken = replaying.receive_photo(
                by=request.user, key=key, number=number, place=place, digest=digest, body=request.body, read=_read
            )
        except Overtaken as refusal:
            kept = replaying.received(by=request.user, key=key, number=number)
            raise _both(refusal, request.user, kept.order, kept.step, kept.said) from None
        return _receipt(*taken)


def _receive(request, number: str, key, digest: str) -> tuple[ReceivedStep, bool]:
    order, around = visible_order(request.user, number), checked(DoneForm(request.data)).cleaned_data
    sent = Sent(key, digest, around["device_at"], clock_of(request), around["photo_digests"])
    step, fields = around["step"], FORMS[around["step"]].base_fields
    said = {name: request.data[name] for name in fields if name in request.data}
    told = Told(sent, step, around["base_version"], said)
    try:
        return replaying.receive_step(order, by=request.user, told=told, read=_read)
    except Overtaken as refusal:
        raise _both(refusal, request.user, order, step, said) from None


def _read(order: WorkOrder, step: str, said: Mapping[str, Any], pictures: list[bytes] | None) -> dict[str, Any]:
    """What the page's own form makes of it; its photos have come by themselves, or are still to come."""
    form = FORMS[step](said, {}, order=order, step=step)
    photos = form.fields.get("photos")
    if photos is None and pictures != []:
        raise ValidationError({"photo_digests": _("This step takes no photos.")})
    if photos is not None:
        photos.required = photos.required and pictures == []
    told = checked(form).said()
    return told | ({"pictures": pictures} if pictures else {})


def _both(refusal: Overtaken, by: User, order: WorkOrder, step: str, said: Mapping[str, Any]) -> Overtaken:
    """With the refusal what its owner meant, and what others did; of an order that he sees no more, nothing."""
    fresh = WorkOrder.objects.visible_to(by).filter(pk=order.pk).first()
    theirs = _theirs(fresh, by, refusal.events) if fresh else []
    words = next((said[name] for name in ("result", "words", "note", "tried") if said.get(name)), "")
    button = str(WORK_ORDER.by_name[step].button)
    yours = _("%(step)s: “%(words)s”") % {"step": button, "words": words} if words else button
    refusal.beside = {"values": {"yours": yours, "theirs": " ".join(theirs)}}
    return refusal


def _theirs(order: WorkOrder, by: User, events: list[int]) -> list[str]:
    """What others did, in the sentences of the history; what was done stands in the order itself."""
    news = [one for one in reversed(tell(order, hides=hidden_name(order, by))) if one.event.seq in events]
    result = [_("“%(words)s”") % {"words": order.result}] if {one.event.verb for one in news} & RESULTS else []
    return [*(one.sentence for one in news), *result]


def _receipt(step: ReceivedStep, new: bool = False) -> Response:
    """What the phone is told of a step: all of it, each time."""
    return Response(StepReceipt(step).data, status=201 if new else 200)

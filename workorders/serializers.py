"""Shapes of the work order in the API. What a person must say to take a step is in `forms.py`, as on the pages."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework import selectors as kernel
from casework.lifecycle import Step
from casework.models import Case, Deadline
from casework.models.case import Lamp
from workorders import selectors
from workorders.lifecycle import CLOCKS, WORK_ORDER
from workorders.models import Photo, WorkOrder


class Labelled(serializers.Serializer):
    """A code for programs and its word in the reader's language."""

    code = serializers.CharField()
    name = serializers.CharField()


class Titled(serializers.Serializer):
    """An area, a department or a category."""

    code = serializers.CharField()
    name = serializers.CharField(source="title")


class OrderRow(serializers.ModelSerializer):
    """A work order as a list tells it: one table and no other."""

    status = serializers.SerializerMethodField()
    lamp = serializers.SerializerMethodField()
    area = Titled()
    department = Titled(allow_null=True)
    category = Titled()
    due_clock = serializers.SerializerMethodField()

    class Meta:
        model = WorkOrder
        fields = [
            "number", "title", "status", "lamp", "paused", "area", "department", "category",
            "opened_at", "due_at", "due_clock", "closed_at",
        ]  # fmt: skip

    @extend_schema_field(Labelled)
    def get_status(self, order: Case) -> dict:
        return {"code": order.status, "name": str(order.status_label)}

    @extend_schema_field(Labelled)
    def get_lamp(self, order: Case) -> dict:
        return {"code": Lamp(order.lamp).name.lower(), "name": order.get_lamp_display()}

    @extend_schema_field(Labelled(allow_null=True))
    def get_due_clock(self, order: Case) -> dict | None:
        return stage(order.due_clock) if order.due_clock else None


class ClockShape(serializers.ModelSerializer):
    """One holder's time for one stage."""

    stage = serializers.SerializerMethodField()
    holder = serializers.CharField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Deadline
        fields = ["stage", "holder", "state", "amount", "unit", "started_at", "due_at", "ended_at", "missed_at"]

    @extend_schema_field(Labelled)
    def get_stage(self, clock: Deadline) -> dict:
        return stage(clock.clock)

    @extend_schema_field(Labelled)
    def get_state(self, clock: Deadline) -> dict:
        return {"code": clock.state, "name": clock.get_state_display()}


class PhotoShape(serializers.ModelSerializer):
    """A photo and the address at which who sees the order may fetch it."""

    url = serializers.HyperlinkedIdentityField(view_name="photo", lookup_field="key")

    class Meta:
        model = Photo
        fields = ["key", "moment", "width", "height", "url"]


class StepShape(serializers.Serializer):
    """Something that the asker may do to the order now."""

    name = serializers.CharField()
    button = serializers.CharField()
    main = serializers.BooleanField()


class MaskedReporter(serializers.Serializer):
    """The reporter with name and numbers covered, for everybody; uncovering one is a deed of its own, on the page."""

    name = serializers.CharField()
    phone = serializers.CharField()
    id_number = serializers.CharField()


class OrderShape(OrderRow):
    """A work order with all that its page shows."""

    clocks = ClockShape(source="deadlines", many=True)
    photos = PhotoShape(many=True)
    available_steps = serializers.SerializerMethodField()
    reporter = serializers.SerializerMethodField()

    class Meta(OrderRow.Meta):
        fields = [
            *OrderRow.Meta.fields, "source", "words", "place", "lng", "lat", "result", "refusal_reason",
            "refusal_words", "stars", "solved", "rating_words", "clocks", "photos", "available_steps", "reporter",
        ]  # fmt: skip

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, order: WorkOrder) -> list[dict]:
        steps = kernel.available_steps(order, self.context["request"].user)
        return [StepShape(step).data for step in steps]

    @extend_schema_field(MaskedReporter(allow_null=True))
    def get_reporter(self, order: WorkOrder) -> dict | None:
        return selectors.masked_reporter(order)


class EventShape(serializers.Serializer):
    """One thing that happened, with its sentence and its link of the chain."""

    seq = serializers.IntegerField()
    verb = serializers.CharField()
    sentence = serializers.SerializerMethodField()
    actor = serializers.CharField(source="actor.name", default=None, allow_null=True)
    before = serializers.CharField()
    after = serializers.CharField()
    note = serializers.CharField()
    at = serializers.DateTimeField()
    hash = serializers.CharField()
    previous = serializers.CharField()


def stage(clock: str) -> dict[str, str]:
    """A stage by the code of its clock."""
    return {"code": clock, "name": str(CLOCKS.get(clock, clock))}

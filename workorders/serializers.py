"""Shapes of the work order in the API. What a person must say to take a step is in `forms.py`, as on the pages."""

from typing import Any

from django import forms
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.models import Case, Deadline, Event
from casework.models.case import Lamp
from grids.geo import DATUMS
from workorders.forms import FORMS, Pictures
from workorders.lifecycle import CLOCKS, WORK_ORDER
from workorders.models import Photo, Recording, WorkOrder
from workorders.models.details import SERVICES
from workorders.selectors.orders import steps_for
from workorders.selectors.people import hidden_from, masked_reporter
from workorders.selectors.queue import BY_CODE
from workorders.selectors.recordings import heard_by
from workorders.selectors.sources import source_name
from workorders.services.bulk import BULK
from workorders.services.bulk import MOST as MOST_AT_ONCE
from workorders.services.photos import MOST


class OrdersAsk(serializers.Serializer):
    """Which orders are wanted."""

    view = serializers.ChoiceField(choices=list(BY_CODE), required=False, help_text="A saved view of the desk.")
    status = serializers.ChoiceField(choices=list(WORK_ORDER.statuses), required=False)
    area = serializers.CharField(max_length=24, required=False, help_text="Code of an area: it and all below it.")
    city = serializers.CharField(max_length=50, required=False, help_text="Short name of the city.")
    q = serializers.CharField(max_length=100, required=False, help_text="Words of number, title, description, place.")


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


class RecordingShape(serializers.ModelSerializer):
    """Something spoken, and the address at which who may hear it fetches it; each listening is on record."""

    url = serializers.HyperlinkedIdentityField(view_name="recording", lookup_field="key")

    class Meta:
        model = Recording
        fields = ["key", "content_type", "seconds", "taken_at", "url"]


class StepShape(serializers.Serializer):
    """Something that the asker may do to the order now."""

    name = serializers.CharField()
    button = serializers.CharField()
    main = serializers.BooleanField()


class ReporterShape(serializers.Serializer):
    """The reporter with name and number covered, for everybody; to uncover them is a deed of its own, on the page."""

    name = serializers.CharField()
    phone = serializers.CharField()
    erased = serializers.BooleanField()
    may_unmask = serializers.BooleanField()
    hidden = serializers.BooleanField()


class OrderShape(OrderRow):
    """A work order with all that its page shows."""

    clocks = ClockShape(source="deadlines", many=True)
    photos = PhotoShape(many=True)
    recordings = serializers.SerializerMethodField()
    available_steps = serializers.SerializerMethodField()
    reporter = serializers.SerializerMethodField()
    source_name = serializers.SerializerMethodField()
    events = serializers.IntegerField(source="event_count", help_text="How many; send it as `seen` with a step.")
    details = serializers.SerializerMethodField()

    class Meta(OrderRow.Meta):
        fields = [
            *OrderRow.Meta.fields, "source", "source_name", "details", "nature", "early_sign", "words", "place",
            "lng", "lat", "result", "refusal_reason", "refusal_words", "stars", "solved", "rating_words", "clocks",
            "photos", "recordings", "available_steps", "reporter", "events",
        ]  # fmt: skip

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, order: WorkOrder) -> list[dict]:
        steps = steps_for(order, self.context["request"].user, self.context["branches"])
        return list(StepShape(steps, many=True).data)

    @extend_schema_field(RecordingShape(many=True))
    def get_recordings(self, order: WorkOrder) -> list[dict]:
        """Those that the asker may hear; a voice is hidden with the reporter."""
        heard = heard_by(order, self.context["request"].user)
        return list(RecordingShape(heard, many=True, context=self.context).data)

    def get_source_name(self, order: WorkOrder) -> str:
        return source_name(order)

    def get_details(self, order: WorkOrder) -> dict[str, str | int]:
        """What the source asked for besides; hidden with the reporter, whom a place of talk would give away."""
        kept = hidden_from(order, order.reporter_row, self.context["request"].user)
        return {} if kept else order.details

    @extend_schema_field(ReporterShape(allow_null=True))
    def get_reporter(self, order: WorkOrder) -> dict | None:
        masked = masked_reporter(order, self.context["request"].user)
        return ReporterShape(masked).data if masked else None


class EventShape(serializers.ModelSerializer):
    """One thing that happened, with the page's sentence and its link of the chain; `context["told"]` has the words."""

    who = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Event
        fields = ["seq", "verb", "who", "sentence", "before", "after", "note", "at", "previous", "hash"]

    def get_who(self, event: Event) -> str:
        return self.context["told"][event.pk].who

    def get_sentence(self, event: Event) -> str:
        return self.context["told"][event.pk].sentence


def stage(clock: str) -> dict[str, str]:
    """A stage by the code of its clock."""
    return {"code": clock, "name": str(CLOCKS.get(clock, clock))}


class ReportSay(serializers.Serializer):
    """What a report says; it is checked by `forms.ReportForm`. Photos need multipart, all else may come as JSON."""

    city = serializers.CharField(required=False, help_text="Short name of the city, for who works in several.")
    category = serializers.CharField(help_text="Code of an item of the city's catalogue.")
    words = serializers.CharField(required=False, max_length=2000, help_text="May be left out with a recording.")
    place = serializers.CharField(required=False, max_length=200)
    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(choices=DATUMS, default="wgs84")
    source = serializers.CharField(  # type: ignore[assignment]  # DRF means something else by it
        required=False, default="patrol", max_length=20, help_text="Code of a source of the city's rulebook."
    )
    nature = serializers.ChoiceField(choices=WorkOrder.Nature.choices, required=False)
    early_sign = serializers.BooleanField(required=False)
    accused_department = serializers.CharField(required=False, help_text="Code; of a complaint or a tip-off alone.")
    accused_person = serializers.CharField(required=False, max_length=150, help_text="Name or account.")
    settled = serializers.CharField(required=False, max_length=2000, help_text="What was done on the spot.")
    photos_after = serializers.ListField(child=serializers.FileField(), required=False, max_length=MOST)
    new_facts = serializers.BooleanField(required=False, help_text="The same caller has something new to say.")
    once = serializers.UUIDField(
        required=False, help_text="A mark of your own making: the same report sent again with it opens nothing."
    )
    external_no = serializers.CharField(required=False, max_length=60, help_text="As the source asks for it.")
    letter_no = serializers.CharField(required=False, max_length=60)
    instructed_by = serializers.CharField(required=False, max_length=60)
    due_on = serializers.DateField(required=False)
    transferred_by = serializers.CharField(required=False, max_length=60)
    device_no = serializers.CharField(required=False, max_length=60)
    place_of_talk = serializers.CharField(required=False, max_length=200)
    column = serializers.CharField(required=False, max_length=60)
    window_no = serializers.CharField(required=False, max_length=60)
    service = serializers.ChoiceField(choices=SERVICES, required=False)
    visits = serializers.IntegerField(required=False, min_value=1, max_value=99)
    reporter_name = serializers.CharField(required=False, max_length=60)
    reporter_phone = serializers.CharField(required=False, max_length=20)
    photos = serializers.ListField(child=serializers.FileField(), required=False, max_length=MOST)
    recording = serializers.FileField(required=False, help_text="Up to a minute: WebM, Ogg with Opus, M4A or MP3.")


class StepSay(serializers.Serializer):
    """What the steps ask for, each its own; `GET` of an order names the steps that are open to the asker.

    Departments are named by their code, colleagues by their account, days as 2026-12-31, yes and no as words; photos
    need multipart, all else may come as JSON. `docs/lifecycles.md` draws the steps.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        """One field for each name that any step's form has."""
        named: dict[str, list[str]] = {}
        kinds: dict[str, forms.Field] = {}
        for step, form in FORMS.items():
            for name, field in form.base_fields.items():
                named.setdefault(name, []).append(step)
                kinds.setdefault(name, field)
        shapes = {name: _shape_of(kinds[name], ", ".join(steps)) for name, steps in named.items()}
        seen = serializers.IntegerField(
            required=False, help_text="How many events the order had when you read it; more by others are refused, 409."
        )
        return {"seen": seen, **shapes}


def _shape_of(field: forms.Field, steps: str) -> serializers.Field:
    """How a field of a form is sent to the API."""
    said: dict[str, Any] = {"required": False, "help_text": f"Asked for by: {steps}."}
    if isinstance(field, Pictures):
        return serializers.ListField(child=serializers.FileField(), max_length=MOST, **said)
    if isinstance(field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField):
        return serializers.ListField(child=serializers.CharField(), **said)
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**said)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**said)
    return serializers.CharField(max_length=getattr(field, "max_length", None) or 2000, **said)


class BulkSay(StepSay):
    """One step for several orders, with the fields of the step."""

    def get_fields(self) -> dict[str, serializers.Field]:
        numbers = serializers.ListField(child=serializers.CharField(max_length=24), max_length=MOST_AT_ONCE)
        return {"step": serializers.ChoiceField(choices=list(BULK)), "numbers": numbers, **super().get_fields()}


class VerdictShape(serializers.Serializer):
    """What became of one of several orders: its new state, or the refusal it would have met alone."""

    number = serializers.CharField()
    title = serializers.CharField()
    done = serializers.BooleanField()
    sentence = serializers.CharField()

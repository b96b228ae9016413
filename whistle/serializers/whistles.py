"""One whistle with all that its page shows; what only those concerned may read, for them alone."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.models import Event
from casework.templatetags.cases import Told
from whistle.models import Agreement, Clue, Effort, PlanLine, Reply, Summons, Whistle
from whistle.selectors.whistles import Concern
from whistle.serializers.rows import WhistleClock, WhistleRow, labelled
from workorders.serializers import EventShape, Labelled, StepShape, Titled


def numbered() -> serializers.SlugRelatedField[Any]:
    """Another case, named by its number."""
    return serializers.SlugRelatedField("number", read_only=True, allow_null=True)


class ObjectionShape(serializers.Serializer):
    """A unit's objection; why and the ruling's words only for those concerned."""

    at = serializers.DateTimeField()
    reason = serializers.SerializerMethodField()
    granted = serializers.BooleanField(allow_null=True)
    ruled_at = serializers.DateTimeField(allow_null=True)
    basis = serializers.CharField(allow_null=True)
    suggested = Titled(allow_null=True)
    ruling = serializers.CharField(allow_null=True)

    @extend_schema_field(Labelled)
    def get_reason(self, objection: Any) -> dict:
        return labelled(objection.reason, objection.get_reason_display())


class RatingShape(serializers.Serializer):
    """How one summons was rated: four marks from 1 to 5."""

    source = serializers.ChoiceField(  # type: ignore[assignment]  # DRF means something else by it
        choices=["street", "facts"]
    )
    signing = serializers.IntegerField()
    arriving = serializers.IntegerField()
    handling = serializers.IntegerField()
    effect = serializers.IntegerField()
    mean = serializers.FloatField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class SummonsShape(serializers.ModelSerializer):
    """One unit or one person called, and what he did."""

    key = serializers.IntegerField(source="pk", help_text="What a step names as `summons`.")
    who = serializers.CharField()
    role = serializers.SerializerMethodField()
    department = Titled(allow_null=True)
    proof = serializers.SerializerMethodField()
    lng = serializers.SerializerMethodField(help_text="Where they stood; for who runs the meeting.")
    lat = serializers.SerializerMethodField()
    objection = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField(help_text="For the street, for who watches, and for the unit itself.")

    class Meta:
        model = Summons
        fields = [
            "key", "who", "role", "department", "asked", "called_at", "carried", "signed_at", "contacted_at",
            "contact_how", "contact_with", "expected_at", "arrived_at", "came", "came_rank", "came_count", "proof",
            "distance", "lng", "lat", "done_at", "excused_at", "improper", "objection", "rating",
        ]  # fmt: skip

    @property
    def concern(self) -> Concern:
        found: Concern = self.context["concern"]
        return found

    @extend_schema_field(Labelled)
    def get_role(self, summons: Summons) -> dict:
        return labelled(summons.role, summons.get_role_display())

    @extend_schema_field(Labelled(allow_null=True))
    def get_proof(self, summons: Summons) -> dict | None:
        return labelled(summons.proof, summons.get_proof_display()) if summons.proof else None

    def get_lng(self, summons: Summons) -> float | None:
        return summons.lng if self.concern.host else None

    def get_lat(self, summons: Summons) -> float | None:
        return summons.lat if self.concern.host else None

    @extend_schema_field(ObjectionShape(allow_null=True))
    def get_objection(self, summons: Summons) -> dict | None:
        objection = getattr(summons, "objection", None)
        if objection is None:
            return None
        told: dict = ObjectionShape(objection).data
        hidden = {} if summons.pk in self.concern.objections else dict.fromkeys(("basis", "suggested", "ruling"))
        return {**told, **hidden}

    @extend_schema_field(RatingShape(allow_null=True))
    def get_rating(self, summons: Summons) -> dict | None:
        rating = getattr(summons, "rating", None)
        if rating is None or summons.pk not in self.concern.marks:
            return None
        return RatingShape(rating).data


class EffortShape(serializers.ModelSerializer):
    """What the street did itself before it blew."""

    class Meta:
        model = Effort
        fields = ["on", "words"]


class LineShape(serializers.ModelSerializer):
    """One line of the plan."""

    class Meta:
        model = PlanLine
        fields = ["place", "words", "summons", "who", "money", "paid_by", "due_on", "confirmed_at"]


class AgreementShape(serializers.ModelSerializer):
    """A signed paper, and the address at which who sees the whistle may fetch it."""

    url = serializers.HyperlinkedIdentityField(view_name="agreement", lookup_field="key")

    class Meta:
        model = Agreement
        fields = ["key", "title", "parties", "words", "money", "ending", "sha256", "at", "url"]


class ReplyShape(serializers.ModelSerializer):
    """A unit's reply in its four elements, and what the street found."""

    key = serializers.IntegerField(source="pk", help_text="What an audit names as `reply`.")

    class Meta:
        model = Reply
        fields = [
            "key", "summons", "received_at", "spoke_with", "measures", "finish_on", "at", "passed", "audit_words",
            "audited_at",
        ]  # fmt: skip


class ClueShape(serializers.ModelSerializer):
    """What was put before discipline inspection, and what it decided."""

    key = serializers.IntegerField(source="pk", help_text="What a decision names as `clue`.")
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Clue
        fields = ["key", "reason", "words", "evidence", "chain", "at", "decided_at", "decision"]

    @extend_schema_field(Labelled)
    def get_reason(self, clue: Clue) -> dict:
        return labelled(clue.reason, clue.get_reason_display())


class WhistleShape(WhistleRow):
    """A whistle with all that its page shows."""

    spring = serializers.SerializerMethodField()
    item = serializers.CharField(allow_null=True)
    order = numbered()
    previous = numbered()
    next = numbered()
    supervision = numbered()
    blown_by = serializers.CharField(allow_null=True)
    history = serializers.SerializerMethodField(help_text="The other whistles on the same matter.")
    efforts = EffortShape(many=True)
    summonses = SummonsShape(many=True)
    clocks = WhistleClock(source="deadlines", many=True)
    plan = serializers.SerializerMethodField()
    agreements = serializers.SerializerMethodField()
    replies = serializers.SerializerMethodField()
    clues = serializers.SerializerMethodField(help_text="For who decides on clues alone.")
    available_steps = serializers.SerializerMethodField()
    events = serializers.IntegerField(source="event_count", help_text="How many; send it as `seen` with a step.")

    class Meta(WhistleRow.Meta):
        fields = [
            *WhistleRow.Meta.fields, "words", "spring", "item", "why_unlisted", "complex", "lng", "lat", "order",
            "previous", "next", "supervision", "history", "cause", "blown_by", "efforts", "summonses", "clocks", "plan",
            "agreements", "replies", "clues", "result", "settled_at", "solved", "available_steps", "events",
        ]  # fmt: skip

    @extend_schema_field(Labelled)
    def get_spring(self, whistle: Whistle) -> dict:
        return labelled(whistle.spring, whistle.get_spring_display())

    def get_history(self, whistle: Whistle) -> list[str]:
        return [other.number for other in self.context["board"].history]

    @extend_schema_field(LineShape(many=True))
    def get_plan(self, whistle: Whistle) -> list[dict]:
        return list(LineShape(self.context["board"].lines, many=True).data)

    @extend_schema_field(AgreementShape(many=True))
    def get_agreements(self, whistle: Whistle) -> list[dict]:
        return list(AgreementShape(self.context["board"].agreements, many=True, context=self.context).data)

    @extend_schema_field(ReplyShape(many=True))
    def get_replies(self, whistle: Whistle) -> list[dict]:
        return list(ReplyShape(self.context["board"].replies, many=True).data)

    @extend_schema_field(ClueShape(many=True))
    def get_clues(self, whistle: Whistle) -> list[dict]:
        return list(ClueShape(self.context["board"].clues, many=True).data)

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, whistle: Whistle) -> list[dict]:
        return list(StepShape(self.context["steps"], many=True).data)


class WhistleEvent(EventShape):
    """One thing that happened; what was said with an objection only for those concerned."""

    note = serializers.SerializerMethodField()

    class Meta(EventShape.Meta):
        pass

    def get_note(self, event: Event) -> str:
        told: Told = self.context["told"][event.pk]
        return told.event.note


class CodeShape(serializers.Serializer):
    """The code to show on site now, and until when."""

    code = serializers.CharField()
    until = serializers.DateTimeField()

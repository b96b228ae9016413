"""One supervised case with its statements; and notices."""

from django.urls import NoReverseMatch, reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from whistle.models import Notice, Statement, Supervision
from whistle.serializers.rows import SupervisionRow, WhistleClock, labelled
from workorders.serializers import Labelled, StepShape, Titled


class StatementShape(serializers.ModelSerializer):
    """One unit's statement; what was demanded and said only for the office, the street and the unit itself."""

    department = Titled()
    reason = serializers.SerializerMethodField()
    demand = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields = ["department", "reason", "demanded_at", "demand", "answered_at", "words"]

    @extend_schema_field(Labelled)
    def get_reason(self, statement: Statement) -> dict:
        return labelled(statement.reason, statement.get_reason_display())

    def get_demand(self, statement: Statement) -> str | None:
        return statement.demand if statement.pk in self.context["reads"] else None

    def get_words(self, statement: Statement) -> str | None:
        return statement.words if statement.pk in self.context["reads"] else None


class SupervisionShape(SupervisionRow):
    """A supervised case with its statements and clocks."""

    statements = StatementShape(many=True)
    clocks = WhistleClock(source="deadlines", many=True)
    available_steps = serializers.SerializerMethodField()
    events = serializers.IntegerField(source="event_count", help_text="How many; send it as `seen` with a step.")

    class Meta(SupervisionRow.Meta):
        fields = [*SupervisionRow.Meta.fields, "conclusion", "statements", "clocks", "available_steps", "events"]

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, case: Supervision) -> list[dict]:
        return list(StepShape(self.context["steps"], many=True).data)


class NoticeShape(serializers.ModelSerializer):
    """What one was told, and when one read it."""

    key = serializers.IntegerField(source="pk")
    about = serializers.SerializerMethodField()
    case = serializers.CharField(source="case.number")
    title = serializers.CharField(source="case.title")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["key", "about", "case", "title", "url", "at", "read_at"]

    @extend_schema_field(Labelled)
    def get_about(self, notice: Notice) -> dict:
        return labelled(notice.about, notice.get_about_display())

    def get_url(self, notice: Notice) -> str:
        life = notice.case.lifecycle
        try:
            path = reverse(f"api:{life.kind}", args=[notice.case.number])
        except NoReverseMatch:  # shown on pages alone
            path = reverse(life.page, args=[notice.case.number])
        return str(self.context["request"].build_absolute_uri(path))

"""Shapes of boards, cards and appeals in the API. What a person must say is in `forms/`.

What only those read who watch over a board (关注, the doubt) is in none of them.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assessment.lifecycle import APPEALED, ASSESSMENT
from assessment.models import Appeal, Assessment, ScoreCard, ScoreLine
from assessment.reasons import AppealReason, Grade
from casework.models import Case
from workorders.serializers import Labelled, StepShape, Titled


def labelled(code: str, name: Any) -> dict[str, str]:
    """A code and its word in the reader's language."""
    return {"code": code, "name": str(name)}


class BoardRow(serializers.ModelSerializer):
    """A board as a list tells it."""

    status = serializers.SerializerMethodField()
    scheme = serializers.SerializerMethodField()
    area = Titled()

    class Meta:
        model = Assessment
        fields = [
            "number", "title", "status", "scheme", "area", "since", "until", "edition", "unconfirmed", "scored_at",
            "published_at", "closed_at",
        ]  # fmt: skip

    @extend_schema_field(Labelled)
    def get_status(self, case: Case) -> dict:
        return labelled(case.status, case.status_label)

    @extend_schema_field(Labelled)
    def get_scheme(self, board: Assessment) -> dict:
        return labelled(f"{board.scheme.code}-{board.scheme.version}", board.scheme.title)


class CardRow(serializers.ModelSerializer):
    """A card as its board tells it; `grade` in the city's own word, and no rank."""

    key = serializers.IntegerField(source="pk")
    who = serializers.CharField()
    area = Titled(allow_null=True)
    group = Titled()
    grade = serializers.SerializerMethodField()

    class Meta:
        model = ScoreCard
        fields = ["key", "who", "area", "group", "points", "grade", "tier", "met", "sample", "estimate", "low", "high"]

    @extend_schema_field(Labelled)
    def get_grade(self, card: ScoreCard) -> dict:
        bands = self.context["bands"]
        return labelled(card.grade, bands.get((card.assessment.scheme_id, card.grade)) or Grade(card.grade).label)


class ScoreLineShape(serializers.ModelSerializer):
    """One indicator of a card; `items`, `against` and `exempt` are counted here, and opened on the page."""

    key = serializers.IntegerField(source="pk")
    indicator = Titled()
    sort = serializers.CharField(source="indicator.sort")
    items = serializers.SerializerMethodField(help_text="How many things stand behind it.")
    exempt = serializers.SerializerMethodField(help_text="How many of them an appeal took out of the statistic.")
    to_appeal = serializers.SerializerMethodField(help_text="What may still be appealed against; of one's own card.")

    class Meta:
        model = ScoreLine
        fields = ["key", "indicator", "sort", "k", "n", "estimate", "low", "high", "small", "points", "items", "exempt",
                  "to_appeal"]  # fmt: skip

    def get_items(self, line: ScoreLine) -> int:
        return len(line.items)

    def get_exempt(self, line: ScoreLine) -> int:
        return len(line.exempt)

    def get_to_appeal(self, line: ScoreLine) -> list[int]:
        return list(self.context["to_appeal"].get(line.pk, []))


class CardShape(CardRow):
    """A card with its lines."""

    board = serializers.CharField(source="assessment.number")
    month = serializers.DateField(source="assessment.since")
    lines = ScoreLineShape(many=True)

    class Meta(CardRow.Meta):
        fields = ["board", "month", *CardRow.Meta.fields, "lines"]


class OwnCardRow(CardRow):
    """One of the asker's own cards."""

    board = serializers.CharField(source="assessment.number")
    month = serializers.DateField(source="assessment.since")

    class Meta(CardRow.Meta):
        fields = ["board", "month", *CardRow.Meta.fields]


class BoardShape(BoardRow):
    """A board, and the steps open to the asker."""

    corrects = serializers.CharField(source="corrects.number", allow_null=True, default=None)
    available_steps = serializers.SerializerMethodField()

    class Meta(BoardRow.Meta):
        fields = [*BoardRow.Meta.fields, "corrects", "available_steps"]

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, board: Assessment) -> list[dict]:
        return list(StepShape(self.context["steps"], many=True).data)


class AppealRow(serializers.ModelSerializer):
    """An appeal as a list tells it."""

    status = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    board = serializers.CharField(source="line.card.assessment.number")
    card = serializers.IntegerField(source="line.card_id")
    line = serializers.IntegerField(source="line_id")
    indicator = Titled(source="line.indicator")

    class Meta:
        model = Appeal
        fields = ["number", "title", "status", "reason", "board", "card", "line", "indicator", "item", "opened_at",
                  "due_at", "closed_at"]  # fmt: skip

    @extend_schema_field(Labelled)
    def get_status(self, case: Case) -> dict:
        return labelled(case.status, case.status_label)

    @extend_schema_field(Labelled)
    def get_reason(self, appeal: Appeal) -> dict:
        return labelled(appeal.reason, appeal.get_reason_display())


class AppealShape(AppealRow):
    """An appeal with both reviews, and the steps open to the asker."""

    available_steps = serializers.SerializerMethodField()

    class Meta(AppealRow.Meta):
        fields = [
            *AppealRow.Meta.fields, "words", "points_before", "points_after", "first_at", "first_words", "second_at",
            "second_words", "available_steps",
        ]  # fmt: skip

    @extend_schema_field(StepShape(many=True))
    def get_available_steps(self, appeal: Appeal) -> list[dict]:
        return list(StepShape(self.context["steps"], many=True).data)


class BoardsAsk(serializers.Serializer):
    """Which boards are wanted."""

    scheme = serializers.CharField(max_length=20, required=False, help_text="Code of a scheme, any version.")
    area = serializers.CharField(max_length=24, required=False, help_text="Code of the board's area.")
    since = serializers.DateField(required=False, help_text="First day of the month.")
    status = serializers.ChoiceField(choices=list(ASSESSMENT.statuses), required=False)


class AppealsAsk(serializers.Serializer):
    """Which appeals are wanted."""

    status = serializers.ChoiceField(choices=list(APPEALED.statuses), required=False)


class LodgeSay(serializers.Serializer):
    """An appeal against a line of one's own card; checked by `forms.LodgeForm`."""

    line = serializers.IntegerField(help_text="Key of the line.")
    item = serializers.IntegerField(
        required=False, help_text="One of the line's `to_appeal`; none for an entered mark."
    )
    reason = serializers.ChoiceField(choices=AppealReason.choices, required=False)
    words = serializers.CharField(max_length=1000, required=False)


class BoardStepSay(serializers.Serializer):
    """What the steps of a board ask for, each its own; `GET` of a board names the steps open to the asker."""

    seen = serializers.IntegerField(required=False, help_text="How many events it had when you read it.")
    area = serializers.IntegerField(required=False, help_text="look: for which community, of several.")
    agrees = serializers.CharField(required=False, help_text="look: yes or no.")
    words = serializers.CharField(max_length=500, required=False, help_text="look, publish, discard.")


class AppealStepSay(serializers.Serializer):
    """What the steps of an appeal ask for, each its own."""

    seen = serializers.IntegerField(required=False, help_text="How many events it had when you read it.")
    words = serializers.CharField(max_length=1000, required=False, help_text="support, uphold, reject.")
    mark = serializers.FloatField(required=False, help_text="uphold: the new mark of 100, of an entered line.")

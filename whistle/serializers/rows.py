"""What every list of whistles or of supervised cases tells of a case, and a clock of either."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.models import Deadline
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.models import Supervision, Whistle
from whistle.reasons import Lateness
from workorders.serializers import ClockShape, Labelled, OrderRow, Titled

STAGES = {**WHISTLE.clocks, **SUPERVISION.clocks}


def labelled(code: str, name: Any) -> dict[str, str]:
    """A code and its word in the reader's language."""
    return {"code": code, "name": str(name)}


def _stage(clock: str) -> dict[str, str]:
    return labelled(clock, STAGES.get(clock, clock))


class CaseRow(OrderRow):
    """Whistle or supervised case as a list tells it."""

    @extend_schema_field(Labelled(allow_null=True))
    def get_due_clock(self, case: Any) -> dict | None:
        return _stage(case.due_clock) if case.due_clock else None


CASE = ["number", "title", "status", "lamp", "area", "opened_at", "due_at", "due_clock", "closed_at"]


class WhistleRow(CaseRow):
    """A whistle as a list tells it."""

    department = category = None  # type: ignore[assignment]  # a whistle has neither
    sort = serializers.SerializerMethodField()
    caller = Titled()

    class Meta:
        model = Whistle
        fields = [*CASE, "sort", "caller", "level", "repeat", "meet_at", "place", "blown_at"]

    @extend_schema_field(Labelled)
    def get_sort(self, whistle: Whistle) -> dict:
        return labelled(whistle.sort.code, whistle.sort.title)


class WhistleClock(ClockShape):
    """One holder's time for one stage of a whistle."""

    class Meta(ClockShape.Meta):
        pass

    @extend_schema_field(Labelled)
    def get_stage(self, clock: Deadline) -> dict:
        return _stage(clock.clock)


class SupervisionRow(CaseRow):
    """A supervised case as a list tells it."""

    department = category = None  # type: ignore[assignment]
    followed = serializers.CharField(source="followed.number")
    office = Titled(allow_null=True)
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Supervision
        fields = [*CASE, "followed", "office", "reason"]

    @extend_schema_field(Labelled)
    def get_reason(self, case: Supervision) -> dict:
        return labelled(case.reason, Lateness(case.reason).label)

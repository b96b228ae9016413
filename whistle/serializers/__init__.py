"""Shapes of whistles, supervised cases and notices in the API. What a person must say is in `forms/`."""

from whistle.serializers.rows import SupervisionRow, WhistleRow
from whistle.serializers.said import (
    MINE,
    OPEN,
    CasesAsk,
    ReadSay,
    SupervisionStepSay,
    Unread,
    WhistlesAsk,
    WhistleSay,
    WhistleStepSay,
)  # fmt: skip
from whistle.serializers.supervisions import NoticeShape, SupervisionShape
from whistle.serializers.whistles import CodeShape, WhistleEvent, WhistleShape

__all__ = [
    "MINE", "OPEN", "CasesAsk", "CodeShape", "NoticeShape", "ReadSay", "SupervisionRow", "SupervisionShape",
    "SupervisionStepSay", "Unread", "WhistleEvent", "WhistleRow", "WhistleSay", "WhistleShape", "WhistleStepSay",
    "WhistlesAsk",
]  # fmt: skip

"""复核抽查: of the reports that counted on a board one in twenty, to be looked at again (rules.md 13.5 row 84)."""

from __future__ import annotations

import zlib
from typing import Final

from assessment.models import Assessment, ScoreLine
from casework.models import Case

ONE_IN: Final = 20
# Figures that a worker's own reports feed.
REPORTED: Final = ("valid_reports", "hidden_dangers")


def drawn_for(board: Assessment) -> list[Case]:
    """The same ones whoever asks, chosen by their numbers and the month: by nobody, and nobody can foresee it."""
    lines = ScoreLine.objects.filter(card__assessment=board, indicator__measure__in=REPORTED)
    counted = {key for keys in lines.values_list("items", flat=True) for key in keys}
    chosen = [key for key in counted if is_drawn(key, board)]
    return list(Case.objects.filter(pk__in=chosen).select_related("area").order_by("number"))


def is_drawn(key: int, board: Assessment) -> bool:
    """Whether a report is among the one in twenty of its month."""
    sign = f"{board.scheme.code} {board.since:%Y-%m} {board.city_id} {key}"
    return zlib.crc32(sign.encode()) % ONE_IN == 0

"""What a source may ask for besides the matter itself: typed fields by name. Which of them, `sources.csv` says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXT, DATE, NUMBER, CHOICE = "text", "date", "number", "choice"
LONGEST = 200
MOST_VISITS = 99


@dataclass(frozen=True)
class Detail:
    """One field: its words, its type, and for a choice what may be chosen."""

    label: str | Promise
    type: str = TEXT
    longest: int = 60
    choices: tuple[tuple[str, str | Promise], ...] = ()
    help_text: str | Promise = ""

    def parse(self, given: Any) -> Any:
        """The value as it is kept (text, whole number, ISO date); ValueError if it is none, empty text if empty."""
        text = given.isoformat() if isinstance(given, dt.date) else str(given if given is not None else "").strip()
        if not text:
            return ""
        if self.type == DATE:
            return dt.date.fromisoformat(text).isoformat()
        if self.type == NUMBER:
            return _count(text)
        if len(text) > self.longest or (self.type == CHOICE and text not in dict(self.choices)):
            raise ValueError(text)
        return text

    def words(self, kept: Any) -> str:
        """A kept value for a reader."""
        return str(dict(self.choices).get(kept, kept))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_VISITS)) and int(text) >= 1):
        raise ValueError(text)
    return int(text)


# 综合受理 (mechanism 3-40): what one window takes.
SERVICES: Final = (
    ("policy", _("advice on policy")),
    ("members", _("service for Party members")),
    ("insurance", _("insurance paid for somebody")),
    ("other", _("something else")),
)
DETAILS: Final[dict[str, Detail]] = {
    "external_no": Detail(_("Number at the source")),
    "letter_no": Detail(_("Number of the letter")),
    "instructed_by": Detail(_("Office that gave the instruction")),
    "due_on": Detail(_("To be done by"), DATE),
    "transferred_by": Detail(_("Department that passed it on")),
    "device_no": Detail(_("Number of the device")),
    "place_of_talk": Detail(_("Place of the talk"), longest=LONGEST),
    "column": Detail(_("Column of the board")),
    "window_no": Detail(_("Window")),
    "service": Detail(_("Kind of service"), CHOICE, choices=SERVICES),
    # 最多跑一次 (mechanism 3-41): one is the aim, so each time is counted.
    "visits": Detail(_("How many times the person had to come"), NUMBER),
}
EXTERNAL: Final = "external_no"

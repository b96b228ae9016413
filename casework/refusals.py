"""The one family of refusals: a sentence a clerk understands, and the status it has on a page and in the API.

Mapped once for pages (`middleware.py`) and once for the API (`api.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """The house says no; nothing was changed."""

    status = 400
    code = "refused"
    # What the API tells besides: the two values where one of them has to be chosen.
    beside: Mapping[str, Any] = {}

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


class NotNow(Refusal):
    """Right person, wrong moment: the case is elsewhere in its life."""

    status = 409
    code = "not_now"


class NotYours(Refusal):
    """The person sees the case and may not do this to it."""

    status = 403
    code = "not_yours"


class NotFound(Refusal):
    """There is no such thing, or it is not for this person's eyes: the same answer for both."""

    status = 404
    code = "not_found"

"""Prints the letter of a supervised case (督办单). What it says is `selectors/letters.py`."""

from __future__ import annotations

from whistle.models import Supervision
from whistle.selectors.letters import letter_of
from workorders.services.printing.typesetting import set_as_pdf


def letter(case: Supervision) -> bytes:
    """督办单 as PDF: for whoever sees the case."""
    return set_as_pdf(letter_of(case).words())

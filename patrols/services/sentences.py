"""What a person writes into a field of patrols: it must be there where it is needed, and fit its column."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def said(field: str, words: str, *, most: int, ask: str = "") -> str:
    """The words without their margins; refused if they are missing (`ask` says what to say) or too long."""
    told = words.strip()
    if ask and not told:
        raise ValidationError({field: ask})
    if len(told) > most:
        raise ValidationError({field: _("Say it in %(most)d signs at most.") % {"most": most}})
    if "\x00" in told:
        raise ValidationError({field: _("There is a sign in this text that cannot be kept.")})
    return told


def within(field: str, figure: Any, least: int, most: int) -> int:
    """A whole number within its bounds."""
    if type(figure) is int and least <= figure <= most:
        return figure
    raise ValidationError(
        {field: _("This must be a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}}
    )

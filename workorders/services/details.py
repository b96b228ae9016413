"""What a source asks for besides the matter: checked field by field, kept as plain typed values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workorders.models import Source
from workorders.models.details import DETAILS


def details_for(source: Source, given: Mapping[str, Any]) -> dict[str, Any]:
    """The details that this source asks for; refuses what is missing, malformed, or another source's."""
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in given.items():
        try:
            kept |= _one(source, name, value)
        except ValueError as error:
            wrong[name] = str(error)
    for name in source.required:
        if name not in kept and name not in wrong:
            wrong[name] = _("“%(source)s” asks for this.") % {"source": source.title}
    if wrong:
        raise ValidationError(dict(wrong))
    return kept


def _one(source: Source, name: str, value: Any) -> dict[str, Any]:
    """One detail by its name, or nothing where it was left empty; ValueError with the sentence."""
    if name not in DETAILS:
        raise ValueError(_("There is no such field."))
    try:
        parsed = DETAILS[name].parse(value)
    except ValueError as error:
        raise ValueError(_("“%(value)s” cannot stand here.") % {"value": str(value)[:40]}) from error
    if parsed and name not in source.asks:
        question = _("“%(source)s” does not ask for this. Is it the right source?")
        raise ValueError(question % {"source": source.title})
    return {name: parsed} if parsed else {}

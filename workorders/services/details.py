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
        if name not in DETAILS:
            wrong[name] = _("There is no such field.")
            continue
        try:
            parsed = DETAILS[name].parse(value)
        except ValueError:
            wrong[name] = _("“%(value)s” cannot stand here.") % {"value": str(value)[:40]}
            continue
        if parsed and name not in source.asks:
            question = _("“%(source)s” does not ask for this. Is it the right source?")
            wrong[name] = question % {"source": source.title}
        if parsed:
            kept[name] = parsed
    for name in source.required:
        if name not in kept and name not in wrong:
            wrong[name] = _("“%(source)s” asks for this.") % {"source": source.title}
    if wrong:
        raise ValidationError(dict(wrong))
    return kept

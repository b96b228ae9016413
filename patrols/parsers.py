"""What a phone sends is more than a form: lists within an object. With the refusals of the house's own parser."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class WholeJSON(JSONParser):
    """One JSON object of whatever is in it. No NaN, no bottomless nesting, no text that a database cannot take."""

    def parse(self, stream, media_type=None, parser_context=None) -> dict[str, Any]:
        try:
            told = super().parse(stream, media_type, parser_context)
            broken = _is_broken(told)
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error
        if not isinstance(told, dict):
            raise ParseError(_("Send one JSON object with the fields by name."))
        if broken:
            raise ParseError(_("This text holds a broken character."))
        return told


def _is_broken(told: object) -> bool:
    """Whether a text in it holds half a surrogate pair, or a NUL, which no database takes."""
    if isinstance(told, str):
        return "\0" in told or any("\ud800" <= sign <= "\udfff" for sign in told)
    if isinstance(told, dict):
        return any(_is_broken(name) or _is_broken(value) for name, value in told.items())
    return isinstance(told, list) and any(_is_broken(value) for value in told if not isinstance(value, int | float))

"""What the API reads: a JSON object is handed on as the form it stands for, so that pages and API share their forms."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class FlatJSON(JSONParser):
    """A JSON object of plain values. Lists of plain values are a form's repeated field; null is a field left out."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            told = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error
        if not isinstance(told, dict):
            raise ParseError(_("Send one JSON object with the fields by name."))
        form = QueryDict(mutable=True)
        for name, value in told.items():
            several = value if isinstance(value, list) else [value]
            form.setlist(_text(name), [_text(each) for each in several if each is not None])
        return form


def _text(value) -> str:
    """A plain value as a form would send it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ParseError(_("Every field takes a text, a number, true or false."))
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair, which no database takes
        raise ParseError(_("This text holds a broken character.")) from error
    return text

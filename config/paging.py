"""How the API turns pages: from the last key seen, so that what is inserted meanwhile neither shifts nor repeats a row.

A view names its key: `keyset = "-id"`, one field of the listed rows that is unique among them.
"""

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

USUAL, MOST = 50, 200


class Keyset(BasePagination):
    """Rows after `after`, at most `limit`, with the address of the next page."""

    def paginate_queryset(self, queryset, request, view=None):
        name = view.keyset.removeprefix("-")
        limit = _limit(request.query_params.get("limit"))
        after = request.query_params.get("after")
        if after is not None:
            beyond = "lt" if view.keyset.startswith("-") else "gt"
            queryset = queryset.filter(**{f"{name}__{beyond}": _key(queryset.model, name, after)})
        rows = list(queryset.order_by(view.keyset)[: limit + 1])
        self.next = self._address(request, getattr(rows[limit - 1], name)) if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data):
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema):
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        return [
            {"name": "after", "in": "query", "schema": {"type": "string"}, "description": "The last key seen."},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}},
        ]

    @staticmethod
    def _address(request, key) -> str:
        return replace_query_param(request.build_absolute_uri(), "after", key)


def _limit(told: str | None) -> int:
    if told is None:
        return USUAL
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:4]) <= MOST and len(told) <= 4):
        raise ValidationError({"limit": _("A page has 1 to %(most)s rows.") % {"most": MOST}})
    return int(told)


def _key(model, name: str, told: str):
    try:
        ProhibitNullCharactersValidator()(told)
        return model._meta.get_field(name).to_python(told)
    except ValidationError as error:
        raise ValidationError({"after": error.messages}) from error

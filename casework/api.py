"""Refusals in the API: `{"code", "sentence", "fields"}`, with the very words of the page."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from casework.changes import Seen, changed_since
from casework.models import Case
from casework.refusals import NotFound, NotNow, Refusal
from casework.templatetags.cases import Told


def refusal_handler(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler: one shape for every error that a caller can cause."""
    if isinstance(error, Http404):
        error = NotFound(_("There is no such thing here."))
    if isinstance(error, Refusal):
        set_rollback()
        told = {"code": error.code, "sentence": error.sentence, "fields": {}, **error.beside}
        return Response(told | _state(error, context), status=error.status)
    if isinstance(error, ValidationError):
        set_rollback()
        return Response(_invalid(error), status=400)
    response = exception_handler(error, context)
    if response is not None:
        response.data = _words_of(error, response)
    return response


def _state(error: Refusal, context: dict) -> dict:
    """To “not now” belongs what is now: the case's status and how many events it has after the refusal."""
    number = context.get("kwargs", {}).get("number")
    if not number or not isinstance(error, NotNow):
        return {}
    case = Case.objects.visible_to(context["request"].user).filter(number=number).first()
    if case is None:
        return {}
    return {"state": {"status": case.status, "label": str(case.status_label), "seen": case.event_count}}


def _words_of(error: Exception, response: Response) -> dict:
    if isinstance(error, exceptions.ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
        return {"code": "invalid", "sentence": _sentence(fields), "fields": fields}
    detail = getattr(error, "detail", "")
    return {"code": getattr(detail, "code", "refused"), "sentence": str(detail), "fields": {}}


def _invalid(error: ValidationError) -> dict:
    fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
    return {"code": "invalid", "sentence": _sentence(fields), "fields": fields}


def _sentence(fields: dict) -> str:
    return " ".join(
        str(words) for several in fields.values() for words in (several if isinstance(several, list) else [several])
    )


def refuse_unseen(case: Case, request, words: str, history: Callable[[], list[Told]]) -> None:
    """Who sends `seen`, the number of events he knows of, is told what others have done since, and nothing is done.

    `words` with `%(what)s` in it, and the case's `%(number)s` if they like; `history`: the case's events as this person
    may read them, newest first.
    """
    news = changed_since(case, Seen.of(str(request.data.get("seen", ""))), request.user)
    if news:
        what = " ".join(told.sentence for told in reversed(history()) if told.event.seq in news)
        raise NotNow(words % {"number": case.number, "what": what})

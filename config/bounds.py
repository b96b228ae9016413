"""What no page ever has to see: a body beyond six photos and some words, and a NUL byte in an address.

PostgreSQL takes no NUL; forms refuse it by themselves, but not every word of an address passes through a form.
"""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _


class Bounds:
    """Answers before a byte of the body is read: 413 to one that says it is too large, 400 to a NUL byte."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _length(request) > _most(request):
            return _refusal(request, 413, "too_large", _("What you sent is too large."))
        if "%00" in request.META.get("QUERY_STRING", ""):
            return _refusal(request, 400, "invalid", _("The address holds a character that no text holds."))
        return self.get_response(request)


def _refusal(request, status: int, code: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"code": code, "sentence": sentence, "fields": {}}, status=status)
    return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=status)


def _length(request) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


def _most(request) -> int:
    with_files = request.content_type == "multipart/form-data"
    return settings.LARGEST_UPLOAD if with_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

"""No body is read that is larger than what it may hold: six photos and some words, or words alone."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _


class BodyBounds:
    """Answers 413 to a body that says it is too large, before a byte of it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _length(request) <= _most(request):
            return self.get_response(request)
        sentence = _("What you sent is too large.")
        if request.path.startswith("/api/"):
            return JsonResponse({"code": "too_large", "sentence": sentence, "fields": {}}, status=413)
        return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=413)


def _length(request) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


def _most(request) -> int:
    with_files = request.content_type == "multipart/form-data"
    return settings.LARGEST_UPLOAD if with_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE

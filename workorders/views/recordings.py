"""Spoken reports: to who may hear them, each listening on record; as attachments, which no browser takes for a page."""

import re

from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from workorders.models import Recording
from workorders.selectors.recordings import audible
from workorders.services.recordings import listen

RANGE = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")


@require_safe
@cache_control(private=True, no_store=True)
def recording(request, key):
    """One recording. An <audio> plays an attachment too; to ask for its head alone is no listening."""
    if request.method == "HEAD":
        return _guarded(audible(request.user, key), b"")
    found = listen(key, by=request.user)
    with found.file.open("rb") as file:
        return _part(_guarded(found, file.read()), request.headers.get("Range", ""))


def _guarded(found: Recording, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=found.content_type)
    name = f"{found.order.number}-{found.pk}.{found.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Accept-Ranges"] = "bytes"
    return response


def _part(response: HttpResponse, asked: str) -> HttpResponse:
    """The part that was asked for: Safari plays nothing that it cannot have in parts (RFC 9110, 14)."""
    found, size = RANGE.fullmatch(asked), len(response.content)
    if not found:
        return response
    first, last = int(found[1]), min(int(found[2] or size), size - 1)
    if first > last:
        return response
    response.content = response.content[first : last + 1]
    response.status_code = 206
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response

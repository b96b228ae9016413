"""Signed agreements: only to who sees their whistle; as attachments, so that no browser ever takes one for a page."""

from django.http import FileResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from whistle.models import Agreement
from whistle.selectors.board import visible_agreement

TYPES = {Agreement.Ending.PDF: "application/pdf", Agreement.Ending.JPG: "image/jpeg"}


@require_safe
@cache_control(private=True, max_age=3600)
def agreement(request, key):
    """One signed paper; it is saved, never run."""
    found = visible_agreement(request.user, key)
    name = f"{found.whistle.number}-{found.pk}.{found.ending}"
    kind = TYPES[Agreement.Ending(found.ending)]
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

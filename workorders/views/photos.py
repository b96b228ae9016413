"""Photos: only to who sees their order; as attachments, so that no browser ever takes one for a page."""

from django.http import FileResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from workorders.selectors.orders import visible_photo


@require_safe
@cache_control(private=True, max_age=3600)
def photo(request, key):
    """One photo. An <img> shows an attachment too; followed as a link it is saved, never run."""
    found = visible_photo(request.user, key)
    name = f"{found.order.number}-{found.pk}.jpg"
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

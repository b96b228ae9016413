"""An order on paper: the dispatch slip, the supervision letters, the archive. What they say is `services/printing`."""

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workorders.selectors.orders import visible_order
from workorders.services import printing


@never_cache
@require_safe
def slip(request, number):
    """交办单, to look at and to print."""
    order = visible_order(request.user, number)
    return _pdf(f"{order.number}-slip.pdf", printing.slip(order, by=request.user))


@never_cache
@require_safe
def letter(request, number, place):
    """督办单 of the first, second, third press."""
    order = visible_order(request.user, number)
    return _pdf(f"{order.number}-letter-{place}.pdf", printing.letter(order, by=request.user, place=place))


@never_cache
@require_safe
def archive(request, number):
    """The whole case as ZIP, sent while it is packed."""
    order = visible_order(request.user, number)
    response = StreamingHttpResponse(printing.archive(order, by=request.user), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{order.number}.zip"'
    return response


def _pdf(name: str, content: bytes) -> HttpResponse:
    """Shown by the browser's own reader, which runs no script of ours and none of the paper's."""
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )

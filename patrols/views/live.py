"""Patrols as they run, for the duty desk, and one walk with its way; a look is written down before it is shown."""

from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.cache import (
    add_never_cache_headers,
    get_conditional_response,
    patch_cache_control,
    patch_vary_headers,
)
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from casework.refusals import NotFound
from patrols.forms.looks import LookForm
from patrols.selectors import live as found
from patrols.selectors.walks import looks_at, past_of, rule_of
from patrols.services import looks

INVALID = 422


@require_safe
def patrols_live(request):
    """Who is out now, and where; asked again every few seconds, and answered in full only when something was heard."""
    board = found.board_of(request.user)
    looks.note_live(board.others(request.user), by=request.user)
    if request.headers.get("X-Live"):
        return _unless_known(request, board)
    response = render(request, "patrols/live.html", _page_of(board))
    add_never_cache_headers(response)
    return response


def _unless_known(request, board):
    """The moving part, or 304 where the page shows it already."""
    etag = f'"{board.edition}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = render(request, "patrols/live.html#moving", {"board": board})
        response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["X-Live", "Accept-Language", "Cookie"])
    return response


def _page_of(board):
    tiles = {"tiles": settings.MAP_TILES_URL, "tiles_by": settings.MAP_TILES_ATTRIBUTION}
    ground = found.ground_of(board.city)
    return {"board": board, "city": board.city, "keep_days": rule_of(board.city).keep_days, "ground": ground, **tiles}


@never_cache
@require_safe
def walks(request):
    """The reader's own patrols, and who of the duty desk looked at them."""
    past = past_of(request.user, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    pages = {
        "previous_url": f"?before={quote(past.before)}" if past.before else "",
        "next_url": f"?after={quote(past.after)}" if past.after else "",
    }
    return render(request, "patrols/walks.html", {"page": past, **pages})


@never_cache
@require_safe
def walk(request, key):
    """One walk: one's own with all that is known of it; somebody else's only while it runs, and after a reason."""
    patrol = found.walk_seen_by(request.user, key)
    part = "#moving" if request.headers.get("X-Live") else ""
    return render(request, f"patrols/walk.html{part}", _walk_of(request, patrol))


def _walk_of(request, patrol, form=None):
    own = patrol.worker_id == request.user.pk
    reason = None if own else found.reason_held(patrol, request.user)
    shown = own or reason is not None
    reached = found.reached_on(patrol) if shown else []
    context = {"patrol": patrol, "own": own, "reason": reason, "reached": reached, "shown": shown, "rule": None}
    if shown:
        context |= {"way": found.way_of(patrol, reached), "looks": looks_at([patrol]) if own else []}
    return context | {"form": form or LookForm(), "rule": rule_of(patrol.city)}


@require_POST
def look(request, key):
    """Somebody of the duty desk says why he wants to see the way of a running patrol."""
    patrol = found.walk_seen_by(request.user, key)
    if patrol.worker_id == request.user.pk:
        raise NotFound("")
    form = LookForm(request.POST)
    try:
        looks.look(patrol, by=request.user, why=form.data.get("why", ""))
    except ValidationError as error:
        form.full_clean()
        if not form.errors:
            form.add_error("why", error.messages)
        return render(request, "patrols/walk.html", _walk_of(request, patrol, form), status=INVALID)
    return redirect("walk", key=key)


@require_safe
@cache_control(private=True, max_age=3600)
def check_in_photo(request, key):
    """The photo of a check-in. An <img> shows an attachment too; followed as a link it is saved, never run."""
    kept = found.photo_seen_by(request.user, key)
    name = f"{kept.key}.jpg"
    response = FileResponse(kept.photo.open("rb"), as_attachment=True, filename=name, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

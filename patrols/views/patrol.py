"""Today's patrol on the phone. Every act works by a plain form; the page's script does the same through the outbox."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.refusals import NotNow
from patrols.forms.walk import ReachForm, SkipForm
from patrols.models import Patrol, Stop
from patrols.selectors import on_patrol as found
from patrols.selectors.walks import may_go, patrols_of, running
from patrols.services import checking_in, planning, walks

INVALID = 422
# What mostly keeps one away, for a tap; anything else is said in words.
SKIP_REASONS = (
    gettext_lazy("The gate is locked"),
    gettext_lazy("Road works"),
    gettext_lazy("Not safe"),
    gettext_lazy("Somebody refuses"),
)


@never_cache
@require_safe
def patrol(request):
    """Before the start: what lies ahead. On the way: the map, the next point, what may be done there."""
    shown = found.on_patrol(request.user, chosen=request.GET.get("stop", ""))
    if shown is None:
        return render(request, "workorders/no_post.html")
    told = json.dumps(found.told_to_script(shown), cls=DjangoJSONEncoder)
    ended = patrols_of(request.user).exclude(ended_at=None).first() if "ended" in request.GET else None
    context = {"walk": shown, "told": told, "ended": ended, "skip_reasons": SKIP_REASONS, **_panels(shown.here)}
    context["may_go"] = shown.patrol is not None or may_go(request.user)
    return render(request, "patrols/patrol.html", context)


@require_POST
def start(request):
    """出发: the patrol begins. Without the page's script nothing but the points is recorded."""
    if running(request.user) is None:
        try:
            walks.start(by=request.user, key=uuid.uuid4())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("field_patrol")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request):
    """结束巡查: says first what was not seen."""
    on_the_way = running(request.user)
    if on_the_way is None:
        return redirect("field_patrol")
    if request.method == "POST":
        walks.end(on_the_way, by=request.user)
        messages.success(request, _("The patrol is ended; nothing is recorded any more."))
        return redirect("/field/patrol/?ended=1")
    return render(request, "patrols/patrol_end.html", {"walk": found.on_patrol(request.user)})


@never_cache
@require_safe
def stop(request, key):
    """One point: its checklist, confirmed by a photo, or passed over with a reason."""
    return _stop_page(request, found.stop_of(request.user, key))


@require_POST
def reach(request, key):
    """确认到点 by photo and reason."""
    at = found.stop_of(request.user, key)
    form = ReachForm(request.POST, request.FILES, stop=at)
    if form.is_valid() and _reached(request, at, form):
        messages.success(request, _("“%(point)s” is confirmed.") % {"point": at.point.name})
        return redirect("field_patrol")
    return _stop_page(request, at, reach=form, status=INVALID)


@require_POST
def skip(request, key):
    """到不了: passed over with a reason; it comes first next time."""
    at = found.stop_of(request.user, key)
    form = SkipForm(request.POST)
    if form.is_valid():
        planning.skip(at, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("“%(point)s” comes first next time.") % {"point": at.point.name})
        return redirect("field_patrol")
    return _stop_page(request, at, skip=form, status=INVALID)


def _reached(request, at: Stop, form: ReachForm) -> bool:
    said = form.cleaned_data
    try:
        checking_in.check_in(
            _running(request), by=request.user, key=said["key"], point=at.point, reason=said["reason"],
            picture=said["photo"], found=form.found(), note=said["note"],
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return False
    return True


def _running(request) -> Patrol:
    on_the_way = running(request.user)
    if on_the_way is None:
        raise NotNow(_("You are not on patrol. Set out first."))
    return on_the_way


def _panels(at: Stop | None) -> dict[str, Any]:
    """The two forms of a point."""
    if at is None:
        return {}
    return {"stop": at, "reach_form": ReachForm(stop=at, initial={"key": uuid.uuid4()}), "skip_form": SkipForm()}


def _stop_page(request, at: Stop, *, reach: ReachForm | None = None, skip: SkipForm | None = None, status: int = 200):
    on_the_way = running(request.user)
    page = _panels(at) | {"on_the_way": on_the_way}
    if on_the_way and at.state != Stop.State.SEEN:
        page["told"] = json.dumps(found.told_of_stop(at, on_the_way))
    if reach:
        page["reach_form"] = reach
    if skip:
        page["skip_form"] = skip
    return render(request, "patrols/stop.html", page, status=status)

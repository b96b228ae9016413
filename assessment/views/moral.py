"""红黑榜: both boards, what waits for its privacy check, the log; an entry is written, checked, taken off."""

from __future__ import annotations

from typing import Any

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.forms.moral import MoralCheckForm, MoralForm, TakeOffForm
from assessment.selectors import moral as select
from assessment.services import moral as services
from assessment.views.office import page
from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from patrols.selectors.points import city_of
from patrols.views.desk import INVALID, beside, done, keys, sent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def moral(request):
    """Both boards; who keeps them writes an entry here."""
    city, user = city_of(request.user), request.user
    writes = jurisdiction.may_somewhere(user, select.WRITES, city)
    form = MoralForm(sent(request), user=user, city=city) if writes else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you write entries of the moral boards."))
        said = _("Written. A second person checks it before anybody sees it.")
        if done(request, form, lambda told: services.write_entry(by=user, **told), said):
            return redirect("moral")
    return _show(request, city, form, INVALID if form and form.is_bound else 200)


def _show(request, city, form=None, status=200, bound=None):
    """`bound`: an entry's key, a step and its form with what was wrong."""
    user, waiting = request.user, select.entries_waiting(request.user, city)
    shown = select.entries_shown(user, city)
    rows: list[Any] = [*waiting, *shown["red"], *shown["black"]]
    for row in rows:
        row.acts = _acts(user, row)
        if bound and bound[0] == row.pk:
            row.acts[bound[1]] = bound[2]
    keeps = form is not None or jurisdiction.may_somewhere(user, select.CHECKS, city)
    context = {"shown": shown, "waiting": waiting, "form": form, "keeps": keeps}
    return page(request, city, "moral", context, status)


def _acts(user, row) -> dict[str, Any]:
    acts: dict[str, Any] = {}
    if select.may_check(user, row):
        acts["check"] = MoralCheckForm(auto_id=f"check{row.pk}_%s")
    if select.may_take_off(user, row):
        acts["off"] = TakeOffForm(auto_id=f"off{row.pk}_%s")
    return acts


STEPS: dict[str, tuple[Any, Any]] = {
    "check": (MoralCheckForm, services.check_entry),
    "off": (TakeOffForm, services.take_off),
}


@require_POST
def moral_step(request, key, step):
    """The privacy check of a second person, or the end."""
    found = select.entry_kept_by(request.user, key)
    if step not in STEPS:
        raise NotFound(_("There is no such thing to do here."))
    form_of, service = STEPS[step]
    form = form_of(request.POST, auto_id=f"{step}{found.pk}_%s")
    if done(request, form, lambda told: service(found, by=request.user, **told), _("Done.")):
        return redirect("moral")
    return _show(request, found.city, None, INVALID, (found.pk, step, form))


@never_cache
@require_safe
def moral_log(request):
    """All that ever stood there, without the names that were erased; searched by words."""
    city, words = city_of(request.user), request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if not any(jurisdiction.may_somewhere(request.user, each, city) for each in (select.WRITES, select.CHECKS)):
        raise NotYours(_("The log of the moral boards is for those who keep and check them."))
    found = select.log_of(request.user, city, words, **keys(request))
    return page(request, city, "moral_log", {"rows": found.rows, "words": words, **beside(request, found)})

"""Blowing a whistle, or applying for one: one page, then the page that shows what will go out, then it goes out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.refusals import NotFound, NotYours
from grids import jurisdiction
from whistle.forms import BlowForm
from whistle.selectors.offers import callers_of, matter_so_far, offers_of
from whistle.selectors.whistles import order_of_number, whistle_of_number
from whistle.services.blowing import CAUSE_FROM
from whistle.services.sending import Rehearsal, rehearse, send
from workorders.selectors.places import lines_of

INVALID = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def blow(request):
    """The page on which one blows; sent in it shows what will go out, and confirmed there it goes out."""
    form = _form(request)
    if request.method != "POST" or "change" in request.POST:
        return _page(request, form)
    shown = _tried(form, request.user)
    if shown is None:
        return _page(request, form)
    if "confirmed" not in request.POST:
        return render(request, "whistle/confirm.html", {"form": form, "shown": shown, "whistle": shown.whistle})
    sent = send(by=request.user, application=form.is_application, said=form.said())
    messages.success(request, _sent_words(sent, application=form.is_application))
    return redirect("whistle", number=sent.number)


def _form(request) -> BlowForm:
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        raise NotYours(_("Your posts do not let you blow a whistle or apply for one."))
    order, again = _named(request, "order", order_of_number), _named(request, "again", whistle_of_number)
    said = (request.POST,) if request.method == "POST" else ()
    form = BlowForm(*said, city=city, user=request.user, order=order, again=again)
    if not form.openings:
        raise NotYours(_("Your posts do not let you blow a whistle or apply for one."))
    return form


def _named(request, name: str, find):
    """What the address, or the form that was sent in, names; a number that is none the form itself refuses."""
    number = (request.POST.get(name) or request.GET.get(name) or "").strip()
    try:
        return find(request.user, number) if number else None
    except NotFound:
        if request.method == "POST":
            return None
        raise


def _page(request, form: BlowForm):
    before = matter_so_far(request.user, form.order_found, form.again_found)
    context = {
        "form": form, "city": form.city, "offers": offers_of(form.openings, form.city), "before": before,
        "lines": lines_of(callers_of(form.openings)), "asks_cause": len(before) + 1 >= CAUSE_FROM,
        "applies": all(not opening.blown_for for opening in form.openings), "order": form.order_found,
    }  # fmt: skip
    wrong = form.is_bound and "change" not in request.POST
    return render(request, "whistle/blow.html", context, status=INVALID if wrong else 200)


def _tried(form: BlowForm, user) -> Rehearsal | None:
    """What would go out; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return rehearse(by=user, application=form.is_application, said=form.said())
    except ValidationError as error:
        form.refuse(error)
        return None


def _sent_words(sent, *, application: bool) -> str:
    words = {"number": sent.number}
    if application:
        return _("%(number)s: applied for. The street decides on it and you are told.") % words
    return _("%(number)s is blown. All who are called have been told.") % words

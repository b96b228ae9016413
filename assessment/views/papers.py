"""Bulletins, service records and allowance sheets: which there are, one to read, each as a file."""

from __future__ import annotations

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assessment.forms.allowances import AllowanceForm
from assessment.selectors import allowances as paid
from assessment.selectors import papers as select
from assessment.selectors import service_records as served
from assessment.services.allowances import set_allowance
from assessment.services.handing_out import hand_out_allowances, hand_out_bulletin, hand_out_record
from assessment.views.office import file, page
from casework.refusals import NotYours
from grids import jurisdiction
from patrols.selectors.points import city_of
from patrols.views.desk import INVALID, done, sent


@never_cache
@require_safe
def papers(request):
    """The published boards, each with its bulletin."""
    city = city_of(request.user)
    return page(request, city, "papers", {"boards": select.boards_with_papers(request.user, city)})


@never_cache
@require_safe
def bulletin(request, number):
    """One bulletin to read, as its papers say it."""
    document = select.bulletin_seen_by(request.user, number)
    return page(request, city_of(request.user), "paper", {"paper": document, "number": number})


@never_cache
@require_safe
def bulletin_file(request, number, form):
    """One bulletin as DOCX, PDF or XLSX."""
    return file(hand_out_bulletin(by=request.user, number=number, form=form), f"{number}.{form}")


@never_cache
@require_safe
def service_records(request):
    """One's own record, and those of the people one watches over."""
    city = city_of(request.user)
    _person, own = served.record_seen_by(request.user, city, request.user.pk)
    return page(request, city, "records", {"paper": own, "posts": served.people_watched(request.user, city)})


@never_cache
@require_safe
def service_record(request, key):
    """Somebody's record to read."""
    city = city_of(request.user)
    person, document = served.record_seen_by(request.user, city, key)
    return page(request, city, "record", {"paper": document, "person": person})


@never_cache
@require_safe
def service_record_file(request, key, form):
    """Somebody's record as a file; each is kept in the log of what was handed out."""
    printed = hand_out_record(by=request.user, city=city_of(request.user), key=key, form=form)
    return file(printed, f"service-record-{key}.{form}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def allowances(request):
    """The table, and the sheets of the published boards."""
    city, user = city_of(request.user), request.user
    may = jurisdiction.permissions_of(user)
    if not may & {paid.DECIDES, paid.EDITS}:
        raise NotYours(_("Allowances are for those who decide on rewards or write schemes."))
    form = AllowanceForm(sent(request), user=user, city=city) if paid.EDITS in may else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you change the allowance table."))
        if done(request, form, lambda said: set_allowance(by=user, **said), _("The row is in the table.")):
            return redirect("allowances")
    context = {"rules": paid.rules_seen(user, city), "boards": paid.boards_with_allowances(user, city), "form": form}
    return page(request, city, "allowances", context, INVALID if form and form.is_bound else 200)


@never_cache
@require_safe
def allowances_file(request, number, form):
    """The allowance sheet of a board as a file; each is kept in the log of what was handed out."""
    _board, printed = hand_out_allowances(by=request.user, number=number, form=form)
    return file(printed, f"allowances-{number}.{form}")

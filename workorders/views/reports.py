"""The report form: photo first, then what, where, and a sentence."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from workorders.forms import ReportForm, several_files
from workorders.selectors.catalogue import frequent_items
from workorders.selectors.places import lines_of
from workorders.services import sending


@require_http_methods(["GET", "HEAD", "POST"])
def report(request):
    """Takes a report, or shows the form for one."""
    areas = jurisdiction.granted_areas(request.user, "report_in").select_related("city", "parent").order_by("path")
    if not areas:
        raise NotYours(_("Your post does not let you report."))
    city = areas[0].city
    said = (request.POST, several_files(request)) if request.method == "POST" else ()
    form = ReportForm(*said, city=city)
    order = _open(form, request.user) if said else None
    if order:
        messages.success(request, _("Received as %(number)s.") % {"number": order.number})
        return redirect("order", number=order.number)
    context = {"form": form, "city": city, "frequent": frequent_items(city), "lines": lines_of(areas)}
    return render(request, "workorders/report.html", context, status=form.answer)


def _open(form: ReportForm, user):
    """The order that was opened; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return sending.send(by=user, **form.said())
    except ValidationError as error:
        _say(form, error)
    except NotNow as refusal:  # the same caller again, or a number that is an order already
        form.refuse(refusal)
    return None


def _say(form: ReportForm, error: ValidationError) -> None:
    named = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for field, sentences in named.items():
        form.add_error(field if field in form.fields else None, sentences)

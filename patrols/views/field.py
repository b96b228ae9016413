"""A report with one hand, and what of it is still on the phone. The outbox behind both is static/js/field/.

Without its script the report is a plain form: the same form, the same service, the same mark against sending it twice.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from casework.refusals import NotNow, NotYours
from grids import jurisdiction
from workorders.forms import FieldReportForm, several_files
from workorders.selectors.catalogue import frequent_items, items_by_heading
from workorders.selectors.promises import with_promises
from workorders.services import sending

CHIPS = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request):
    """拍照上报: takes a report, or shows the form for one."""
    area = jurisdiction.granted_areas(request.user, "report_in").select_related("city").order_by("path").first()
    if area is None:
        raise NotYours(_("Your post does not let you report."))
    said = (request.POST, several_files(request)) if request.method == "POST" else ()
    # From a point of a patrol: where it is, and what it is called.
    known = {name: request.GET[name] for name in ("lng", "lat", "place") if name in request.GET}
    form = FieldReportForm(*said, city=area.city, initial=known)
    order = _open(form, request.user) if said else None
    if order:
        messages.success(request, _("Received as %(number)s.") % {"number": order.number})
        return redirect("home")
    chips, catalogue = frequent_items(area.city)[:CHIPS], with_promises(area.city, items_by_heading(area.city))
    context = {"form": form, "chips": chips, "catalogue": catalogue, "city": area.city}
    return render(request, "patrols/report.html", context, status=form.answer)


def _open(form: FieldReportForm, user):
    """The order that was opened; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return sending.send(by=user, **form.said())
    except ValidationError as error:
        named = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for field, sentences in named.items():
            form.add_error(field if field in form.fields else None, sentences)
    except NotNow as refusal:  # the same caller again
        form.refuse(refusal)
    return None


@never_cache
@require_safe
def outbox(request):
    """What is still on this phone, what the house has, and what needs its owner. Only the phone itself knows."""
    return render(request, "patrols/outbox.html")

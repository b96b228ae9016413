"""The streets' powers: how often each was used, the log, and a form for uses that no whistle shows."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.refusals import NotYours
from whistle.forms.powers import PowerForm
from whistle.selectors import sight
from whistle.selectors.powers import log_of, streets_for
from whistle.services.powers import log_use
from whistle.views.boards import board

INVALID = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def powers(request):
    """The log; who may blow enters a use here."""
    city = sight.city_of(request.user)
    writes = streets_for(request.user, city).exists()
    form = PowerForm(request.POST or None, city=city, user=request.user) if writes else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you enter what a street did."))
        if _logged(form, request):
            return redirect("street_powers")
    before = request.GET.get("before", "")
    log = log_of(request.user, city, before=int(before) if before.isdecimal() and len(before) < 16 else None)
    answer = board(request, city, "powers", log=log, form=form)
    answer.status_code = INVALID if form is not None and form.is_bound else 200
    return answer


def _logged(form: PowerForm, request) -> bool:
    """Whether the use was entered; what is missing the form then says."""
    if not form.is_valid():
        return False
    try:
        log_use(by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("Entered in the log."))
    return True

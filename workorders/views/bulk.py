"""Many orders at once: what the step asks, then a verdict for each row. And the views a person keeps for himself."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workorders.forms import FORMS
from workorders.forms.bulk import BulkForm, SaveViewForm, asks_first, said_for
from workorders.lifecycle import WORK_ORDER
from workorders.selectors.orders import several_visible
from workorders.services.bulk import take_each
from workorders.services.saved_views import forget_view, save_view

INVALID = 422
KEPT = ("view", "area", "category", "family", "source", "q")


@require_POST
def bulk(request):
    """Takes one step for all that were selected; a step that asks something asks it once."""
    form = BulkForm(request.POST)
    context = {"form": form, "back": _back(request)}
    if not form.is_valid():
        return render(request, "workorders/bulk.html", context, status=INVALID)
    step, numbers = form.cleaned_data["step"], form.cleaned_data["numbers"]
    orders = several_visible(request.user, numbers)
    context |= {"step": WORK_ORDER.by_name[step], "numbers": numbers, "orders": orders}
    if asks_first(step) and "said" not in request.POST and orders:
        return render(request, "workorders/bulk.html", context | {"asked": FORMS[step](order=orders[0], step=step)})
    data = request.POST
    context["verdicts"] = take_each(numbers, orders, step, by=request.user, said=lambda o: said_for(step, data, o))
    return render(request, "workorders/bulk.html", context)


@require_POST
def keep_view(request):
    """Keeps the list as it stands under a name of the person's own."""
    form = SaveViewForm(request.POST)
    try:
        form.full_clean()
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        kept = save_view(by=request.user, name=form.cleaned_data["name"], query=_query(form.cleaned_data["query"]))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("desk")
    messages.success(request, _("“%(name)s” stands among your views.") % {"name": kept.name})
    return redirect(f"{reverse('desk')}?mine={kept.pk}&{kept.query}")


@require_POST
def drop_view(request, key):
    """Takes one of the person's own views away."""
    messages.success(request, _("“%(name)s” was taken away.") % {"name": forget_view(key, by=request.user)})
    return redirect("desk")


def _query(text: str) -> str:
    """Only what a list's address may hold."""
    given, kept = QueryDict(text), QueryDict(mutable=True)
    for name in KEPT:
        if given.get(name):
            kept[name] = given[name]
    return kept.urlencode()


def _back(request) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if safe else reverse("desk")

"""One order: its page, the one address that takes every step, and the look behind the reporter's mask."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from casework.selectors import calendar_of
from casework.services import doors
from casework.templatetags.cases import tell
from grids.models import Area
from grids.selectors import desk_of
from workorders.forms import FORMS, DispatchForm, NoteForm, StepForm, UnmaskForm, several_files
from workorders.models import Photo, WorkOrder
from workorders.selectors import orders as found
from workorders.selectors.people import contacts_of, masked_reporter
from workorders.selectors.places import drawing_of
from workorders.services.orders import STEPS
from workorders.services.reporters import unmask as look_behind

INVALID = 422
# Each step's letter on the keyboard and its icon.
LOOKS = {
    "accept": ("a", "check"), "refuse": ("r", "close"), "dispatch": ("d", "send"), "sign_for": ("s", "edit"),
    "finish": ("f", "upload"), "verify": ("v", "verify"), "close": ("c", "check"), "rate": ("e", "star"),
}  # fmt: skip


@never_cache
@require_safe
def order(request, number):
    """The page of one order, or its moving part for a page that is already open."""
    template = "workorders/order.html#moving" if request.GET.get("part") == "moving" else "workorders/order.html"
    context = page_of_order(request.user, number)
    context["seen"] = request.GET.get("seen", "")
    return render(request, template, context)


@require_POST
def step(request, number, step):
    """Takes one step; what is missing is asked for on the order's own page, and nothing has changed then."""
    shown = found.visible_order(request.user, number)
    doors.allowed_step(shown, step, request.user)
    form = FORMS[step](request.POST, several_files(request), order=shown, step=step)
    taken = _take(shown, step, form, request.user)
    if taken is None:
        return render(request, "workorders/order.html", page_of_order(request.user, number, form), status=INVALID)
    done = _("%(number)s: “%(step)s” is done; it is “%(status)s” now.")
    button = taken.lifecycle.by_name[step].button
    messages.success(request, done % {"number": number, "step": button, "status": taken.status_label})
    return redirect(_next(request) or reverse("order", args=[number]))


@never_cache
@require_POST
def unmask(request, number):
    """Shows the reporter's name and number once, for a reason that is kept."""
    shown = found.visible_order(request.user, number)
    form = UnmaskForm(request.POST)
    context: dict = {"unmask_form": form}
    if form.is_valid():
        context["revealed"] = look_behind(shown, by=request.user, reason=form.cleaned_data["reason"])
    page = page_of_order(request.user, number) | context
    return render(request, "workorders/order.html", page, status=200 if form.is_valid() else INVALID)


def page_of_order(user, number: str, bound: StepForm | None = None) -> dict:
    """All that the page and the preview of an order show."""
    shown = found.visible_order(user, number)
    calendar = calendar_of(shown.city)
    clocks = list(shown.deadlines.all())
    desk = desk_of(shown.area)
    return {
        "order": shown, "calendar": calendar, "told": tell(shown, calendar=calendar), "stages": found.stages_of(shown),
        "open_clocks": [clock for clock in clocks if clock.ended_at is None],
        "ended_clocks": [clock for clock in clocks if clock.ended_at],
        "before": _photos(shown, Photo.Moment.BEFORE), "after": _photos(shown, Photo.Moment.AFTER),
        "areas": list(Area.objects.above(shown.area)), "why": found.why_of(shown), "place": drawing_of(shown),
        "contacts": contacts_of(shown), "reporter": masked_reporter(shown, user), "unmask_form": UnmaskForm(),
        "waits_for": found.waits_for(shown, desk), "steps": _forms(shown, user, bound), "bound": bound,
    }  # fmt: skip


def _forms(shown: WorkOrder, user, bound: StepForm | None) -> list[dict]:
    """Each open step with its key, its icon and its form; the one that was sent in keeps what was said."""
    return [
        {
            "step": step,
            "form": bound if bound and bound.step == step.name else FORMS[step.name](order=shown, step=step.name),
            "key": LOOKS[step.name][0],
            "icon": LOOKS[step.name][1],
            "simple": FORMS[step.name] is NoteForm,
            "flat": FORMS[step.name] in (NoteForm, DispatchForm),
        }
        for step in found.steps_for(shown, user)
    ]


def _take(shown: WorkOrder, step: str, form: StepForm, user) -> WorkOrder | None:
    """The order after the step; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return STEPS[step](shown, by=user, **form.said())
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None


def _photos(shown: WorkOrder, moment: str) -> list[Photo]:
    return [photo for photo in shown.photos.all() if photo.moment == moment]


def _next(request) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if safe else ""

"""One order: its page, the one address that takes every step, and the look behind the reporter's mask."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from casework.changes import Seen, changed_since
from casework.selectors import calendar_of
from casework.services import doors
from casework.templatetags.cases import tell
from casework.whole import Whole
from grids.selectors import areas_above, desk_of
from workorders.forms import FORMS, DispatchForm, NoteForm, StepForm, UnmaskForm, several_files
from workorders.models import Photo, WorkOrder
from workorders.selectors import orders as found
from workorders.selectors.branches import Branches, branches_in
from workorders.selectors.likeness import likes_of
from workorders.selectors.people import contacts_of, hidden_name, masked_reporter
from workorders.selectors.places import drawing_of
from workorders.selectors.recordings import heard_by, silent
from workorders.selectors.rules import Suggestion, suggestion_for
from workorders.services.reporters import unmask as look_behind
from workorders.services.undo import can_undo, take
from workorders.services.undo import undo as take_back

INVALID, CHANGED = 422, 409
# The letter and the icon of the steps that have their own; the others are reached by Tab and by name.
LOOKS = {
    "accept": ("a", "check"), "refuse": ("r", "close"), "dispatch": ("d", "send"), "sign_for": ("s", "edit"),
    "finish": ("f", "upload"), "verify": ("v", "verify"), "close": ("c", "check"), "rate": ("e", "star"),
    "claim": ("g", "check"), "check": ("v", "verify"), "uphold": ("u", "check"), "join": ("m", "send"),
    "send_back": ("r", "close"), "rework": ("r", "close"), "settle": ("f", "upload"),
}  # fmt: skip
PLAIN = ("", "edit")


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
    news = changed_since(shown, Seen.of(request.POST.get("seen", "")), request.user)
    if news:
        return _changed(request, shown, step, news)
    doors.allowed_step(shown, step, request.user)
    form = FORMS[step](request.POST, several_files(request), order=shown, step=step)
    taken = _take(shown, step, form, request.user)
    if taken is None:
        return render(request, "workorders/order.html", page_of_order(request.user, number, form), status=INVALID)
    say_done(request, taken, step)
    return redirect(_next(request) or reverse("order", args=[number]))


def say_done(request, taken: WorkOrder, step: str) -> None:
    """Says what was done, with the button that takes it back while that is possible."""
    words = {"number": taken.number, "step": taken.lifecycle.by_name[step].button, "status": taken.status_label}
    undo = reverse("undo", args=[taken.number]) if can_undo(taken, step) else ""
    done = _("%(number)s: “%(step)s” is done; it is “%(status)s” now.")
    messages.success(request, done % words, extra_tags=undo)


def _changed(request, shown: WorkOrder, step: str, news: list[int]):
    """Somebody was quicker: the order as it stands now, what changed, and the form with what was said."""
    form = FORMS[step](request.POST, order=shown, step=step) if step in FORMS else None
    page = page_of_order(request.user, shown.number, form)
    page["news"] = [told for told in page["told"] if told.event.seq in news]
    return render(request, "workorders/order.html", page, status=CHANGED)


@require_POST
def undo(request, number):
    """Takes back one's own last step, within seconds."""
    taken = take_back(found.visible_order(request.user, number), by=request.user)
    words = {"number": number, "status": taken.status_label}
    messages.success(request, _("%(number)s: undone; it is “%(status)s” again.") % words)
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
    """All that the page and the preview of an order show: what it is, what came of it, what this person may do."""
    shown, read = found.visible_whole(user, number)
    branches = branches_in(read.lists)
    return _matter(shown, user, read) | _course(shown, user, read, branches) | _doing(shown, user, branches, bound)


def _matter(shown: WorkOrder, user, read: Whole) -> dict:
    """What it is about, where, and whom it concerns."""
    return {
        "order": shown, "areas": areas_above(shown.area), "place": drawing_of(shown),
        "tags": [WorkOrder.Tag(tag).label for tag in shown.tags], "contacts": contacts_of(shown, read.posts),
        "before": _photos(shown, Photo.Moment.BEFORE), "during": _photos(shown, Photo.Moment.DURING),
        "after": _photos(shown, Photo.Moment.AFTER), "reporter": masked_reporter(shown, user),
        "unmask_form": UnmaskForm(), "photos_coming": _photos_coming(shown),
        "recordings": heard_by(shown, user), "silent": silent(shown, user),
    }  # fmt: skip


def _course(shown: WorkOrder, user, read: Whole, branches: Branches) -> dict:
    """How far it is, its clocks, its history and its branches."""
    calendar, clocks = calendar_of(shown.city), list(shown.deadlines.all())
    return {
        "calendar": calendar, "stages": found.stages_of(shown), "why": found.why_of(shown), "branches": branches,
        "told": tell(shown, calendar=calendar, hides=hidden_name(shown, user), read=read),
        "sees_clues": found.sees_clues(shown, user),
        "open_clocks": [clock for clock in clocks if clock.ended_at is None],
        "ended_clocks": [clock for clock in clocks if clock.ended_at],
    }  # fmt: skip


def _doing(shown: WorkOrder, user, branches: Branches, bound: StepForm | None) -> dict:
    """What this person may do, and what helps to decide it."""
    steps = _forms(shown, user, branches, bound)
    return {
        "steps": steps, "bound": bound, "more": [each for each in steps if not each["step"].main],
        "may_join": any(each["step"].name == "join" for each in steps), "likes": likes_of(shown, user),
        "waits_for": found.waits_for(shown, desk_of(shown.area)), "suggestion": _suggestion(shown, steps),
    }  # fmt: skip


def _forms(shown: WorkOrder, user, branches: Branches, bound: StepForm | None) -> list[dict]:
    """Each open step with its key, its icon and its form; the one that was sent in keeps what was said."""
    return [
        {
            "step": step,
            "form": bound if bound and bound.step == step.name else FORMS[step.name](order=shown, step=step.name),
            "key": LOOKS.get(step.name, PLAIN)[0],
            "icon": LOOKS.get(step.name, PLAIN)[1],
            "simple": FORMS[step.name] is NoteForm,
            "flat": FORMS[step.name] in (NoteForm, DispatchForm),
        }
        for step in found.steps_for(shown, user, branches)
    ]


def _suggestion(shown: WorkOrder, steps: list[dict]) -> Suggestion | None:
    """Who should lead, for those who decide it next: the dispatch form's own, or what it will say after accepting."""
    forms = {open_step["step"].name: open_step["form"] for open_step in steps}
    if "dispatch" in forms:
        return forms["dispatch"].suggestion
    return suggestion_for(shown) if "accept" in forms else None


def _take(shown: WorkOrder, step: str, form: StepForm, user) -> WorkOrder | None:
    """The order after the step; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return take(shown, step, by=user, said=form.said())
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None


def _photos_coming(shown: WorkOrder) -> dict[str, int] | None:
    """How many photos have come of those that the phone announced with the report; None when none is missing."""
    told: dict = next((event.facts for event in shown.events.all() if event.verb == "reported"), {})
    here, all_ = len(_photos(shown, Photo.Moment.BEFORE)), told.get("photos", 0)
    return {"here": here, "all": all_} if "device_at" in told and here < all_ and shown.is_open else None


def _photos(shown: WorkOrder, moment: str) -> list[Photo]:
    return [photo for photo in shown.photos.all() if photo.moment == moment]


def _next(request) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if safe else ""

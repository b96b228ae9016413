"""The worker's tasks on the phone. A step of a task goes through the order's own door, with the order's own forms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from casework.changes import Seen, changed_since
from casework.selectors import calendar_of
from casework.services import doors
from casework.templatetags.cases import tell
from patrols.selectors import home as found
from workorders import statuses
from workorders.forms import FORMS, StepForm, several_files
from workorders.models import WorkOrder
from workorders.selectors.branches import branches_in
from workorders.selectors.orders import steps_for, visible_order, visible_whole
from workorders.selectors.people import hidden_name
from workorders.selectors.queue import reports_of
from workorders.selectors.recordings import heard_by, silent
from workorders.services import replaying
from workorders.services.undo import take
from workorders.views.orders import say_done

INVALID, CHANGED = 422, 409
# What a worker does on the spot; the rest of what a post allows waits on the order's own page.
HERE = replaying.ON_THE_SPOT | {"withdraw", "rate"}
LAST_EVENTS = 3


@never_cache
@require_safe
def tasks(request):
    """Everything that waits for the worker, and what became of his own reports."""
    shown = found.home_of(request.user)
    if shown is None:
        return render(request, "workorders/no_post.html")
    context = {"home": shown, "calendar": calendar_of(shown.post.role.city), "reports": reports_of(request.user)}
    template = "patrols/tasks.html#lists" if "part" in request.GET else "patrols/tasks.html"
    return render(request, template, context)


@never_cache
@require_safe
def task(request, number):
    """One task: what and where it is, the photos, and the forms of what may be done now."""
    return render(request, "patrols/task.html", _page(request.user, number))


@require_POST
def task_step(request, number, step):
    """Takes one step of a task; what is missing is asked for on the same page, and nothing has changed then."""
    shown = visible_order(request.user, number)
    if changed_since(shown, Seen.of(request.POST.get("seen", "")), request.user):
        page = _page(request.user, number) | {"news": True}
        return render(request, "patrols/task.html", page, status=CHANGED)
    doors.allowed_step(shown, step, request.user)
    form = FORMS[step](request.POST, several_files(request), order=shown, step=step)
    taken = _taken(shown, step, form, request.user)
    if taken is None:
        return render(request, "patrols/task.html", _page(request.user, number, form), status=INVALID)
    say_done(request, taken, step)
    return redirect("field_tasks")


def _page(user: User, number: str, bound: StepForm | None = None) -> dict[str, Any]:
    """All that the page of a task shows."""
    order, read = visible_whole(user, number)
    open_steps = [step for step in steps_for(order, user, branches_in(read.lists)) if step.name in HERE]
    calendar = calendar_of(order.city)
    return {
        "order": order, "calendar": calendar, "bound": bound, "photos": list(order.photos.all()),
        "told": tell(order, calendar=calendar, hides=hidden_name(order, user), read=read)[:LAST_EVENTS],
        "steps": [_form_of(order, step, bound) for step in open_steps],
        "recordings": heard_by(order, user), "silent": silent(order, user),
        "needs_look": order.status in (statuses.CHECKING, statuses.FINISHED),
    }  # fmt: skip


def _form_of(order: WorkOrder, step: Any, bound: StepForm | None) -> dict[str, Any]:
    kept = bound if bound and bound.step == step.name else FORMS[step.name](order=order, step=step.name)
    return {"step": step, "form": kept, "offline": step.name in replaying.ON_THE_SPOT}


def _taken(shown: WorkOrder, step: str, form: StepForm, user: User) -> WorkOrder | None:
    """The order after the step; nothing if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return take(shown, step, by=user, said=form.said())
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None

"""One supervised case (督办件): its page, the one address that takes every step, and its letter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from casework.selectors import available_steps, calendar_of
from casework.services import doors
from casework.templatetags.cases import tell
from grids import jurisdiction
from whistle.forms import FORMS, StepForm
from whistle.models import Supervision
from whistle.selectors import overdue
from whistle.services.printing import letter as print_letter
from whistle.services.steps import SUPERVISION_STEPS

INVALID = 422


@never_cache
@require_safe
def supervised(request, number: str):
    """The case: what it follows, statements, clocks, what happened, what this person may do."""
    return render(request, "whistle/boards/supervised.html", page_of(request.user, number))


@require_POST
def step(request, number: str, step: str):
    """Takes one step; what is missing is asked for on the case's own page, and nothing has changed then."""
    case = overdue.supervised(request.user, number)
    doors.allowed_step(case, step, request.user)
    form = FORMS[step](request.POST, request.FILES, case=case, step=step, user=request.user)
    taken = _take(case, step, form, request.user)
    if taken is None:
        return render(request, "whistle/boards/supervised.html", page_of(request.user, number, form), status=INVALID)
    words = {"number": number, "step": taken.lifecycle.by_name[step].button}
    messages.success(request, _("%(number)s: “%(step)s” is done.") % words)
    return redirect("supervised", number=number)


@never_cache
@require_safe
def letter(request, number: str):
    """督办单, to look at and to print."""
    case = overdue.supervised(request.user, number)
    headers = {"Content-Disposition": f'inline; filename="{case.number}-letter.pdf"'}
    return HttpResponse(print_letter(case), content_type="application/pdf", headers=headers)


def page_of(user: User, number: str, bound: StepForm | None = None) -> dict[str, Any]:
    """All that the page of a supervised case shows."""
    case = overdue.supervised(user, number)
    calendar, steps = calendar_of(case.city), _forms(case, user, bound)
    return {
        "case": case, "whistle": case.followed, "calendar": calendar, "told": tell(case, calendar=calendar),
        "statements": list(case.statements.all()), "units": overdue.units_of(case), "late": overdue.clocks_of(case),
        "clocks": [clock for clock in case.deadlines.all() if clock.ended_at is None],
        "steps": steps, "more": [each for each in steps if not each["step"].main],
        "presses": jurisdiction.may(user, "press_in", case.area),
    }  # fmt: skip


def _forms(case: Supervision, user: User, bound: StepForm | None) -> list[dict[str, Any]]:
    """Each open step with its form; the one that was sent in keeps what was said."""
    forms = []
    for step in available_steps(case, user):
        sent = bound is not None and bound.step == step.name
        form = bound if sent else FORMS[step.name](case=case, step=step.name, user=user)
        forms.append({"step": step, "form": form})
    return forms


def _take(case: Supervision, step: str, form: StepForm, user: User) -> Supervision | None:
    """The case after the step; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        taken: Supervision = SUPERVISION_STEPS[step](case, by=user, **form.said())
    except ValidationError as error:
        form.refuse(error)
        return None
    return taken

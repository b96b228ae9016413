"""What the pages of months, appeals and proposals share: the steps open to a person with their forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.services.steps import take
from casework.models import Case
from casework.selectors import available_steps
from casework.services import doors
from whistle.forms import StepForm

INVALID = 422
Forms = Mapping[str, type[StepForm]]


def open_forms(case: Case, user: User, table: Forms, bound: StepForm | None = None) -> list[dict[str, Any]]:
    """Each step that this person may take now with its form; the one that was sent in keeps what was said."""
    found = []
    for step in available_steps(case, user):
        sent = bound is not None and bound.step == step.name
        form = bound if sent else table[step.name](case=case, step=step.name, user=user)
        found.append({"step": step, "form": form})
    return found


def stepped(request, case: Case, step: str, table: Forms, template: str, page_of: Callable[..., dict]) -> Any:
    """Takes a step and leads back to the case's page; what is missing is asked for there, and nothing has changed."""
    doors.allowed_step(case, step, request.user)
    form = table[step](request.POST, request.FILES, case=case, step=step, user=request.user)
    taken = _taken(case, step, form, request.user)
    if taken is None:
        return render(request, template, page_of(request.user, case.number, form), status=INVALID)
    words = {"number": case.number, "step": case.lifecycle.by_name[step].button}
    messages.success(request, _("%(number)s: “%(step)s” is done.") % words)
    return redirect(case.lifecycle.page, number=case.number)


def _taken(case: Case, step: str, form: StepForm, user: User) -> Case | None:
    if not form.is_valid():
        return None
    try:
        return take(case, step, by=user, said=form.said())
    except ValidationError as error:
        form.refuse(error)
        return None

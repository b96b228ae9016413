"""How a page changes the ground: one form, one permission, one use-case; a refusal stands in the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Change:
    """A form, the permission it needs, its words, and the use-case behind it."""

    form: Callable[..., forms.Form]
    permission: str
    heading: Any
    button: Any
    done: Any
    # Called with the place or post, what was said, and who says it.
    act: Callable[[Any, dict[str, Any], Any], object]
    warning: Any = ""


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether the form was complete and the use-case did it; what the use-case refuses is said beside the field."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as error:
        for field, sentences in error.update_error_dict({}).items():
            form.add_error(field if field in form.fields else None, sentences)
        return False
    return True


def answer(
    request: HttpRequest, change: Change, form: forms.Form, act: Callable[[], object], back: str, **context: Any
) -> HttpResponse:
    """The form's page, or the way back to where the change can be seen."""
    if request.method == "POST" and done(form, act):
        messages.success(request, change.done)
        return redirect(back)
    status = UNPROCESSABLE if form.is_bound else 200
    shown = {"change": change, "form": form, "back": back, **context}
    return render(request, "grids/change.html", shown, status=status)

"""Why somebody of the duty desk looks at a way: asked for before anything is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from patrols.services.looks import LONGEST


class LookForm(forms.Form):
    """The reason, in words that the worker will read."""

    why = forms.CharField(
        label=_("Why do you look at the way?"),
        max_length=LONGEST,
        help_text=_("For safety and dispatch only. Your name and these words are kept; the worker reads both."),
    )

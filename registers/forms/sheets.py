"""A sheet of people and homes is handed in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("Sheet"), help_text=_("XLSX or CSV, ten thousand rows at most; the first row holds the headings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

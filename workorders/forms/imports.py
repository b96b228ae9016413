"""A sheet is handed in, and its columns are told apart."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import City
from workorders.models import ImportBatch
from workorders.selectors.batches import numbered_sources
from workorders.services.drafts import NEEDED
from workorders.services.judging import Judge


class SheetForm(forms.Form):
    source = forms.ChoiceField(label=_("Source"))
    file = forms.FileField(
        label=_("Sheet"), help_text=_("XLSX or CSV, ten thousand rows at most; the first row holds the headings."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

    def __init__(self, *args, city: City, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(source.code, source.title) for source in numbered_sources(city)]
        cast("forms.ChoiceField", self.fields["source"]).choices = offered


class ColumnsForm(forms.Form):
    """Which column means what; the page shows it as it was guessed."""

    def __init__(self, *args, batch: ImportBatch, **kwargs):
        super().__init__(*args, **kwargs)
        judge = Judge(batch)
        self.missing = judge.missing
        headings = [(heading, heading) for heading in batch.headers if heading]
        for name, label in judge.drafter.fields().items():
            self.fields[name] = forms.ChoiceField(
                label=label, required=name in NEEDED, choices=[("", _("no column")), *headings],
                initial=batch.columns.get(name, ""),
            )  # fmt: skip

    @property
    def missing_labels(self) -> list[str]:
        return [str(self.fields[name].label) for name in self.missing]

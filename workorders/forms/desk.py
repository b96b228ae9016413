"""What narrows the desk's list; and the reason for a look behind the reporter's mask."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from workorders.models import Category
from workorders.selectors.catalogue import classes_today
from workorders.selectors.queue import Asker, Filters, areas_to_choose
from workorders.selectors.sources import sources_today


class FilterForm(forms.Form):
    """What narrows the desk's list; whatever it does not know narrows nothing and is said."""

    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Area.objects.none(), to_field_name="code", empty_label=_("All areas")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    family = forms.ChoiceField(
        label=_("Family of work"), required=False, choices=[("", _("All families of work")), *Category.Family.choices]
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args, asker: Asker, **kwargs):
        super().__init__(*args, **kwargs)
        classes = [(row.code, row.title) for row in classes_today(asker.city)]
        asked = Area.objects.filter(city=asker.city, code=self.data.get("area", ""))  # the map leads to any area
        cast("forms.ModelChoiceField", self.fields["area"]).queryset = areas_to_choose(asker) | asked
        cast("forms.ChoiceField", self.fields["category"]).choices = [("", _("All categories")), *classes]
        sources = [(row.code, row.title) for row in sources_today(asker.city)]
        cast("forms.ChoiceField", self.fields["source"]).choices = [("", _("All sources")), *sources]

    def filters(self) -> Filters:
        self.is_valid()
        found = self.cleaned_data
        return Filters(
            area=found.get("area"), source=found.get("source", ""), category=found.get("category", ""),
            words=found.get("q", ""), family=found.get("family", ""),
        )  # fmt: skip


class UnmaskForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the name and number?"), max_length=200,
        help_text=_("The reason and your name are kept with the order."),
    )  # fmt: skip

"""What a person must say: to report, to take each step (`FORMS`), to narrow the desk's list, to unmask a reporter.

Shape alone. Whether it may be done is for the services, whose refusals the views show in the same place.
"""

from __future__ import annotations

from typing import cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.geo import DATUMS
from grids.models import Area, City, Department
from workorders.models import Category, WorkOrder
from workorders.selectors.catalogue import classes_today, grouped, items_today
from workorders.selectors.orders import departments_for
from workorders.selectors.queue import Asker, Filters, areas_to_choose
from workorders.services.photos import MOST, read_pictures


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class Pictures(forms.FileField):
    """Up to six photos, read and cleaned: what leaves this field is plain JPEG."""

    def __init__(self, **kwargs):
        widget = SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": MOST})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data, initial=None) -> list[bytes]:
        uploads: list[UploadedFile] = [upload for upload in (data or []) if upload]
        if not uploads:
            super().clean(None, initial)
            return []
        return read_pictures([super(Pictures, self).clean(upload, initial) for upload in uploads])


def several_files(request) -> dict[str, list[UploadedFile]]:
    """The files of a request by field, all of one name together, as `Pictures` takes them."""
    return {name: request.FILES.getlist(name) for name in request.FILES}


def words(label, *, rows: int = 3, required: bool = True, most: int = 1000, **kwargs) -> forms.CharField:
    """A field for a sentence or two."""
    return forms.CharField(
        label=label, required=required, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


# --- steps -----------------------------------------------------------------------------------------------------------
class StepForm(forms.Form):
    """What a step needs besides the press of its button; `said` are the service's own arguments."""

    def __init__(self, *args, order: WorkOrder, step: str, **kwargs):
        self.step = step
        # Several steps may be open at once: the same names, but each field its own id.
        kwargs["auto_id"] = f"{step}_%s"
        super().__init__(*args, **kwargs)

    def said(self) -> dict:
        return self.cleaned_data


class NoteForm(StepForm):
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)


class RefuseForm(StepForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *WorkOrder.RefusalReason.choices]
    )
    words = words(_("To the reporter: why, and where to turn"))


class DispatchForm(StepForm):
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    note = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args, order: WorkOrder, **kwargs):
        super().__init__(*args, order=order, **kwargs)
        self.order = order
        serving = departments_for(order)
        field = cast("forms.ModelChoiceField", self.fields["department"])
        field.queryset = Department.objects.filter(pk__in=[department.pk for department in serving])
        field.choices = [("", _("Choose a department")), *((row.pk, row.title) for row in serving)]
        field.initial = order.category.handler_id


class FinishForm(StepForm):
    result = words(_("What was done"), most=2000)
    photos = Pictures(label=_("Photos afterwards"), help_text=_("At least one photo of the same place, six at most."))

    def said(self) -> dict:
        return {"result": self.cleaned_data["result"], "pictures": self.cleaned_data["photos"]}


class RateForm(StepForm):
    solved = forms.TypedChoiceField(
        label=_("Is it solved?"), choices=[("yes", _("Yes, solved")), ("no", _("No, not solved"))],
        coerce=lambda answer: answer == "yes", widget=forms.RadioSelect, empty_value=None,
    )  # fmt: skip
    stars = forms.TypedChoiceField(
        label=_("How well was it done?"), coerce=int, widget=forms.RadioSelect, empty_value=None,
        choices=[
            (5, _("5 stars: very well")), (4, _("4 stars: well")), (3, _("3 stars: fair")),
            (2, _("2 stars: badly")), (1, _("1 star: very badly")),
        ],
    )  # fmt: skip
    words = words(_("Anything to add"), required=False)


FORMS: dict[str, type[StepForm]] = {
    "accept": NoteForm,
    "refuse": RefuseForm,
    "dispatch": DispatchForm,
    "sign_for": NoteForm,
    "finish": FinishForm,
    "verify": NoteForm,
    "close": NoteForm,
    "rate": RateForm,
}


class UnmaskForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the name and number?"), max_length=200,
        help_text=_("The reason and your name are kept with the order."),
    )  # fmt: skip


# --- reporting -------------------------------------------------------------------------------------------------------
class ReportForm(forms.Form):
    """A report: the photo first, then what it is, where it is, and a sentence."""

    photos = Pictures(
        label=_("Photos"), required=False,
        help_text=_("Up to six. The camera's hidden data are removed; please keep faces and plates out of them."),
    )  # fmt: skip
    category = forms.ModelChoiceField(label=_("What is it?"), queryset=Category.objects.none())
    words = words(_("In a sentence"), most=2000, help_text=_("The first sentence becomes the title."))
    place = forms.CharField(
        label=pgettext_lazy("address", "Where"), required=False, max_length=200,
        help_text=_("Street, house, entrance: what helps to find it."),
    )  # fmt: skip
    lng = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    datum = forms.ChoiceField(choices=[(name, name) for name in DATUMS], initial="wgs84", widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("Who found it?"), choices=WorkOrder.Source.choices, initial=WorkOrder.Source.PATROL,
        widget=forms.RadioSelect,
    )  # fmt: skip
    reporter_name = forms.CharField(label=_("Resident's name"), required=False, max_length=60)
    reporter_phone = forms.CharField(label=_("Resident's phone"), required=False, max_length=20)

    def __init__(self, *args, city: City, **kwargs):
        super().__init__(*args, **kwargs)
        self.city = city
        items = items_today(city)
        field = cast("forms.ModelChoiceField", self.fields["category"])
        field.queryset = items
        field.choices = [("", _("Choose a category")), *grouped(items)]
        for name in ("lng", "lat"):
            self.fields[name].widget.attrs.update({"step": "any", "inputmode": "decimal", f"data-{name}": ""})

    def said(self) -> dict:
        """The arguments of `orders.report`."""
        given = dict(self.cleaned_data)
        name, phone = given.pop("reporter_name"), given.pop("reporter_phone")
        resident = given["source"] == WorkOrder.Source.RESIDENT
        given["reporter"] = {"name": name, "phone": phone} if resident else None
        pictures = given.pop("photos")
        return {**given, "pictures": pictures, "city": self.city}


# --- the desk --------------------------------------------------------------------------------------------------------
class FilterForm(forms.Form):
    """What narrows the desk's list; whatever it does not know narrows nothing and is said."""

    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Area.objects.none(), to_field_name="code", empty_label=_("All areas")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    source = forms.ChoiceField(
        label=_("Source"), required=False, choices=[("", _("All sources")), *WorkOrder.Source.choices]
    )
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args, asker: Asker, **kwargs):
        super().__init__(*args, **kwargs)
        classes = [(row.code, row.title) for row in classes_today(asker.city)]
        asked = Area.objects.filter(city=asker.city, code=self.data.get("area", ""))  # the map leads to any area
        cast("forms.ModelChoiceField", self.fields["area"]).queryset = areas_to_choose(asker) | asked
        cast("forms.ChoiceField", self.fields["category"]).choices = [("", _("All categories")), *classes]

    def filters(self) -> Filters:
        self.is_valid()
        found = self.cleaned_data
        return Filters(
            area=found.get("area"), source=found.get("source", ""), category=found.get("category", ""),
            words=found.get("q", ""),
        )  # fmt: skip

"""A report: the photo first, then what it is, where it is, a sentence; who told it, and what the source asks for."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.refusals import NotNow
from grids.geo import DATUMS
from grids.models import City, Department
from workorders.forms.fields import Pictures, Spoken, sentence
from workorders.models import Category, WorkOrder
from workorders.models.details import CHOICE, DATE, DETAILS, MOST_VISITS, NUMBER, Detail
from workorders.selectors.catalogue import grouped, items_today
from workorders.selectors.people import colleagues_named
from workorders.selectors.sources import sources_today
from workorders.services.recordings import spoken_words


def field_of(detail: Detail) -> forms.Field:
    """The form field of one detail; whether it must be given, the chosen source says."""
    told: dict[str, Any] = {"label": detail.label, "required": False}
    if detail.type == DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **told)
    if detail.type == NUMBER:
        return forms.IntegerField(min_value=1, max_value=MOST_VISITS, **told)
    if detail.type == CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *detail.choices], **told)
    return forms.CharField(max_length=detail.longest, **told)


class ReportForm(forms.Form):
    """A report; `new_facts` is asked only of who reported the same before."""

    # Or a recording in their place; else the item alone says what is the matter.
    needs_words = True

    photos = Pictures(
        label=_("Photos"), required=False,
        help_text=_("Up to six. The camera's hidden data are removed; please keep faces and plates out of them."),
    )  # fmt: skip
    category = forms.ModelChoiceField(label=_("What is it?"), queryset=Category.objects.none())
    words = sentence(
        _("In a sentence"), required=False, most=2000,
        help_text=_("The first sentence becomes the title. With a recording it may be left out."),
    )  # fmt: skip
    recording = Spoken(
        label=_("Spoken"), required=False,
        help_text=_("Up to a minute: WebM, Ogg, M4A or MP3. A voice tells who speaks; each listening is on record."),
    )  # fmt: skip
    place = forms.CharField(
        label=pgettext_lazy("address", "Where"), required=False, max_length=200,
        help_text=_("Street, house, entrance: what helps to find it."),
    )  # fmt: skip
    lng = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90)
    datum = forms.ChoiceField(choices=[(name, name) for name in DATUMS], initial="wgs84", widget=forms.HiddenInput)
    # Made with the form, so that sending it twice is one report.
    once = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("How did it reach us?"), initial="patrol", widget=forms.RadioSelect)
    reporter_name = forms.CharField(label=_("Resident's name"), required=False, max_length=60)
    reporter_phone = forms.CharField(label=_("Resident's phone"), required=False, max_length=20)
    nature = forms.ChoiceField(
        label=_("What does the person want?"), required=False, choices=WorkOrder.Nature.choices, initial="help"
    )
    early_sign = forms.BooleanField(
        label=_("Early sign"), required=False, help_text=_("Nothing has happened yet; something may.")
    )
    accused_department = forms.ModelChoiceField(
        label=_("Against which department"), required=False, queryset=Department.objects.none(),
        help_text=_("It will not learn who reported, and the order cannot be sent to it."),
    )  # fmt: skip
    accused_person = forms.CharField(
        label=_("Against which colleague"), required=False, max_length=150,
        help_text=_("Name or account; he will not learn who reported, and can do nothing to the order."),
    )  # fmt: skip
    settled = sentence(
        _("Settled on the spot: what was done"), required=False, most=2000,
        help_text=_("Leave this empty if somebody still has to come. With it, a photo afterwards is needed."),
    )  # fmt: skip
    photos_after = Pictures(label=_("Photos afterwards"), required=False)
    new_facts = forms.BooleanField(label=_("There is something new: open another order"), required=False)

    def __init__(self, *args, city: City, **kwargs):
        super().__init__(*args, **kwargs)
        self.city = city
        self.refused: NotNow | None = None
        self.sources = sources_today(city)
        self._offer()
        for name in ("lng", "lat"):
            self.fields[name].widget.attrs.update({"step": "any", "inputmode": "decimal", f"data-{name}": ""})

    def _offer(self) -> None:
        """What this city offers: items, sources and what each asks for, departments."""
        items = items_today(self.city)
        category = cast("forms.ModelChoiceField", self.fields["category"])
        category.queryset = items
        # Asked for when a page shows them, not when a program sends a report.
        category.choices = lambda: [("", _("Choose a category")), *grouped(items)]
        offered = [(source.code, source.title) for source in self.sources]
        cast("forms.ChoiceField", self.fields["source"]).choices = offered
        asked = {name for source in self.sources for name in source.asks}
        self.fields |= {name: field_of(detail) for name, detail in DETAILS.items() if name in asked}
        departments = Department.objects.standing().filter(area__city=self.city).order_by("area__level__rank", "code")
        cast("forms.ModelChoiceField", self.fields["accused_department"]).queryset = departments

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        """The fields of all sources, each with the codes of those that ask for it, for the page."""
        found = [self[name] for name in DETAILS if name in self.fields]
        for bound in found:
            asking = [source for source in self.sources if bound.name in source.asks]
            bound.asked_by = [source.title for source in asking]  # type: ignore[attr-defined]
            bound.codes = " ".join(source.code for source in asking)  # type: ignore[attr-defined]
        return found

    @property
    def says_more(self) -> bool:
        """Whether anything was said beyond a plain patrol report: then the page shows it unfolded."""
        more = ("reporter_name", "reporter_phone", "accused_department", "accused_person", "settled", "early_sign")
        plain = self["source"].value() == "patrol" and self["nature"].value() in ("", None, "help")
        return not plain or any(self[name].value() for name in more)

    def refuse(self, refusal: NotNow) -> None:
        """Keeps what was said and tells why it opens nothing; then something new may be said."""
        self.refused = refusal
        self.add_error(None, str(refusal))

    @property
    def answer(self) -> int:
        """The status with which the page shows this form."""
        if self.refused:
            return self.refused.status
        return 422 if self.is_bound else 200

    def clean_nature(self) -> str:
        return self.cleaned_data["nature"] or WorkOrder.Nature.HELP

    def clean_accused_person(self) -> User | None:
        """The one colleague of that name or account."""
        name = self.cleaned_data["accused_person"].strip()
        if not name:
            return None
        found = colleagues_named(self.city, name)
        if not found:
            raise ValidationError(_("Nobody of that name holds a post here."))
        if len(found) > 1:
            raise ValidationError(_("Several colleagues have that name; give the account."))
        return found[0]

    @property
    def is_spoken(self) -> bool:
        """Whether a recording came along."""
        return bool(self.cleaned_data.get("recording"))

    def clean(self) -> dict[str, Any]:
        """Where nothing was written, something must have been spoken; a recording that was refused says so itself."""
        said = super().clean() or self.cleaned_data
        if said.get("words", "").strip() or {"words", "recording"} & set(self.errors):
            return said
        if self.needs_words and not self.is_spoken:
            self.add_error("words", _("Say what is the matter, in writing or aloud."))
        elif said.get("category"):
            said["words"] = spoken_words(said["category"]) if self.is_spoken else said["category"].title
        return said

    def said(self) -> dict[str, Any]:
        """The arguments of `reporting.report`."""
        given = dict(self.cleaned_data)
        name, phone = given.pop("reporter_name").strip(), given.pop("reporter_phone").strip()
        citizen = any(source.citizen for source in self.sources if source.code == given["source"])
        given["reporter"] = {"name": name, "phone": phone} if citizen and (name or phone) else None
        given["details"] = {field: given.pop(field) for field in DETAILS if field in given}
        pictures, after = given.pop("photos"), given.pop("photos_after")
        return {**given, "pictures": pictures, "pictures_after": after, "city": self.city}

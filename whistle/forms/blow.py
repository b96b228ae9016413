"""The whistle itself: what kind, in whose name, what is the matter, where and when, and whom it calls."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids.models import Area, City
from grids.selectors import rulebook_in_force
from whistle.forms.called import ROWS, CalledRow, called_fields, groups_of, value_of, values_of
from whistle.forms.fields import Datum, Day, Moment, latitude, longitude, set_zone
from whistle.forms.step import Refusable
from whistle.models import Whistle, WhistleItem, WhistleKind
from whistle.reasons import Spring
from whistle.selectors.choices import Opening, openings_for, standing, to_call
from whistle.selectors.rules import items_of
from whistle.selectors.whistles import order_of_number, whistle_of_number
from workorders.forms.fields import sentence
from workorders.models import WorkOrder
from workorders.selectors.sources import source_of

EFFORTS = 5
# By which kind of source an order came in → the spring (哨源) that this is; of the others the person says it.
SPRINGS = {
    "patrol": Spring.PATROL, "resident": Spring.MASSES, "hotline": Spring.HOTLINE, "app": Spring.APP,
    "superior": Spring.SUPERIOR, "petition": Spring.PETITION,
}  # fmt: skip


class BlowForm(Refusable):
    """`said` are the arguments of `services.sending.send`; `is_application` tells whether others will decide."""

    places: ClassVar = {"efforts": "effort_words_1", "called": "called_1"}

    sort = forms.ModelChoiceField(
        label=_("Kind of whistle"), queryset=WhistleKind.objects.none(), to_field_name="code", empty_label=None
    )
    caller = forms.ModelChoiceField(
        label=_("In whose name"), queryset=Area.objects.none(), to_field_name="code", required=False,
        empty_label=_("Choose a street or community"),
    )  # fmt: skip
    spring = forms.ChoiceField(label=_("How did you learn of it?"), choices=Spring.choices)
    words = sentence(_("What is the matter?"), most=2000, help_text=_("The first sentence becomes the title."))
    place = forms.CharField(
        label=_("Where they report in"), max_length=200, help_text=_("Street, house, entrance: what helps to find it.")
    )
    lng = longitude()
    lat = latitude()
    datum = Datum()
    meet_at = Moment(label=_("When they report in"))
    complex = forms.TypedChoiceField(
        label=_("How long will it take?"), required=False, coerce=lambda said: said == "yes",
        empty_value=True,  # type: ignore[arg-type]  # what is left out takes longer than the day
        choices=[("yes", _("Longer than the day")), ("no", _("It can be settled the same day"))], initial="yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    item = forms.ModelChoiceField(
        label=_("Which matter of the whistle list"), queryset=WhistleItem.objects.none(), to_field_name="place",
        required=False, empty_label=_("It is not on the list"),
    )  # fmt: skip
    why_unlisted = sentence(
        _("Why you whistle although it is not on the list"), rows=2, required=False, most=500,
        help_text=_("Needed if you chose no matter of the list."),
    )  # fmt: skip
    order = forms.CharField(
        label=_("Number of the work order it stands on"), required=False, max_length=24,
        help_text=_("The order waits meanwhile and gets its time back afterwards."),
    )  # fmt: skip
    again = forms.CharField(label=_("Number of an earlier whistle on the same matter"), required=False, max_length=24)
    cause = sentence(
        _("Why it keeps coming back"), rows=2, required=False,
        help_text=_("Needed from the third whistle on the same matter on."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, city: City, user: User, order: WorkOrder | None = None, again: Whistle | None = None,
        **kwargs: Any,
    ):  # fmt: skip
        kwargs["initial"] = initial_of(order, again) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.city, self.user = city, user
        self.order_found, self.again_found = order, again
        self.openings = openings_for(user, city)
        set_zone(self, city.zone)
        self._offer_kinds()
        self._offer_rows()

    def _offer_kinds(self) -> None:
        kinds = [opening.kind for opening in self.openings]
        callers = list({area.pk: area for opening in self.openings for area in opening.callers}.values())
        self._offer("sort", WhistleKind.objects.filter(pk__in=[kind.pk for kind in kinds]).order_by("place"))
        self._offer("caller", Area.objects.filter(pk__in=[area.pk for area in callers]).order_by("path"))
        rulebook = rulebook_in_force(self.city, now().astimezone(self.city.zone).date()) if kinds else None
        if rulebook:
            self._offer("item", items_of(rulebook))
        if len(kinds) == 1:
            self.initial.setdefault("sort", kinds[0].code)
        if len(callers) == 1:
            self.initial.setdefault("caller", callers[0].code)
            self.fields["caller"].widget = forms.HiddenInput()

    def _offer(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField", self.fields[name]).queryset = rows

    def _offer_rows(self) -> None:
        """Whom every kind on offer can call; the page shows those of the chosen kind where that is known."""
        callable_ = to_call([area for opening in self.openings for area in opening.callers])
        calls = [opening.kind.calls for opening in self.openings]
        self.whom = values_of(callable_)
        chosen = self._opening_of(str(self["sort"].value() or ""))
        shown = groups_of(callable_, [chosen.kind.calls] if chosen else calls)
        for number in range(1, ROWS + 1):
            field = cast(CalledRow, self.fields[f"called_{number}"])
            field.offer(shown, self.whom)

    def _opening_of(self, code: str) -> Opening | None:
        return next((opening for opening in self.openings if opening.kind.code == code), None)

    @property
    def called_rows(self) -> list[dict[str, forms.BoundField]]:
        """Whom to call and what is asked of him, row by row; the first leads."""
        return [{"called": self[f"called_{number}"], "asked": self[f"asked_{number}"]} for number in range(1, ROWS + 1)]

    @property
    def effort_rows(self) -> list[dict[str, forms.BoundField]]:
        """What was done before, row by row: the day and the words."""
        return [
            {"on": self[f"effort_on_{number}"], "words": self[f"effort_words_{number}"]}
            for number in range(1, EFFORTS + 1)
        ]

    @property
    def is_application(self) -> bool:
        """Whether the chosen kind in the chosen name is for others to decide; known of a valid form."""
        opening = self._opening_of(self.cleaned_data["sort"].code)
        return opening is not None and opening.is_application(self.cleaned_data["caller"])

    def clean_order(self) -> WorkOrder | None:
        return self._found(order_of_number, "order")

    def clean_again(self) -> Whistle | None:
        return self._found(whistle_of_number, "again")

    def _found(self, find: Any, name: str) -> Any:
        number = self.cleaned_data[name].strip()
        try:
            return find(self.user, number) if number else None
        except NotFound as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("sort") and not said.get("caller") and "caller" not in self.errors:
            opening = self._opening_of(said["sort"].code)
            callers = opening.callers if opening else []
            if len(callers) == 1:
                said["caller"] = callers[0]
            else:
                self.add_error("caller", _("Say in whose name."))
        self.efforts = [self._effort(number) for number in range(1, EFFORTS + 1)]
        for number in range(1, ROWS + 1):
            row = f"called_{number}"
            if said.get(f"asked_{number}") and not said.get(row) and row not in self.errors:
                self.add_error(row, _("Say of whom this is asked."))
        return said

    def _effort(self, number: int) -> tuple[Any, str] | None:
        """One row of what was done; half a row is asked for the other half."""
        on, words = f"effort_on_{number}", f"effort_words_{number}"
        day, told = self.cleaned_data.get(on), self.cleaned_data.get(words)
        if bool(day) == bool(told):
            return (day, str(told)) if told else None
        if on not in self.errors and words not in self.errors:
            self.add_error(on if told else words, _("Say on which day.") if told else _("Say what was done."))
        return None

    def said(self) -> dict[str, Any]:
        names = (
            "sort", "caller", "words", "spring", "place", "lng", "lat", "datum", "meet_at", "complex", "item",
            "why_unlisted", "order", "again", "cause",
        )  # fmt: skip
        rows = ((self.cleaned_data[f"called_{n}"], self.cleaned_data[f"asked_{n}"]) for n in range(1, ROWS + 1))
        called = [chosen.asked(words) for chosen, words in rows if chosen is not None]
        efforts = [effort for effort in self.efforts if effort is not None]
        return {**{name: self.cleaned_data[name] for name in names}, "called": called, "efforts": efforts}


BlowForm.base_fields.update(called_fields())
for _number in range(1, EFFORTS + 1):
    BlowForm.base_fields[f"effort_on_{_number}"] = Day(label=pgettext_lazy("effort", "Day"), required=False)
    BlowForm.base_fields[f"effort_words_{_number}"] = forms.CharField(
        label=_("What you have done yourselves"), required=False, max_length=300
    )


def initial_of(order: WorkOrder | None, again: Whistle | None) -> dict[str, Any]:
    """What is known already: from the order it stands on, or from the earlier whistle on the same matter."""
    found: dict[str, Any] = {}
    if order is not None:
        source = source_of(order)
        found = {
            "order": order.number, "words": order.words, "place": order.place, "lng": order.lng, "lat": order.lat,
            "spring": SPRINGS.get(source.kind) if source else None,
        }  # fmt: skip
    if again is not None:
        found |= {
            "again": again.number, "words": again.words, "place": again.place, "lng": again.lng, "lat": again.lat,
            "spring": again.spring, "sort": again.sort.code, "caller": again.caller.code,
            "item": again.item.place if again.item else None, "why_unlisted": again.why_unlisted,
        }  # fmt: skip
        for number, summons in enumerate(standing(again)[:ROWS], 1):
            found |= {f"called_{number}": value_of(summons.who), f"asked_{number}": summons.asked}
    return found

"""What a person must say to change the ground: a day, a name, a place, a person. Shape alone; services do the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Area, Department, DutyTurn, LeaderVisit, Post, Role
from grids.selectors import today_in

FEW, SENTENCE = 60, 200


class DayField(forms.DateField):
    """A day from which something holds; not one that is still to come, because what posts allow begins at once."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("From which day"))
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class PersonField(forms.CharField):
    """A person by account name, or by a name that only one person bears."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", _("Account name, or full name if only one person bears it."))
        super().__init__(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)

    def clean(self, value) -> User | None:
        words = super().clean(value)
        if not words:
            return None
        found = list(User.objects.filter(username=words)[:1]) or list(User.objects.filter(name=words)[:2])
        if not found:
            raise ValidationError(_now("Nobody has the account or the name “%(words)s”.") % {"words": words})
        if len(found) > 1:
            raise ValidationError(
                _now("Several people are called %(words)s. Give the account name.") % {"words": words}
            )
        return found[0]


class Words(forms.CharField):
    """Words separated by commas or semicolons, Chinese or not, as a list."""

    def clean(self, value) -> list[str]:
        words = super().clean(value)
        for mark in "；;，,、":
            words = words.replace(mark, "\n")
        return [word.strip() for word in words.splitlines() if word.strip()]


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Puts the rows that may be chosen here into a field that was declared without any."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # a mistake in this module, not of a reader
    field.queryset = rows


class GroundForm(forms.Form):
    """A form about one place, with the day its change begins."""

    on = DayField()

    def __init__(self, *args: Any, place: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.place = place
        if "on" in self.fields:
            self.fields["on"].initial = today_in(place.city)

    def clean_on(self) -> dt.date:
        on = self.cleaned_data["on"]
        if on > today_in(self.place.city):
            raise ValidationError(_now("This day is still to come."))
        present = self.place.spells.filter(until=None).first()
        if present and on < present.since:
            raise ValidationError(
                _now("The present state began on %(day)s; a change cannot lie before.")
                % {"day": date_format(present.since)}
            )
        return on


class RenameForm(GroundForm):
    to = forms.CharField(label=_("New name"), max_length=80)

    field_order = ["to", "on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].initial = self.place.name


class MoveForm(GroundForm):
    under = forms.ModelChoiceField(label=_("New parent"), queryset=Area.objects.none())

    field_order = ["under", "on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        above = Area.objects.standing().filter(city=self.place.city, level__rank=self.place.level.rank - 1)
        offer(self, "under", above.exclude(pk=self.place.parent_id).order_by("code"))


class MergeForm(GroundForm):
    into = forms.ModelChoiceField(label=_("Into which neighbour"), queryset=Area.objects.none())

    field_order = ["into", "on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        beside = Area.objects.standing().filter(parent=self.place.parent_id, level=self.place.level)
        offer(self, "into", beside.exclude(pk=self.place.pk).exclude(parent=None).order_by("code"))


class PlaceForm(GroundForm):
    """Where a department belongs."""

    parent = forms.ModelChoiceField(label=_("Superior body"), queryset=Department.objects.none(), required=False)

    field_order = ["parent", "on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Department.objects.standing().filter(city=self.place.city).exclude(pk=self.place.pk)
        offer(self, "parent", others.order_by("code"))
        self.fields["parent"].initial = self.place.parent_id


class AppointForm(forms.Form):
    """Who gets which post, and what it says of him."""

    user = PersonField(label=_("Person"))
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.none())
    since = DayField()
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    employment = forms.ChoiceField(label=_("Employment"), choices=[("", "—"), *Post.Employment.choices], required=False)
    source = forms.ChoiceField(label=_("How chosen"), choices=[("", "—"), *Post.Source.choices], required=False)
    skills = Words(label=_("Skills"), max_length=SENTENCE, required=False, help_text=_("Separated by commas."))
    tags = Words(
        label=_("Tags"),
        max_length=SENTENCE,
        required=False,
        help_text=_("Veteran, Party member … separated by commas."),
    )
    promise = forms.CharField(label=_("Public promise"), max_length=SENTENCE, required=False)
    published = forms.BooleanField(label=_("Show name and phone on the grid's open page"), required=False)

    def __init__(self, *args, place: Area | Department, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place
        scope = Role.Scope.AREA if isinstance(place, Area) else Role.Scope.DEPARTMENT
        offer(self, "role", Role.objects.filter(city=place.city, scope=scope).order_by("pk"))
        self.fields["since"].initial = today_in(place.city)


class PostForm(forms.Form):
    """The day a post ends."""

    on = DayField()

    def __init__(self, *args, post: Post, **kwargs):
        super().__init__(*args, **kwargs)
        self.post = post
        self.fields["on"].initial = today_in(post.role.city)

    def clean_on(self) -> dt.date:
        on = self.cleaned_data["on"]
        if on > today_in(self.post.role.city):
            raise ValidationError(_now("This day is still to come."))
        if on < self.post.since:
            raise ValidationError(
                _now("The post has been held since %(day)s only.") % {"day": date_format(self.post.since)}
            )
        return on


class HandOverForm(PostForm):
    to = PersonField(label=_("Next holder"))

    field_order = ["to", "on"]


class VisitForm(forms.Form):
    """A leader's visit, as it is logged."""

    leader = PersonField(label=_("Leader"))
    on = DayField(label=_("Day of the visit"))
    kind = forms.ChoiceField(label=_("Kind of visit"), choices=LeaderVisit.Kind.choices, widget=forms.RadioSelect)
    problems_found = forms.IntegerField(label=_("Problems found"), min_value=0, max_value=999, initial=0)
    solved_on_site = forms.IntegerField(label=_("Solved on the spot"), min_value=0, max_value=999, initial=0)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, place: Area, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place
        self.fields["on"].initial = today_in(place.city)
        self.fields["kind"].initial = LeaderVisit.Kind.UNANNOUNCED


def hour(label) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class TurnForm(forms.Form):
    """A shift of a day: A and B, each with his hours."""

    day = DayField(label=_("Day"))
    shift = forms.ChoiceField(label=_("Shift"), choices=DutyTurn.Shift.choices)
    first = PersonField(label=_("A, first on duty"))
    first_from = hour(_("A from"))
    first_until = hour(_("A until"))
    second = PersonField(label=_("B, stands in"))
    second_from = hour(_("B from"))
    second_until = hour(_("B until"))

    def __init__(self, *args, place: Area, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place
        hours = {"first_from": dt.time(8, 30), "first_until": dt.time(17, 30), "second_from": dt.time(11, 30)}
        for name, initial in {**hours, "second_until": dt.time(20, 0), "day": today_in(place.city)}.items():
            self.fields[name].initial = initial

    def said(self) -> dict:
        """The service's own arguments."""
        said = self.cleaned_data
        people = {name: said[name] for name in ("day", "shift", "first", "second")}
        hours = {f"{name}_hours": (said[f"{name}_from"], said[f"{name}_until"]) for name in ("first", "second")}
        return {**people, **hours}

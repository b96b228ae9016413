"""The rows of whom a whistle calls: departments by code, member units by key, Party members by account, in one list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Department, MemberUnit
from whistle.reasons import Called
from whistle.selectors.choices import ToCall
from whistle.services.calling import Asked

ROWS = 8
Target = Department | MemberUnit | User
Group = tuple[Any, list[tuple[str, str]]]


def value_of(who: Any) -> str:
    """How the form names somebody to call: `department:sanitation`, `unit:12`, `person:account`."""
    if isinstance(who, Department):
        return f"department:{who.code}"
    return f"unit:{who.pk}" if isinstance(who, MemberUnit) else f"person:{who.username}"


def values_of(found: ToCall) -> dict[str, Target]:
    """Everybody who can be called, by his name in the form."""
    every: list[Target] = [*found.departments, *found.units, *(post.user for post in found.members)]
    return {value_of(who): who for who in every}


def groups_of(found: ToCall, calls: Iterable[str]) -> list[Group]:
    """The same as the page lists them, for kinds that call departments, units or Party members."""
    calls = set(calls)
    departments = found.departments if Called.DEPARTMENTS in calls else found.companies if Called.UNITS in calls else []
    units = found.units if calls & {Called.UNITS, Called.MEMBERS} else []
    members = found.members if Called.MEMBERS in calls else []
    people = [(value_of(post.user), f"{post.area.title} {post.user}") for post in members if post.area]
    groups: list[Group] = [
        (_("Departments"), [(value_of(row), row.title) for row in departments]),
        (_("Member units"), [(value_of(row), row.name) for row in units]),
        (_("Party members"), people),
    ]
    return [group for group in groups if group[1]]


class Chosen:
    """Somebody chosen in a row, until it is known what is asked of him."""

    def __init__(self, who: Target):
        self.who = who

    def asked(self, words: str) -> Asked:
        if isinstance(self.who, Department):
            return Asked(department=self.who, asked=words)
        if isinstance(self.who, MemberUnit):
            return Asked(unit=self.who, asked=words)
        return Asked(person=self.who, asked=words)


class CalledRow(forms.ChoiceField):
    """Whom to call. Whether a kind calls such as these the service says; here it is enough that they can be called."""

    whom: dict[str, Target]

    def offer(self, groups: list[Group], whom: dict[str, Target]) -> None:
        self.whom = whom
        self.choices = [("", _("Nobody")), *groups]

    def clean(self, value: Any) -> Chosen | None:
        told = self.to_python(value)
        self.validate(told)
        return Chosen(self.whom[told]) if told else None

    def validate(self, value: Any) -> None:
        if value and value not in self.whom:
            raise ValidationError(_("This whistle can call nobody of that name."))


def called_fields() -> dict[str, forms.Field]:
    """The rows' fields, the first of which leads."""
    fields: dict[str, forms.Field] = {}
    for number in range(1, ROWS + 1):
        lead = _("Who leads") if number == 1 else _("Who else is called")
        fields[f"called_{number}"] = CalledRow(label=lead, required=False)
        fields[f"asked_{number}"] = forms.CharField(label=_("What is asked of them"), required=False, max_length=500)
    return fields

"""What the API is asked and told: filters of lists, a whistle, the fields of each step. Checked by `forms/`."""

from django import forms
from rest_framework import serializers

from whistle.forms import FORMS, BlowForm
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.selectors.lists import BY_CODE

# What every program asks for, beside the pages' own views.
OPEN, MINE = "open", "mine"
VIEWS = [OPEN, MINE, *BY_CODE]


class CasesAsk(serializers.Serializer):
    """Which supervised cases are wanted."""

    status = serializers.ChoiceField(choices=list(SUPERVISION.statuses), required=False)
    area = serializers.CharField(max_length=24, required=False, help_text="Code of an area: it and all below it.")
    city = serializers.CharField(max_length=50, required=False, help_text="Short name of the city.")
    q = serializers.CharField(max_length=100, required=False, help_text="Words of number and title.")


class WhistlesAsk(CasesAsk):
    """Which whistles are wanted."""

    view = serializers.ChoiceField(
        choices=VIEWS, required=False, help_text="Open ones, those that are the asker's own, or a view of the pages."
    )
    status = serializers.ChoiceField(choices=list(WHISTLE.statuses), required=False)


class Unread(serializers.Serializer):
    """How many notices one has not read."""

    unread = serializers.IntegerField()


class ReadSay(serializers.Serializer):
    """Which notices were read."""

    keys = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=200, help_text="All unread ones if left out."
    )


# The first that fits: to Django's forms a float and a decimal are integers too.
SHAPES: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.BooleanField, serializers.BooleanField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.FileField, serializers.FileField),
    (forms.FloatField, serializers.FloatField),
    (forms.DecimalField, serializers.CharField),
    (forms.IntegerField, serializers.IntegerField),
)


def shape_of(field: forms.Field, said: str) -> serializers.Field:
    """How a field of a form is sent to the API."""
    for asked, shape in SHAPES:
        if isinstance(field, asked):
            return shape(required=False, help_text=said)
    longest = getattr(field, "max_length", None) or 2000
    return serializers.CharField(required=False, help_text=said, max_length=longest)


class WhistleSay(serializers.Serializer):
    """What a whistle says; it is checked by `forms.BlowForm`.

    `called_1` leads. Whom to call is named as `department:code`, `unit:key` or `person:account`; kinds, areas and
    matters of the list by their code or number; earlier whistles and work orders by theirs.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        city = serializers.CharField(required=False, help_text="Short name of the city, for who works in several.")
        shapes = {name: shape_of(field, str(field.label or "")) for name, field in BlowForm.base_fields.items()}
        return {"city": city, **shapes}


class StepsSay(serializers.Serializer):
    """The fields of all steps of a lifecycle, each named by those that ask for it."""

    steps: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, serializers.Field]:
        named: dict[str, list[str]] = {}
        kinds: dict[str, forms.Field] = {}
        for step in self.steps:
            for name, field in FORMS[step].base_fields.items():
                named.setdefault(name, []).append(step)
                kinds.setdefault(name, field)
        shapes = {name: shape_of(kinds[name], f"Asked for by: {', '.join(steps)}.") for name, steps in named.items()}
        seen = serializers.IntegerField(
            required=False, help_text="How many events it had when you read it; more by others are refused, 409."
        )
        return {"seen": seen, **shapes}


class WhistleStepSay(StepsSay):
    """What the steps of a whistle ask for, each its own; `GET` of a whistle names the steps open to the asker.

    Departments are named by their code; summonses, replies and clues by their key; yes and no as words; a paper needs
    multipart, all else may come as JSON. `rate` asks besides for every summons called, its key behind the name:
    `signing_12`, `arriving_12`, `handling_12`, `effect_12`, `words_12`.
    """

    steps = tuple(WHISTLE.by_name)


class SupervisionStepSay(StepsSay):
    """What the steps of a supervised case ask for, each its own."""

    steps = tuple(SUPERVISION.by_name)

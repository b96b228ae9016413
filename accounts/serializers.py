"""Shapes of the sign-in of programs, for the API's description; what is checked is Django's own sign-in form."""

from rest_framework import serializers


class Credentials(serializers.Serializer):
    """A name and a password."""

    username = serializers.CharField()
    password = serializers.CharField()


class GivenToken(serializers.Serializer):
    """A token, shown this once, and the moment it ends."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class State(serializers.Serializer):
    """Where a case stands, told to whoever came too late."""

    status = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    seen = serializers.IntegerField(help_text="How many events it has; what a step may send as `seen`.")


class Values(serializers.Serializer):
    """What the caller meant, and what others have done instead."""

    yours = serializers.CharField()
    theirs = serializers.CharField()


class Refused(serializers.Serializer):
    """Every refusal: a code for programs, the page's sentence for people, and the sentences of single fields."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]
    state = State(required=False, help_text="With 409 alone.")
    values = Values(required=False, help_text="With 409 for a step that a phone took without a signal.")


def refusals(*statuses: int) -> dict[int, type[Refused]]:
    """The ways in which an address may say no, for its description."""
    return dict.fromkeys(statuses, Refused)

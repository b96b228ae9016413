"""What a person types to sign in; the password's own rules are `passwords.py`."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """Django's form, which itself lets a name of any length through to the record of failures, where it has no room."""

    username = UsernameField(
        label=_("Account"), max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}),
    )  # fmt: skip

"""What a person types to sign in; the password's own rules are `passwords.py`."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """Django's form, which itself lets a name of any length through to the record of failures, where it has no room."""

    username = UsernameField(
        label=_("Account"), max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}),
    )  # fmt: skip

    def confirm_login_allowed(self, user: User) -> None:
        """Also where a demo account has come into a house that started without one; told as a wrong password is."""
        super().confirm_login_allowed(user)
        if user.is_demo and not settings.EMBEDDED:
            raise self.get_invalid_login_error()

"""The city's password rules beyond Django's own (rules.md 13.8 row 120)."""

import string

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LAST_PASSWORDS = 5


class ThreeKindsOfCharacter:
    """A password mixes at least three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user=None) -> None:
        kinds = [string.ascii_lowercase, string.ascii_uppercase, string.digits]
        found = sum(any(sign in kind for sign in password) for kind in kinds)
        others = any(sign not in "".join(kinds) for sign in password)
        if found + others < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, other signs.")


class NotOneOfTheLastFive:
    """A password is not one of the last five the account has had."""

    def validate(self, password: str, user=None) -> None:
        if user is None or user.pk is None:
            return
        had = user.used_passwords.values_list("password", flat=True)[:LAST_PASSWORDS]
        if any(check_password(password, old) for old in had):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        return _("Do not use one of your last five passwords again.")

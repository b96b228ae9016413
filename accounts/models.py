"""Who signs in: a person's account, the passwords it may not use again, and its open sessions."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person of the city who signs in; one account whatever number of posts."""

    first_name = last_name = None  # type: ignore[assignment]  # one name, as Chinese names are written
    name = models.CharField(_("name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    # Bound to the embedded default: `accounts.checks` refuses a production start while one exists.
    is_demo = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True, blank=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def password_is_too_old(self) -> bool:
        """Whether the password has had its days (rules.md 13.8 row 120)."""
        lives = timedelta(days=settings.PASSWORD_LIVES_DAYS)
        return self.password_set_at is not None and timezone.now() - self.password_set_at > lives

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class UsedPassword(models.Model):
    """The hash of a password an account has had, kept so that it is not taken again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at"]


class SignedIn(models.Model):
    """One open session of an account; the oldest gives way when there are too many."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]

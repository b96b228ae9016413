"""What happens to accounts: a password is set, a session begins, a demo account is opened."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import SignedIn, UsedPassword, User


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Gives the account a new password that keeps the city's rules, and ends all its sessions."""
    validate_password(password, user)
    remember_password(user=user, password=password)
    end_sessions(user=user)


def remember_password(*, user: User, password: str) -> None:
    """Writes the password's hash, and once more among those not to be used again."""
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "password_set_at"])
    UsedPassword.objects.create(user=user, password=user.password, set_at=user.password_set_at)


def begin_session(*, user: User, session_key: str) -> None:
    """Notes that a session began, and ends the account's oldest beyond the number allowed at once."""
    SignedIn.objects.update_or_create(session_key=session_key, defaults={"user": user, "since": timezone.now()})
    too_many = user.signed_in.order_by("-since")[settings.SESSIONS_AT_ONCE :]
    _drop([row.session_key for row in too_many])


def end_session(*, session_key: str | None) -> None:
    """Forgets a session that was signed out."""
    SignedIn.objects.filter(session_key=session_key).delete()


def end_sessions(*, user: User) -> None:
    """Signs the account out everywhere, programs too."""
    _drop(list(user.signed_in.values_list("session_key", flat=True)))
    AuthToken.objects.filter(user=user).delete()


@transaction.atomic
def give_token(*, user: User) -> dict[str, object]:
    """A new token for a program, and when it ends; the oldest gives way beyond the number allowed at once."""
    AuthToken.objects.filter(user=user, expiry__lt=timezone.now()).delete()
    row, token = AuthToken.objects.create(user=user)
    too_many = AuthToken.objects.filter(user=user).order_by("-created", "-expiry")[settings.TOKENS_AT_ONCE :]
    AuthToken.objects.filter(pk__in=[old.pk for old in too_many]).delete()
    return {"token": token, "expiry": row.expiry}


def open_demo_account(*, user: User, password: str) -> None:
    """Lets a demo person sign in; `accounts.checks` keeps such accounts out of production."""
    user.is_demo = True
    user.save(update_fields=["is_demo"])
    remember_password(user=user, password=password)


def _drop(session_keys: list[str]) -> None:
    Session.objects.filter(session_key__in=session_keys).delete()
    SignedIn.objects.filter(session_key__in=session_keys).delete()

"""Django announces sign-in and sign-out; the session register answers."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts import services

SIGNED_IN_AT = "signed_in_at"


@receiver(user_logged_in)
def _register(sender, request, user, **kwargs) -> None:
    if not hasattr(request, "session"):
        return  # a token was asked for, not a session
    if not request.session.session_key:
        request.session.create()
    services.begin_session(user=user, session_key=request.session.session_key)


@receiver(user_logged_out)
def _forget(sender, request, user, **kwargs) -> None:
    services.end_session(session_key=request.session.session_key)

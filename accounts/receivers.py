"""Django announces sign-in and sign-out; the session register and the lock answer."""

from axes.utils import reset
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts import services


@receiver(user_logged_in)
def _register(sender, request, user, **kwargs) -> None:
    # Axes' own reset would also forgive what came from the same address: with an account of his own a person could
    # then guess at his neighbour's for ever, four wrong passwords at a time.
    reset(username=user.get_username())
    session = getattr(request, "session", None)
    if session is None or session.get(SESSION_KEY) != str(user.pk):
        return  # a token was asked for, not a session
    if not session.session_key:
        session.create()
    services.begin_session(user=user, session_key=session.session_key)


@receiver(user_logged_out)
def _forget(sender, request, user, **kwargs) -> None:
    services.end_session(session_key=request.session.session_key)

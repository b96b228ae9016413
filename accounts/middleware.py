"""No session outlives a working day, nor a password its ninety days. Idle time is Django's own `SESSION_COOKIE_AGE`."""

import time
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _


class SessionLimits:
    """Signs a person out after the longest session, and asks for a new password when the old one is too old."""

    BEGAN = "began_at"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        began = request.session.setdefault(self.BEGAN, time.time())
        if time.time() - began > settings.SESSION_LONGEST_HOURS * 3600:
            logout(request)
            return redirect(f"{reverse('login')}?next={request.path}")
        if self._password_too_old(request.user) and request.path not in self._always_open():
            messages.warning(request, _("Your password is too old. Choose a new one to go on."))
            return redirect("password_change")
        return self.get_response(request)

    @staticmethod
    def _password_too_old(user) -> bool:
        lives = timedelta(days=settings.PASSWORD_LIVES_DAYS)
        return bool(user.password_set_at) and timezone.now() - user.password_set_at > lives

    @staticmethod
    def _always_open() -> list[str]:
        return [reverse(name) for name in ("password_change", "logout", "set_language")]

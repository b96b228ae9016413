"""No session outlives a working day, nor a password its ninety days. Idle time is Django's own `SESSION_COOKIE_AGE`."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class SessionLimits:
    """Signs a person out after the longest session, and asks for a new password when the old one is too old.

    A page that refreshes itself (`X-Live`, static/js/live.js) is no sign of a person: it does not keep a session alive.
    """

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
        if request.user.password_is_too_old and request.path not in self._always_open():
            messages.warning(request, _("Your password is too old. Choose a new one to go on."))
            return redirect("password_change")
        return self.get_response(request)

    @staticmethod
    def _always_open() -> list[str]:
        return [reverse(name) for name in ("password_change", "logout", "set_language")]


class SameHand:
    """What a phone kept for one person is never sent in the name of another who has signed in on it since.

    The outbox (static/js/field/send.js) says whose it is; to anybody else's session it is answered as to nobody's.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        whose = request.headers.get("X-Sent-By")
        if whose and request.user.is_authenticated and whose != str(request.user.pk):
            words = _("This belongs to another account. Sign in with that one, and it is sent.")
            return JsonResponse({"code": "not_authenticated", "sentence": words, "fields": {}}, status=401)
        return self.get_response(request)

"""Signing in, being locked out, changing one's password."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import services


def locked_out(request, credentials=None, *args, **kwargs):
    """What a locked account or address sees; the same for accounts that do not exist."""
    return render(request, "registration/locked_out.html", status=429)


locked_out = login_not_required(locked_out)


class PasswordChangeView(auth_views.PasswordChangeView):
    """A person chooses a new password; all sessions end, this one too."""

    def form_valid(self, form):
        services.remember_password(user=form.user, password=form.cleaned_data["new_password1"])
        services.end_sessions(user=form.user)
        # Django answers 400 to a request whose session's row went away under it.
        logout(self.request)
        messages.success(self.request, _("Your password is changed. Please sign in with the new one."))
        return redirect("login")

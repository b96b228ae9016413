"""Programs sign in and out: a token for a name and a password. People sign in on the pages of `urls.py`."""

from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.forms import SignInForm
from accounts.serializers import Credentials, GivenToken, refusals
from accounts.tokens import Token


class TokenView(APIView):
    """A token for a name and a password; locking out and the password's age hold as on the sign-in page."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "token"

    @extend_schema(request=Credentials, responses={200: GivenToken, **refusals(400, 403, 429)}, auth=[])
    def post(self, request):
        del request._request.session  # a program keeps none, and axes would begin one
        form = SignInForm(request, data=request.data)
        signed_in = form.is_valid()
        if getattr(request, "axes_locked_out", False):
            raise Locked
        if not signed_in:
            raise ValidationError(form.errors.as_data())
        user = form.get_user()
        if user.password_is_too_old:
            raise PermissionDenied(_("Your password is too old. Sign in on the page and choose a new one."))
        user_logged_in.send(sender=type(user), request=request, user=user)
        return Response(GivenToken(services.give_token(user=user)).data)


class EndTokenView(APIView):
    """Ends the token that asks for it."""

    authentication_classes = [Token]
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={204: None, **refusals(401)})
    def post(self, request):
        request.auth.delete()
        return Response(status=204)


class Locked(APIException):
    """Too many wrong passwords, of this account or from this address; the same for accounts that do not exist."""

    status_code = 429
    default_code = "locked_out"
    default_detail = _("Too many wrong passwords. Signing in opens again 30 minutes after the last attempt.")

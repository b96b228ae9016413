"""How a program proves who it is: knox's tokens, kept hashed. They are given and ended in `api.py`."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class Token(TokenAuthentication):
    """`Authorization: Token …`; odd bytes are no token, where knox itself would stumble over them."""

    def _cleanup_token(self, auth_token) -> bool:
        """An ended token opens nothing and goes; others that have ended go when one is given, not with each request."""
        ended = auth_token.expiry is not None and auth_token.expiry < timezone.now()
        if ended:
            auth_token.delete()
        return ended

    def authenticate_credentials(self, token: bytes):
        if not token.isalnum():
            raise AuthenticationFailed(_("This token is not valid. Ask for a new one."))
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    """How the token stands in the API's description."""

    target_class = "accounts.tokens.Token"
    name = "token"

"""Whose address counts when sign-ins fail: the caller's own, never one that he could name himself."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies (PROXY_COUNT of them) saw; without a proxy, the connection's.

    Each proxy adds whom it heard to the end of X-Forwarded-For; what stands before that is the caller's own word.
    """
    heard = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies = settings.PROXY_COUNT
    if not proxies or len(heard) < proxies:
        return str(request.META.get("REMOTE_ADDR", ""))
    return heard[-proxies]

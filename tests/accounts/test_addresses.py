"""Behind our own proxies the caller's address is the one they saw; nobody can name himself another."""

import pytest

from accounts.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "heard", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
    ],
)
def test_the_address_is_the_one_our_outermost_proxy_saw(rf, settings, proxies, heard, address):
    settings.PROXY_COUNT = proxies
    headers = {"x-forwarded-for": heard} if heard else {}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.9")) == address


def test_the_lock_out_uses_it(settings):
    assert settings.AXES_CLIENT_IP_CALLABLE == "accounts.addresses.client_address"

"""Signing in as a person does: an account with a real password, an address of one's own."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import remember_password

PASSWORD = "Ordnung-und-2-Felder"


@pytest.fixture
def person(db) -> User:
    """Somebody with a password that keeps the rules."""
    user = User.objects.create(username="bai.lu", name="白露")
    remember_password(user=user, password=PASSWORD)
    return user


@pytest.fixture
def address(worker_id, request) -> str:
    """An address that no other test signs in from: the throttle counts in a cache that outlives a test."""
    digest = abs(hash((worker_id, request.node.nodeid))) % 2**24
    return f"10.{digest >> 16}.{digest >> 8 & 255}.{digest & 255}"


@pytest.fixture
def browser(address) -> Client:
    return Client(REMOTE_ADDR=address, headers={"Accept-Language": "en"})


@pytest.fixture
def sign_in(browser):
    """`sign_in("name", "password")`: as the sign-in page does it."""

    def post(username: str, password: str = PASSWORD, *, client: Client | None = None, **more):
        return (client or browser).post("/login/", {"username": username, "password": password, **more})

    return post

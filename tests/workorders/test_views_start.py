"""Where each role begins."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("dispatcher", "/orders/?view=mine"),
        ("officer", "/orders/?view=mine"),
        ("worker", "/home/"),
        ("supervisor", "/orders/?view=late"),
        ("leader", "/orders/?view=late"),
        ("secretary", "/orders/?view=late"),
        ("community", "/orders/?view=late"),
    ],
)
def test_everybody_begins_at_his_own_page(client, cast, who, where):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("start")).url == where


def test_who_holds_no_post_is_told_what_is_missing(client, cast):
    client.force_login(cast.outsider)
    response = client.get(reverse("start"))
    assert response.status_code == 200
    assert "您还没有岗位" in response.content.decode()


def test_nobody_comes_in_without_signing_in(client):
    assert client.get(reverse("start")).url.startswith("/login/")

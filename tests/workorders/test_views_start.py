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


def test_the_worker_s_home_shows_his_tasks_and_his_reports(client, order_at, cast):
    waiting, mine = order_at("finished"), order_at("accepted")
    client.force_login(cast.worker)
    response = client.get(reverse("home"))
    assert [order.pk for order in response.context["tasks"]] == [waiting.pk]
    assert [order.pk for order in response.context["reports"]] == [mine.pk, waiting.pk]
    html = response.content.decode()
    assert reverse("report") in html
    assert "甲里社区 01 网格" in html


def test_an_empty_home_says_what_to_do_next(client, cast):
    client.force_login(cast.worker)
    html = client.get(reverse("home")).content.decode()
    assert "没有等您办的事" in html
    assert "您还没有上报过" in html


def test_the_lists_of_the_home_refresh_as_a_part(client, report, cast):
    order = report()
    client.force_login(cast.worker)
    html = client.get(reverse("home"), {"part": "lists"}).content.decode()
    assert order.number in html
    assert "<html" not in html

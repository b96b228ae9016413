"""The report form, and what comes of it."""

import pytest
from django.urls import reverse

from workorders.models import WorkOrder


@pytest.fixture
def send(client, category, clock):
    """`send(user, words="…")`: a report as that person's browser sends it."""
    sent = {
        "category": category.pk, "words": "3 号楼前垃圾外露。", "lng": "117.151", "lat": "39.165", "datum": "wgs84",
        "source": "patrol",
    }  # fmt: skip

    def post(user, **changes):
        client.force_login(user)
        return client.post(reverse("report"), {**sent, **changes})

    return post


def test_the_form_offers_the_catalogue_and_the_worker_s_own_ground(client, cast, clock):
    client.force_login(cast.worker)
    html = client.get(reverse("report")).content.decode()
    assert "暴露垃圾、垃圾满溢" in html
    assert "data-lines" in html
    assert html.index('type="file"') < html.index("<select")


def test_what_is_reported_often_is_offered_first(client, report, cast):
    report()
    client.force_login(cast.worker)
    html = client.get(reverse("report")).content.decode()
    choices = html.split("data-choices")[1].split("</div>")[0]
    assert "暴露垃圾、垃圾满溢" in choices


def test_a_report_with_photos_becomes_an_order_in_the_grid_of_its_point(send, cast, upload):
    response = send(cast.worker, photos=[upload(), upload()])
    order = WorkOrder.objects.get()
    assert response.url == reverse("order", args=[order.number])
    assert (order.area.code, order.photos.count(), order.reported_by) == ("120106990001001", 2, cast.worker)


def test_a_point_outside_the_city_is_said_and_keeps_what_was_written(send, cast):
    response = send(cast.worker, lng="100.0", lat="20.0", words="很远的地方")
    html = response.content.decode()
    assert (response.status_code, WorkOrder.objects.count()) == (422, 0)
    assert "这个点不在试点街道范围内" in html
    assert "很远的地方" in html


def test_a_point_of_another_datum_lands_where_it_is_meant(send, cast):
    send(cast.worker, datum="gcj02", lng="117.1573", lat="39.1661")
    order = WorkOrder.objects.get()
    assert order.given_datum == "gcj02"
    assert abs(order.lng - 117.151) < 0.002


def test_a_resident_s_report_keeps_his_name_apart(send, cast):
    send(cast.dispatcher, source="resident", reporter_name="宋知秋", reporter_phone="10000001234")
    order = WorkOrder.objects.get()
    assert (order.reporter.name, order.reporter.phone, order.source) == ("宋知秋", "10000001234", "resident")


def test_who_may_not_report_is_told_so(client, cast):
    client.force_login(cast.officer)
    response = client.get(reverse("report"))
    assert response.status_code == 403
    assert "不能上报" in response.content.decode()

"""What a phone adds to an open order near by: no second order, and nothing told to who may not see it."""

import pytest
from django.utils import translation

from casework.selectors import broken_chains
from casework.templatetags.cases import tell
from tests.conftest import MORNING, PLACE
from tests.workorders.phoning import PICTURES, phone, phone_of
from workorders.models import ReceivedReport, WorkOrder
from workorders.services import orders

__all__ = ["phone", "phone_of"]


def test_what_is_open_near_by_is_shown_before_anything_is_said(phone, report, order_at, picture, clock):
    order = report(pictures=[picture])
    order_at("closed", lng=PLACE["lng"] + 0.0001)
    report(lng=PLACE["lng"] + 0.001)
    clock.pass_(hours=2, sweep=False)
    told = phone.client.get("/api/v1/reports/near/", {"lng": PLACE["lng"], "lat": PLACE["lat"] + 0.0002}).json()
    [near] = told["near"]
    assert (near["number"], near["metres"], near["ago"].replace("\xa0", " ")) == (order.number, 22, "2 小时")
    assert near["photo"].startswith("/photos/")
    assert told["area"] == str(order.area)


def test_what_is_near_by_is_told_to_nobody_who_may_not_see_it(report, phone_of, cast):
    report()
    told = phone_of(cast.worker2).client.get("/api/v1/reports/near/", PLACE).json()
    assert told["near"] == []


@pytest.mark.mechanism("2-33")
def test_the_same_matter_is_added_to_and_no_second_order_is_opened(phone, report, cast):
    order = report()
    said = {"same_as": order.number, "device_at": MORNING.isoformat(), "words": "又满了。"}
    answers = [phone.put(said, pictures=PICTURES[:1]), phone.put(said, pictures=PICTURES[:1])]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json()["number"] == order.number
    assert phone.put_photo(1, PICTURES[0]).status_code == 201
    assert WorkOrder.objects.count() == 1
    assert order.photos.get().moment == "during"
    with translation.override("en"):
        assert tell(order)[0].sentence.endswith("saw it once more, with 1 photo: “又满了。”.")
    assert broken_chains() == []


def test_a_matter_that_is_over_or_not_one_s_own_is_not_added_to(phone, order_at, report, phone_of, cast):
    over = order_at("closed")
    said = {"same_as": over.number, "device_at": MORNING.isoformat()}
    told = phone.put(said)
    assert told.status_code == 409
    assert over.number in told.json()["sentence"]
    foreign = phone_of(cast.worker2).put({**said, "same_as": report().number})
    assert foreign.status_code == 404
    assert ReceivedReport.objects.count() == 0


def test_photos_that_come_after_the_order_was_taken_on_are_kept_too(phone, cast):
    phone.put(pictures=PICTURES[:1])
    orders.accept(WorkOrder.objects.get(), by=cast.dispatcher)
    assert phone.put_photo(1, PICTURES[0]).status_code == 201

"""The reporter's name and numbers: in one erasable row, seen by who may and says why, found by nobody else.

That no page and no answer of the API shows them is asked of every address in tests/architecture/test_matrix.py.
"""

import json
import logging

import pytest
from django.db import connection
from django.test import Client

from casework.models import Event
from casework.selectors import broken_chains
from workorders.models import Reporter, Unmasking
from workorders.services import orders, reporters

RESIDENT = {"name": "欧阳若兰", "phone": "13920781234", "id_number": "120106199003077723"}


@pytest.fixture
def order(order_at, cast):
    """A resident's matter, settled and rated."""
    closed = order_at("closed", source="resident", reporter=RESIDENT)
    return orders.rate(closed, by=cast.worker, stars=4, solved=True, words="可以")


def signed_in(user) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def holds_a_secret(text: str) -> bool:
    return any(secret in text for secret in RESIDENT.values())


def test_no_event_holds_personal_data(order):
    told = list(order.events.values("verb", "note", "facts", "before", "after"))
    assert len(told) == 8
    assert not holds_a_secret(json.dumps(told, ensure_ascii=False))


def test_no_table_but_the_reporters_own_holds_them(order):
    """Asked of the database itself: every text column of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' "
            "and data_type in ('text', 'character varying', 'jsonb') and table_name <> 'workorders_reporter'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'select count(*) from "{table}" where "{column}"::text like any (%s)',
                           [[f"%{secret}%" for secret in RESIDENT.values()]])  # fmt: skip
            assert cursor.fetchone() == (0,), f"{table}.{column}"


@pytest.mark.parametrize("secret", RESIDENT.values(), ids=RESIDENT)
def test_nobody_finds_an_order_by_what_is_masked(order, cast, secret):
    """Else the search would tell who reported, one guess at a time; who may unmask may ask for a whole number."""
    desk = signed_in(cast.dispatcher if secret != RESIDENT["phone"] else cast.leader)
    assert desk.get("/api/v1/orders/", {"q": secret}).json()["results"] == []
    assert order.number not in desk.get("/orders/", {"q": secret, "view": "all"}).content.decode()


def test_looking_and_unmasking_leave_nothing_in_the_log_or_in_an_address(order, cast, caplog):
    with caplog.at_level(logging.INFO):
        desk = signed_in(cast.dispatcher)
        desk.get(f"/orders/{order.number}/")
        told = desk.post(f"/orders/{order.number}/unmask/", {"reason": "回访"})
    assert RESIDENT["phone"] in told.content.decode()
    assert "Location" not in told.headers
    assert not holds_a_secret(caplog.text)


def test_each_look_is_on_record_with_who_when_and_why(order, cast, clock):
    desk = signed_in(cast.dispatcher)
    for reason in ("回访", "核实地址"):
        desk.post(f"/orders/{order.number}/unmask/", {"reason": reason})
    looks = list(Unmasking.objects.order_by("pk").values_list("by__username", "reason", "at"))
    assert looks == [("dispatcher", "回访", clock.now), ("dispatcher", "核实地址", clock.now)]


def test_a_look_without_a_reason_or_a_right_shows_nothing_and_leaves_no_record(order, cast):
    for person, said, status in (
        (cast.dispatcher, " ", 422),
        (cast.officer, "回访", 403),
        (cast.outsider, "回访", 404),
    ):
        told = signed_in(person).post(f"/orders/{order.number}/unmask/", {"reason": said})
        assert told.status_code == status
        assert not holds_a_secret(told.content.decode())
    assert Unmasking.objects.count() == 0


def test_the_api_masks_even_for_who_may_unmask(order, cast):
    reporter = signed_in(cast.dispatcher).get(f"/api/v1/orders/{order.number}/").json()["reporter"]
    assert reporter == {"name": "欧＊＊", "phone": "139****34", "erased": False, "may_unmask": True, "hidden": False}
    others = signed_in(cast.leader).get(f"/api/v1/orders/{order.number}/").json()["reporter"]
    assert others["may_unmask"] is False


def test_what_is_sent_in_is_not_sent_back_in_the_open(cast, clock):
    said = {"category": "060101", "words": "x", "lng": 117.151, "lat": 39.165, "source": "resident"}
    said |= {"reporter_name": RESIDENT["name"], "reporter_phone": RESIDENT["phone"]}
    told = signed_in(cast.worker).post("/api/v1/orders/", said)
    assert told.status_code == 201
    assert not holds_a_secret(told.content.decode())
    assert Reporter.objects.get().phone == RESIDENT["phone"]


def test_erasing_leaves_the_case_and_its_history_whole(order, cast):
    before = list(Event.objects.filter(case=order).order_by("seq").values_list("seq", "verb", "hash"))
    reporters.erase(order)
    assert list(Event.objects.filter(case=order).order_by("seq").values_list("seq", "verb", "hash")) == before
    assert broken_chains() == []
    kept = Reporter.objects.get(order=order)
    assert (kept.name, kept.phone, kept.id_number) == ("", "", "")
    assert kept.erased_at is not None
    told = signed_in(cast.dispatcher).get(f"/api/v1/orders/{order.number}/").json()
    assert (told["status"]["code"], told["reporter"]["erased"], told["reporter"]["may_unmask"]) == (
        "rated",
        True,
        False,
    )


def test_after_erasing_there_is_nothing_left_to_unmask(order, cast):
    reporters.erase(order)
    told = signed_in(cast.dispatcher).post(f"/orders/{order.number}/unmask/", {"reason": "回访"})
    assert not holds_a_secret(told.content.decode())

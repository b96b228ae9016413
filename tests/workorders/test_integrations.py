"""Other systems: signed, replay-proof, one order for one number; and receipts that go back until they are taken."""

import datetime as dt
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from casework.selectors import broken_chains
from casework.services import doors
from tests.casework.threads import at_once
from workorders.models import Incoming, IntegrationClient, Nonce, Receipt, WorkOrder
from workorders.services import integrations, orders, receipts
from workorders.services.signing import signature

PATH = "/api/v1/integrations/12345/orders/TJ-1"
SAID = {
    "words": "3 号楼前垃圾外露。", "category": "060101", "lng": 117.151, "lat": 39.165,
    "reporter_name": "欧阳若兰", "reporter_phone": "13920781234",
}  # fmt: skip


@pytest.fixture
def peer(city, clock) -> IntegrationClient:
    return integrations.make_client(city=city, source="12345", name="12345平台", receipts_url="http://127.0.0.1:9/r")


@pytest.fixture
def put(peer, clock):
    """`put()`: an order as the other system sends it, signed; anything may be changed after the signing."""

    def send(said=SAID, *, path=PATH, body=None, headers=None, client=peer, at=None, nonce=None, signed_path=None):
        body = json.dumps(said).encode() if body is None else body
        stamp, nonce = str(int((at or clock.now).timestamp())), nonce or secrets.token_hex(12)
        proof = signature(
            client.secret, method="PUT", path=signed_path or path, timestamp=stamp, nonce=nonce, body=body
        )
        sent = {"X-Gw-Key": client.key_id, "X-Gw-Timestamp": stamp, "X-Gw-Nonce": nonce, "X-Gw-Signature": proof}
        return Client().put(path, body, content_type="application/json", headers=sent | (headers or {}))

    return send


# --- an order under a number of its own ----------------------------------------------------------------------------
@pytest.mark.mechanism("1-19")
def test_what_is_sent_is_an_order_and_sent_again_it_is_the_same(put, cast):
    first, again = put(), put()
    order = WorkOrder.objects.get()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["number"] == order.number
    assert (order.area.code, order.status, order.source) == ("120106990001001", "reported", "12345")
    assert (order.reported_by, order.events.get().actor) == (None, None)
    assert (order.reporter.phone, order.reporter.is_citizen) == ("13920781234", True)
    assert "13920781234" not in first.content.decode()
    assert order.deadlines.get().clock == "workorders.accept"


def test_the_same_number_with_other_content_is_refused_and_changes_nothing(put):
    put()
    told = put(SAID | {"words": "别的事。"})
    assert (told.status_code, told.json()["code"]) == (409, "already_there")
    assert "TJ-1" in told.json()["sentence"]
    assert WorkOrder.objects.get().words == SAID["words"]


def test_a_number_that_came_in_by_hand_is_taken(put, report):
    report(source="12345", details={"external_no": "TJ-1"})
    assert put().status_code == 409


def test_a_place_may_be_an_area_s_code_and_details_are_the_source_s(put):
    said = {
        "words": "路灯不亮。",
        "category": "060101",
        "area": "120106990001",
        "due_on": "2026-10-20",
        "nature": "help",
    }
    assert put(said).status_code == 201
    order = WorkOrder.objects.get()
    assert (order.area.code, order.details) == ("120106990001", {"due_on": "2026-10-20", "external_no": "TJ-1"})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"words": ""}, "words"), ({"category": "9999"}, "category"), ({"lng": 100, "lat": 20}, "place"),
        ({"lng": "x"}, "lng"), ({"colour": "red"}, "colour"), ({"letter_no": "7"}, "letter_no"),
        ({"words": "a\0b"}, "words"), ({"nature": "rage"}, "nature"), ({"words": "好" * 2001}, "words"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field(put, changed, field):
    told = put(SAID | changed)
    assert told.status_code == 400
    assert field in told.json()["fields"]
    assert not WorkOrder.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"words": {"a": 1}}', b'"x"', b"[" * 50_000])
def test_bytes_that_are_no_order_are_refused_without_a_stumble(put, body):
    assert put(body=body).status_code == 400


# --- the proof -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("missing", ["X-Gw-Key", "X-Gw-Timestamp", "X-Gw-Nonce", "X-Gw-Signature"])
def test_a_request_without_any_part_of_its_proof_is_not_taken(put, missing):
    told = put(headers={missing: ""})
    assert told.status_code == 401
    assert told.json()["sentence"]
    assert not WorkOrder.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Gw-Signature": "0" * 64}, {"X-Gw-Key": "nobody"}, {"X-Gw-Nonce": "another-word"},
        {"X-Gw-Timestamp": "1"}, {"X-Gw-Signature": "é"}, {"X-Gw-Nonce": "x" * 65}, {"X-Gw-Nonce": "short"},
    ],
)  # fmt: skip
def test_a_proof_that_was_changed_fits_nothing(put, headers):
    assert put(headers=headers).status_code == 401


def test_another_body_or_another_address_needs_another_proof(put):
    assert put(signed_path="/api/v1/integrations/12345/orders/TJ-2").status_code == 401
    assert put(path=f"{PATH}?x=1", signed_path=PATH).status_code == 401
    assert not WorkOrder.objects.exists()


def test_the_very_same_request_sent_again_is_known(put):
    assert put(nonce="one-word-once").status_code == 201
    told = put(nonce="one-word-once")
    assert (told.status_code, told.json()["code"]) == (401, "not_proven")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_of_another_time_is_not_taken(put, clock, minutes):
    assert put(at=clock.now + dt.timedelta(minutes=minutes)).status_code == 401
    assert put(at=clock.now + dt.timedelta(minutes=minutes / 2)).status_code == 201


def test_words_are_forgotten_when_their_requests_are_too_old_to_be_taken_anyway(put, clock):
    put()
    assert integrations.forget_nonces() == 0
    clock.pass_(minutes=16, sweep=False)
    assert integrations.forget_nonces() == 1
    assert not Nonce.objects.exists()


def test_a_client_sends_orders_of_its_own_source_alone_and_only_while_it_may(put, peer):
    told = put(path="/api/v1/integrations/96118/orders/TJ-1")
    assert told.status_code == 403
    assert "12345" in told.json()["sentence"]
    integrations.end_client(peer)
    assert put().status_code == 403
    assert not WorkOrder.objects.exists()


def test_a_person_s_session_opens_nothing_here(cast, clock, city):
    client = Client()
    client.force_login(cast.dispatcher)
    assert client.put(PATH, "{}", content_type="application/json").status_code == 401


def test_the_secret_stands_nowhere_and_changes_when_it_is_renewed(peer, settings):
    kept = IntegrationClient.objects.values().get()
    assert peer.secret not in str(kept)
    before = peer.secret
    assert integrations.renew_secret(peer).secret != before
    renewed = peer.secret
    settings.SECRET_KEY = "another" * 10
    assert peer.secret != renewed


def test_the_command_prints_the_secret_once(city, clock, capsys):
    call_command("integration_client", city="village", source="96118", name="热线")
    said = capsys.readouterr().out
    client = IntegrationClient.objects.get()
    assert client.key_id in said
    assert client.secret in said
    call_command("integration_client", end=client.key_id)
    client.refresh_from_db()
    assert not client.active
    for wrong in ({"city": "nowhere", "source": "96118"}, {"city": "village", "source": "patrol"}, {"end": "nobody"}):
        with pytest.raises(CommandError):
            call_command("integration_client", **wrong)


@pytest.mark.django_db(transaction=True)
def test_the_same_order_sent_eight_times_at_once_is_one(put, peer):
    answers = at_once(*[put] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert WorkOrder.objects.count() == Incoming.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_number_with_two_contents_at_once_is_one_order_and_one_refusal(put, peer):
    answers = at_once(put, lambda: put(SAID | {"words": "别的事。"}))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert WorkOrder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_word_used_twice_at_once_opens_one_door(put, peer):
    answers = at_once(*[lambda: put(nonce="one-word-once")] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]


# --- receipts ------------------------------------------------------------------------------------------------------
class Ear:
    """A real server that hears receipts, and answers as it is told."""

    def __init__(self):
        self.heard, self.answers = [], []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((self.path, dict(self.headers), body))
                status = ear.answers.pop(0) if ear.answers else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/receipts?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def told(self) -> list[tuple[str, str]]:
        said = [json.loads(body) for _path, _headers, body in self.heard]
        return [(each["external_no"], each["verb"]) for each in said]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def ear(peer):
    heard = Ear()
    peer.receipts_url = heard.url
    peer.save()
    yield heard
    heard.close()


@pytest.fixture
def sent_order(put, peer) -> WorkOrder:
    put()
    return WorkOrder.objects.get()


def test_the_sender_hears_what_becomes_of_its_order_in_its_order_and_once(ear, sent_order, cast, sanitation, peer):
    order = orders.accept(sent_order, by=cast.dispatcher)
    orders.dispatch(order, by=cast.dispatcher, department=sanitation)
    assert receipts.write_due() == 2
    assert receipts.write_due() == 0
    assert receipts.send_due() == 2
    assert receipts.send_due() == 0
    assert ear.told == [("TJ-1", "accepted"), ("TJ-1", "dispatched")]
    path, headers, body = ear.heard[1]
    assert json.loads(body)["facts"] == {"department_name": "环卫所"}
    proof = signature(
        peer.secret, method="POST", path=path, timestamp=headers["X-Gw-Timestamp"], nonce=headers["X-Gw-Nonce"],
        body=body,
    )  # fmt: skip
    assert headers["X-Gw-Signature"] == proof
    assert len({headers["Idempotency-Key"] for _path, headers, _body in ear.heard}) == 2


def test_no_receipt_holds_anything_of_a_person(ear, sent_order, cast, sanitation):
    orders.refuse(sent_order, by=cast.dispatcher, reason="secret", words="欧阳若兰 13920781234 的个人隐私")
    receipts.write_due()
    receipts.send_due()
    said = ear.heard[0][2].decode()
    assert json.loads(said)["facts"] == {"reason": "secret"}
    for secret in ("欧阳", "13920781234", "垃圾", cast.dispatcher.name):
        assert secret not in said


def test_a_peer_that_is_down_loses_nothing_and_is_asked_ever_more_seldom(sent_order, cast, sanitation, clock, peer):
    order = orders.accept(sent_order, by=cast.dispatcher)
    orders.dispatch(order, by=cast.dispatcher, department=sanitation)
    receipts.write_due()
    assert receipts.send_due() == 0
    first, second = Receipt.objects.order_by("seq")
    assert (first.tries, second.tries) == (1, 0)
    assert first.error
    pauses = []
    for _try in range(4):
        first.refresh_from_db()
        pauses.append((first.next_at - clock.now).total_seconds())
        assert receipts.send_due() == 0
        clock.pass_(seconds=pauses[-1], sweep=False)
        receipts.send_due()
    assert pauses == [30, 60, 120, 240]
    ear = Ear()
    try:
        peer.receipts_url = ear.url
        peer.save()
        clock.pass_(hours=7, sweep=False)
        assert receipts.send_due() == 2
        assert [verb for _number, verb in ear.told] == ["accepted", "dispatched"]
    finally:
        ear.close()


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_only_a_yes_is_a_yes_and_nobody_is_led_elsewhere(ear, sent_order, cast, clock, answer):
    orders.accept(sent_order, by=cast.dispatcher)
    receipts.write_due()
    ear.answers = [answer]
    assert receipts.send_due() == 0
    assert str(answer) in Receipt.objects.get().error
    assert len(ear.heard) == 1
    clock.pass_(minutes=1, sweep=False)
    assert receipts.send_due() == 1
    keys = {headers["Idempotency-Key"] for _path, headers, _body in ear.heard}
    assert len(keys) == 1


def test_what_is_rolled_back_is_never_told(ear, sent_order, cast):
    class Broken(Exception):
        pass

    def stumble():
        with transaction.atomic():
            doors.take_step(sent_order, "accept", by=cast.dispatcher)
            raise Broken

    with pytest.raises(Broken):
        stumble()
    assert receipts.write_due() == 0


def test_orders_of_nobody_else_and_clients_without_an_address_hear_nothing(put, peer, report, cast):
    put()
    IntegrationClient.objects.update(receipts_url="")
    orders.accept(WorkOrder.objects.get(), by=cast.dispatcher)
    orders.accept(report(), by=cast.dispatcher)
    assert receipts.write_due() == 0
    IntegrationClient.objects.update(receipts_url="http://127.0.0.1:9/r")
    assert receipts.write_due() == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x"])
def test_an_address_that_is_no_web_address_is_never_opened(sent_order, cast, peer, address):
    IntegrationClient.objects.update(receipts_url=address)
    orders.accept(sent_order, by=cast.dispatcher)
    receipts.write_due()
    assert receipts.send_due() == 0
    assert "not an address" in Receipt.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_receipt_once(ear, put, cast, peer):
    for number in range(6):
        put(path=f"/api/v1/integrations/12345/orders/TJ-{number}")
    for order in WorkOrder.objects.all():
        orders.accept(order, by=cast.dispatcher)
    at_once(receipts.write_due, receipts.write_due)
    at_once(receipts.send_due, receipts.send_due, receipts.send_due)
    receipts.write_due()
    receipts.send_due()
    assert len(ear.heard) == 6
    assert broken_chains() == []

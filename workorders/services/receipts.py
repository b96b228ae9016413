"""Receipts: what another system is to hear of the orders it sent. Written from the events, sent until they are taken.

Both are woken by beat and safe to run twice, late, or beside themselves. Nothing of a person is ever told.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import secrets
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from casework.models import Event
from casework.moment import now
from workorders.lifecycle import WORK_ORDER
from workorders.models import Incoming, Receipt, WorkOrder
from workorders.services import signing

# What a source hears of; the rest is the house's own.
TELLS = frozenset({
    "accepted", "refused", "kept", "settled", "passed_up", "withdrawn", "dispatched", "owner_named", "signed_for",
    "contacted", "lengthened", "parked", "resumed", "finished", "verified", "reworked", "closed", "closed_along",
    "joined", "parted", "rated", "rating_recorded", "left_unrated", "redone",
})  # fmt: skip
# Facts of an event that are codes; words that people wrote stay here.
CODED = ("department_name", "reason", "stars", "solved", "satisfied")
AT_ONCE = 500
# How long after its closing an order may still have something to tell.
LINGERS = dt.timedelta(days=90)
TIMEOUT_SECONDS = 10
LEASE = dt.timedelta(minutes=2)
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(hours=6)
# With these pauses: a little more than a week.
MOST_TRIES = 40


@transaction.atomic
def write_due() -> int:
    """Writes the receipts of all that happened to sent orders since the last time."""
    lingering = Q(order__closed_at=None) | Q(order__closed_at__gte=now() - LINGERS)
    behind = Incoming.objects.filter(lingering, client__active=True, order__event_count__gt=F("told"))
    behind = behind.exclude(client__receipts_url="").select_related("order__city", "client").order_by("pk")
    written = 0
    for incoming in behind.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]:
        events = list(Event.objects.filter(case=incoming.order_id, seq__gt=incoming.told).order_by("seq"))
        told = [_receipt(incoming, event) for event in events if event.verb in TELLS]
        written += len(Receipt.objects.bulk_create(told, ignore_conflicts=True))
        incoming.told = events[-1].seq if events else incoming.told
        incoming.save(update_fields=["told"])
    return written


def _receipt(incoming: Incoming, event: Event) -> Receipt:
    body = {
        "external_no": incoming.external_no, "number": incoming.order.number, "seq": event.seq, "verb": event.verb,
        "status": event.after, "status_name": str(WORK_ORDER.statuses.get(event.after, "")),
        "at": event.at.isoformat(), "facts": {name: event.facts[name] for name in CODED if name in event.facts},
    }  # fmt: skip
    at = now()
    return Receipt(
        client=incoming.client, order=incoming.order, seq=event.seq, verb=event.verb, body=body, made_at=at, next_at=at
    )


def send_due() -> int:
    """Sends what is due, each order's in the order in which it happened; no transaction is open meanwhile."""
    sent = 0
    for _turn in range(AT_ONCE):
        receipt = _claim()
        if receipt is None:
            break
        sent += _send(receipt)
    return sent


@transaction.atomic
def _claim() -> Receipt | None:
    """The next due receipt, put aside for two minutes: a worker that dies meanwhile leaves it to the next."""
    at = now()
    waiting = Receipt.objects.filter(sent_at=None, given_up_at=None)
    earlier = waiting.filter(order=OuterRef("order"), seq__lt=OuterRef("seq"))
    due = waiting.filter(~Exists(earlier), next_at__lte=at, client__active=True)
    receipt = due.order_by("next_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
    if receipt is not None:
        receipt.next_at, receipt.tries = at + LEASE, receipt.tries + 1
        receipt.save(update_fields=["next_at", "tries"])
    return receipt


def _send(receipt: Receipt) -> bool:
    error = _post(receipt)
    at = now()
    if not error:
        Receipt.objects.filter(pk=receipt.pk).update(sent_at=at, error="")
        return True
    pause = min(FIRST_PAUSE * 2 ** min(receipt.tries - 1, 20), LONGEST_PAUSE)
    given_up = at if receipt.tries >= MOST_TRIES else None
    Receipt.objects.filter(pk=receipt.pk, sent_at=None).update(
        error=error[:300], next_at=at + pause, given_up_at=given_up
    )  # fmt: skip
    return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed receipt goes where it was agreed, and nowhere else."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _post(receipt: Receipt) -> str:
    """Hands one receipt over; empty if it was taken, else why not."""
    client = receipt.client
    address = urlsplit(client.receipts_url)
    if address.scheme not in ("http", "https"):
        return f"not an address to send to: {client.receipts_url}"
    body = json.dumps(receipt.body, ensure_ascii=False, sort_keys=True).encode()
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    timestamp, nonce = str(int(now().timestamp())), secrets.token_hex(16)
    signed = signing.signature(
        client.secret, method="POST", path=path, timestamp=timestamp, nonce=nonce, body=body
    )  # fmt: skip
    headers = {
        "Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(receipt.key),
        signing.KEY: client.key_id, signing.TIMESTAMP: timestamp, signing.NONCE: nonce, signing.SIGNATURE: signed,
    }  # fmt: skip
    request = urllib.request.Request(  # noqa: S310  # http and https alone, as said above
        client.receipts_url, data=body, headers=headers, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        error.close()
        return f"{error.code} {error.reason}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def waiting_receipts(order: WorkOrder) -> int:
    """How many receipts of an order have not been taken yet."""
    return Receipt.objects.filter(order=order, sent_at=None, given_up_at=None).count()

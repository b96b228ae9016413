"""Other systems: their registry, the proof of what they send, and `PUT` of an order under their own number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.actors import SYSTEM
from casework.moment import now
from casework.refusals import NotYours, Refusal
from grids.models import City
from workorders.models import Incoming, IntegrationClient, Nonce, Source, WorkOrder
from workorders.models.details import EXTERNAL
from workorders.models.incoming import new_salt
from workorders.selectors.sources import source_today
from workorders.services import signing
from workorders.services.drafts import Drafter, digest_of
from workorders.services.incoming import AlreadyThere
from workorders.services.reporting import open_report

WINDOW = dt.timedelta(minutes=5)
SHORTEST_NONCE, LONGEST_NONCE = 8, 64
# Compared with where no such key is known, so that the answer takes as long.
NOBODY = "0" * 64


class NotProven(Refusal):
    """Whoever sent this has not shown that he may."""

    status = 401
    code = "not_proven"


@transaction.atomic
def make_client(*, city: City, source: str, name: str, receipts_url: str = "") -> IntegrationClient:
    """Lets another system send orders of one source; its secret is told once, by whoever calls this."""
    found = source_today(city, source)
    if found is None or EXTERNAL not in found.asks:
        raise ValidationError(_("“%(code)s” is no source of this city that bears numbers.") % {"code": source})
    client = IntegrationClient(city=city, source=source, name=name, receipts_url=receipts_url, made_at=now())
    client.full_clean(exclude=["city"])
    client.save()
    return client


def renew_secret(client: IntegrationClient) -> IntegrationClient:
    """A new secret; the old one is worth nothing from now on."""
    client.salt = new_salt()
    client.save(update_fields=["salt"])
    return client


def end_client(client: IntegrationClient) -> None:
    """The other system may send nothing any more, and hears nothing."""
    client.active = False
    client.save(update_fields=["active"])


def proven_client(headers: Mapping[str, str], *, method: str, path: str, body: bytes) -> IntegrationClient:
    """The client that signed this request, now and for the first time; refuses every other."""
    key, nonce = headers.get(signing.KEY, ""), headers.get(signing.NONCE, "")
    timestamp, given = headers.get(signing.TIMESTAMP, ""), headers.get(signing.SIGNATURE, "")
    usable = nonce.isascii() and nonce.isprintable() and SHORTEST_NONCE <= len(nonce) <= LONGEST_NONCE
    if not (key and timestamp and given and usable):
        raise NotProven(_("This request is not signed."))
    client = IntegrationClient.objects.select_related("city").filter(key_id=key.replace("\x00", "")).first()
    secret = client.secret if client else NOBODY
    wanted = signing.signature(secret, method=method, path=path, timestamp=timestamp, nonce=nonce, body=body)
    if not signing.is_same(wanted, given) or client is None:
        raise NotProven(_("The signature of this request does not fit."))
    if not client.active:
        raise NotYours(_("This client may send nothing any more."))
    _use_once(client, timestamp, nonce)
    return client


def _use_once(client: IntegrationClient, timestamp: str, nonce: str) -> None:
    at = now()
    seconds = int(timestamp) if timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 else 0
    if abs(at.timestamp() - seconds) > WINDOW.total_seconds():
        raise NotProven(_("The time of this request is not within five minutes of ours."))
    try:
        with transaction.atomic():
            Nonce.objects.create(client=client, nonce=nonce, at=at)
    except IntegrityError as error:
        raise NotProven(_("This request was sent before.")) from error


def forget_nonces() -> int:
    """Words used once are forgotten when the time of their requests is long over."""
    return Nonce.objects.filter(at__lt=now() - 3 * WINDOW).delete()[0]


def put_order(
    client: IntegrationClient, *, source: str, external_no: str, said: Mapping[str, str]
) -> tuple[WorkOrder, bool]:
    """The order of that number, and whether it was opened just now. Sent twice, even at once, it is one order."""
    if source != client.source:
        raise NotYours(_("This client sends orders of “%(source)s” alone.") % {"source": client.source})
    found = source_today(client.city, source)
    if found is None:
        raise NotYours(_("“%(code)s” is no source of this city any more.") % {"code": source})
    digest = digest_of(said)
    known = _known(client, external_no)
    if known is None:
        try:
            return _open(client, found, {**said, EXTERNAL: external_no}, digest), True
        except AlreadyThere:  # the same request came in beside this one
            known = _known(client, external_no)
    if known is None or not signing.is_same(known.digest, digest):
        words = _("Number %(number)s was sent before with other content; what is known of it stays.")
        raise AlreadyThere(words % {"number": external_no})
    return known.order, False


def _known(client: IntegrationClient, external_no: str) -> Incoming | None:
    rows = Incoming.objects.select_related("order__city")
    return rows.filter(city=client.city, source=client.source, external_no=external_no).first()


@transaction.atomic
def _open(client: IntegrationClient, source: Source, said: Mapping[str, str], digest: str) -> WorkOrder:
    drafter = Drafter(client.city, source)
    strange = set(said) - set(drafter.fields())
    if strange:
        raise ValidationError({name: _("There is no such field.") for name in sorted(strange)})
    draft = drafter.draft(said)
    # Whoever sends under a number of his own has looked for doubles himself.
    return open_report(
        by=SYSTEM, city=client.city, category=draft.category, words=draft.words, point=draft.point, place=draft.place,
        area=draft.area, told=draft.told, new_facts=True, sent={"digest": digest, "client": client},
    )  # fmt: skip

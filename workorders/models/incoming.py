"""Orders that other systems sent: their numbers, the clients that may send, and the receipts that go back."""

from __future__ import annotations

import hashlib
import hmac
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string

from grids.models import City
from workorders.models.order import WorkOrder


def new_key() -> str:
    return get_random_string(20)


def new_salt() -> str:
    return get_random_string(43)


class IntegrationClient(models.Model):
    """Another system that may send orders of one source into one city, and wants to hear what becomes of them."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="clients")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    key_id = models.CharField(max_length=40, unique=True, default=new_key)
    # The secret stands nowhere: it is derived from the house's own key and this salt. A new salt is a new secret.
    salt = models.CharField(max_length=43, default=new_salt)
    active = models.BooleanField(default=True)
    # Where receipts go; empty: nobody wants them.
    receipts_url = models.URLField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_id})"

    @property
    def secret(self) -> str:
        """What both sides sign with."""
        said = f"gridwhistle.integration:{self.key_id}:{self.salt}"
        return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()


class Nonce(models.Model):
    """A word that a client has used once; the same signed request sent again is known by it."""

    client = models.ForeignKey(IntegrationClient, on_delete=models.CASCADE, related_name="nonces")
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "nonce"], name="one_use_per_nonce")]


class Incoming(models.Model):
    """The number that a source gave an order: one number, one order, however often it is sent."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)
    external_no = models.CharField(max_length=60)
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="incoming")
    # What was said the first time, as a hash: the same again is the same order, anything else is refused.
    digest = models.CharField(max_length=64, blank=True)
    client = models.ForeignKey(
        IntegrationClient, null=True, blank=True, on_delete=models.PROTECT, related_name="incoming"
    )
    received_at = models.DateTimeField()
    # Up to which event of the order the source has its receipts.
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "source", "external_no"], name="one_order_per_external_number")
        ]


class Receipt(models.Model):
    """One thing that a source is to hear of its order: written first, sent afterwards, as often as it takes."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(IntegrationClient, on_delete=models.PROTECT, related_name="receipts")
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="receipts")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    body = models.JSONField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "seq"], name="one_receipt_per_event")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(sent_at=None, given_up_at=None), name="receipt_waiting"),
        ]


class SentReport(models.Model):
    """A report under the mark of the form it was sent with: sent again, by an impatient hand, it is the same."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Of the form's mark and of what it said: a form that was changed and sent again is another report.
    digest = models.CharField(max_length=64)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "digest"], name="one_report_per_mark")]
        indexes = [models.Index(fields=["at"], name="report_sent_at")]

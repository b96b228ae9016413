"""The work order (工单): a matter of one place, from a report to its closing."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.models import Case, CaseQuerySet
from workorders.models.category import Category


class WorkOrder(Case):
    """A reported matter on its way to a department and back."""

    class Source(models.TextChoices):
        PATROL = "patrol", _("grid patrol")
        RESIDENT = "resident", _("resident's report")

    class RefusalReason(models.TextChoices):
        """The six coded classes of rules.md 3.3."""

        EMERGENCY = "emergency", _("an emergency: call 110, 119, 120 or 122")
        OTHER_CHANNEL = "other_channel", _("before a court, an arbitrator, or another lawful channel already")
        NOTHING_NEW = "nothing_new", _("being handled or closed already, with no new facts")
        SECRET = "secret", _("touches a state secret, a trade secret or privacy")
        NOT_PUBLIC_DUTY = "not_public_duty", _("outside public duty")
        UNLAWFUL = "unlawful", _("against the law or public order")

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="orders", verbose_name=_("category"))
    condition = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.PATROL)
    words = models.TextField(_("description"), max_length=2000)
    place = models.CharField(_("place"), max_length=200, blank=True)
    # WGS-84, and what the phone or the caller gave with its datum.
    lng = models.FloatField()
    lat = models.FloatField()
    given_lng = models.FloatField()
    given_lat = models.FloatField()
    given_datum = models.CharField(max_length=10, default="wgs84")
    result = models.TextField(_("result"), max_length=2000, blank=True)
    refusal_reason = models.CharField(max_length=20, choices=RefusalReason.choices, blank=True)
    refusal_words = models.TextField(max_length=1000, blank=True)
    # Unrated is a state of its own: null, never zero.
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    solved = models.BooleanField(null=True, blank=True)
    rating_words = models.TextField(max_length=1000, blank=True)

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("work order")


class Reporter(models.Model):
    """Who reported, in a row that can be erased; masked to everybody but those whom `selectors` let unmask."""

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="reporter")
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    id_number = models.CharField(_("ID number"), max_length=20, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)


class Unmasking(models.Model):
    """One look at a reporter's name and numbers: who, when, why."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="unmaskings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

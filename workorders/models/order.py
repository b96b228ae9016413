"""The work order (工单): a matter of one place, from a report to its closing."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, CaseQuerySet
from grids.models import Department
from workorders import reasons
from workorders.models.category import Category
from workorders.models.rule import DispatchRule


class WorkOrder(Case):
    """A reported matter on its way to a department and back."""

    class Nature(models.TextChoices):
        """What the person wants (诉求类型)."""

        HELP = "help", _("asks for help")
        COMPLAINT = "complaint", _("complains")
        TIP_OFF = "tip_off", _("informs against somebody")
        CONSULT = "consult", _("asks a question")
        ADVICE = "advice", _("suggests")
        THANKS = "thanks", _("thanks")

    Tag = reasons.Tag

    class RefusalReason(models.TextChoices):
        """The six coded classes of rules.md 3.3."""

        EMERGENCY = "emergency", _("an emergency: call 110, 119, 120 or 122")
        OTHER_CHANNEL = "other_channel", _("before a court, an arbitrator, or another lawful channel already")
        NOTHING_NEW = "nothing_new", _("being handled or closed already, with no new facts")
        SECRET = "secret", _("touches a state secret, a trade secret or privacy")
        NOT_PUBLIC_DUTY = "not_public_duty", _("outside public duty")
        UNLAWFUL = "unlawful", _("against the law or public order")

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="orders", verbose_name=_("category"), db_index=False
    )
    condition = models.CharField(max_length=80, blank=True)
    # Code of a row of `Source`, and what that source asks for besides (letter number, place of the talk, device …).
    source = models.CharField(max_length=20, default="patrol")
    details = models.JSONField(default=dict, blank=True)
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.HELP)
    early_sign = models.BooleanField(_("early sign"), default=False)
    tags = ArrayField(models.CharField(max_length=8, choices=Tag.choices), default=list, blank=True)
    # 首问负责: who was asked first and answers for the case until somebody else leads.
    first_asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Against whom: they never learn who reported, and step aside (rules.md 3.6, conflict of interest).
    accused_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accused_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
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
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    joint = models.BooleanField(_("joint enforcement"), default=False)
    # The dispatch rule that chose the lead, as the order prints it.
    rule = models.ForeignKey(DispatchRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # After a ruling the unit may not send it back (rules.md 2.2).
    ruled = models.BooleanField(default=False)
    held_until = models.DateTimeField(null=True, blank=True)
    held_longer = models.BooleanField(default=False)
    parked_until = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(max_length=1000, blank=True)
    planned_for = models.DateField(null=True, blank=True)
    # The order that carries the matter this one belongs to.
    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined")
    transfers = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    problem = models.BooleanField(_("problem order"), default=False)
    # Unrated is a state of its own: null, never zero.
    stars = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    solved = models.BooleanField(null=True, blank=True)
    satisfied = models.BooleanField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    rating_words = models.TextField(max_length=1000, blank=True)

    objects = CaseQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("work order")
        indexes = [
            models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="order_held"),
            models.Index(fields=["parked_until"], condition=Q(parked_until__isnull=False), name="order_parked"),
            models.Index(fields=["joined_to"], condition=Q(joined_to__isnull=False), name="order_joined"),
            # The keys of a category's orders, without their rows.
            models.Index(fields=["category", "case_ptr"], name="order_category"),
            # What only few orders have, and the desks ask for.
            models.Index(fields=["problem"], condition=Q(problem=True), name="order_problem"),
            models.Index(fields=["case_ptr"], condition=~Q(tags=[]), name="order_tagged"),
            # Pairs of signs of description and place (migration 0004): what `selectors/search.py` looks in.
            GinIndex(Func("words", "place", function="workorders_grams"), name="order_words"),
        ]

    def recuses(self, user) -> bool:
        """Against whom the order is brought takes no step of it."""
        return self.accused_person_id is not None and self.accused_person_id == user.pk

    @property
    def reporter_row(self) -> Reporter | None:
        """Who reported, if there is such a row."""
        return getattr(self, "reporter", None)


class Reporter(models.Model):
    """Who reported, in a row that can be erased; masked to everybody but those whom `selectors` let unmask."""

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="reporter")
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    id_number = models.CharField(_("ID number"), max_length=20, blank=True)
    # Somebody outside the house: to be called, told the progress, and asked how it went.
    is_citizen = models.BooleanField(default=False)
    # A keyed hash of the phone's digits, to find a caller's orders without keeping the number in an index.
    phone_key = models.CharField(max_length=64, blank=True, db_index=True)
    # 举报: not even the unit that handles the order learns who it was.
    hidden_from_handlers = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True)


class Unmasking(models.Model):
    """One look at a reporter's name and numbers, or one listening to his voice: who, when, why."""

    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="unmaskings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Of a listening there is none: it is heard for what it says.
    reason = models.CharField(max_length=200)
    recording = models.ForeignKey(
        "workorders.Recording", null=True, blank=True, on_delete=models.PROTECT, related_name="listenings"
    )
    at = models.DateTimeField()

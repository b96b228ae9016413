"""Who looked at, or changed, which fields of whom: append-only, and without a word of what was seen."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registers.models.home import Home
from registers.models.person import Person


class Look(models.Model):
    """One look at sealed fields, or one change of them: by whom, when, where and why."""

    class Deed(models.TextChoices):
        LOOK = "look", _("looked at")
        TAKE_IN = "take_in", _("taken in")
        IMPORT = "import", _("taken in from a sheet")
        CORRECT = "correct", _("corrected")
        MOVE = "move", _("moved")
        GIVE_CARE = "give_care", _("care begun")
        END_CARE = "end_care", _("care ended")
        ERASE = "erase", _("erased")

    class Why(models.TextChoices):
        VISIT = "visit", _("visit at the door")
        VERIFY = "verify", _("check of the entry")
        ASKED = "asked", _("the person asked to see or correct it")
        EMERGENCY = "emergency", _("emergency")
        CASE = "case", _("to settle a matter")

    class Where(models.TextChoices):
        DESK = "desk", _("at the desk")
        DOOR = "door", _("at the door")
        AWAY = "away", _("away from the door")

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="looks")
    home = models.ForeignKey(Home, null=True, on_delete=models.PROTECT, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    deed = models.CharField(max_length=10, choices=Deed.choices)
    fields = ArrayField(models.CharField(max_length=12), default=list)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    where = models.CharField(max_length=5, choices=Where.choices, default=Where.DESK)
    words = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(deed="look") | ~Q(why=""), name="a_look_says_why"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(home__isnull=False), name="a_look_is_at_somebody_or_a_home"
            ),
        ]
        indexes = [models.Index(fields=["by", "-at"], name="looks_by_whom")]

"""Entries of the moral boards (红黑榜): good deeds, uncivil conduct; shown for some days, then without any name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area, City

USER = settings.AUTH_USER_MODEL


class MoralEntry(models.Model):
    """红黑榜条目: what happened and where. A name only on the red side, with consent; a second person checks it."""

    class Side(models.TextChoices):
        RED = "red", _("good deed (red list)")
        BLACK = "black", _("uncivil conduct (black list)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the privacy check")
        SHOWN = "shown", pgettext_lazy("moral board", "shown")
        REFUSED = "refused", _("not shown: the privacy check refused it")
        TAKEN_OFF = "taken_off", _("taken off")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="moral_entries")
    side = models.CharField(_("board"), max_length=5, choices=Side.choices)
    happened_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=120)
    words = models.CharField(_("what happened"), max_length=500)
    # Erased when the entry is taken off; never in `words`, so that it can be.
    name = models.CharField(_("name"), max_length=60, blank=True)
    # How the person agreed: a signed sheet, a message and its day. Stays when the name is gone.
    consent = models.CharField(_("consent"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("days shown"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    checked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_words = models.CharField(_("what was checked"), max_length=300, blank=True)
    shown_until = models.DateField(null=True, blank=True)
    off_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    off_at = models.DateTimeField(null=True, blank=True)
    off_because = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry of a moral board")
        indexes = [models.Index(fields=["city", "state", "-written_at"], name="moral_entries_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(side="red") | Q(name=""), name="nobody_is_named_on_the_black_side"),
            models.CheckConstraint(condition=Q(name="") | ~Q(consent=""), name="a_name_needs_consent"),
            models.CheckConstraint(
                condition=Q(state="waiting") | ~Q(checked_by=F("written_by")), name="a_second_person_checks"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "taken_off"]) | Q(name=""), name="no_name_outlives_its_entry"
            ),
        ]

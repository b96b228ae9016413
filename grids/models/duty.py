"""The duty roster (AB 岗): who sits at the desk of an area, and who stands in for him at staggered hours."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.area import Area


class DutyTurn(models.Model):
    """One shift of one day at the desk of an area: the first (A) and the second (B) on duty, each with his hours."""

    class Shift(models.TextChoices):
        DAY = "day", _("day shift")
        EVENING = "evening", _("evening shift")
        NIGHT = "night", _("night shift")

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="duty_turns")
    day = models.DateField()
    shift = models.CharField(max_length=10, choices=Shift.choices)
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="first_turns")
    first_from = models.TimeField()
    first_until = models.TimeField()
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_turns")
    second_from = models.TimeField()
    second_until = models.TimeField()

    class Meta:
        verbose_name = _("turn of duty")
        ordering = ["day", "shift"]
        constraints = [
            models.UniqueConstraint(fields=["area", "day", "shift"], name="one_turn_per_desk_day_and_shift"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="a_and_b_are_two_people"),
            # Staggered (错时): hours that are the same for both would leave the lunch hour to nobody.
            models.CheckConstraint(
                condition=~Q(first_from=F("second_from"), first_until=F("second_until")),
                name="a_and_b_keep_staggered_hours",
            ),
        ]

"""赋权: the powers that a city gives its streets over departments, and the log of their use (mechanism 3-23)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models import Area, Rulebook
from grids.models.city import in_reader_language
from whistle.models.whistle import Whistle


class StreetPower(models.Model):
    """One power of the streets, as the city's rulebook names it."""

    class Deed(models.TextChoices):
        """What of a whistle is a use of the power, logged by itself."""

        NONE = "", _("nothing: entered by hand")
        BLOW = "blow", _("blowing the whistle")
        RATE = "rate", _("rating the departments")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="street_powers")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80, blank=True)
    deed = models.CharField(max_length=4, choices=Deed.choices, blank=True)

    class Meta:
        verbose_name = _("power of the streets")
        ordering = ["rulebook", "place"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_street_power_per_code")]

    def __str__(self) -> str:
        return in_reader_language(self)


class PowerUse(models.Model):
    """A street used one of its powers: by a whistle, or as somebody entered it."""

    power = models.ForeignKey(StreetPower, on_delete=models.PROTECT, related_name="uses")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="power_uses")
    on = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    whistle = models.ForeignKey(Whistle, null=True, blank=True, on_delete=models.PROTECT, related_name="power_uses")
    # None: the house itself blew, louder.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("use of a power")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["area", "-on"], name="power_use_of_area")]

"""The kinds of people and homes a city looks after, rows of its rulebook; read by `registers/cityfile.py`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grids.models import Rulebook


class CareKind(models.Model):
    """A kind of person or home that is looked after (高风险老年人、社区矫正对象、普通住户 …)."""

    class About(models.TextChoices):
        PERSON = "person", _("a person")
        HOME = "home", _("a home")

    rulebook = models.ForeignKey(Rulebook, on_delete=models.PROTECT, related_name="care_kinds")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    about = models.CharField(max_length=6, choices=About.choices, default=About.PERSON)
    # Whether a degree belongs to it: the danger level 0 to 5 and how stable somebody is (rules 6.2).
    graded = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_care_kind_per_code")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name

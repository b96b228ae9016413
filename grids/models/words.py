"""A city's own words about its grids: nets that run over one grid, panels, definitions. Shown, not interpreted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from grids.models.city import City, Rulebook


class Net(models.Model):
    """A specialised net (党建, 环保, 治安 …) that runs over the city's grids: 多网合一."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="nets")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    # A net the city gave up keeps its row, because posts were held in it.
    in_use = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("net")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="one_net_per_code")]

    def __str__(self) -> str:
        return self.name


class Panel(models.Model):
    """One of the headings under which a grid shows itself (第一感知触角 …), in a rulebook's words."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="panels")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_panel_per_code")]


class Definition(models.Model):
    """What the city means by one of its words (定格, 定编, 定员 …), in a rulebook's words."""

    rulebook = models.ForeignKey(Rulebook, on_delete=models.CASCADE, related_name="definitions")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["rulebook", "code"], name="one_definition_per_code")]

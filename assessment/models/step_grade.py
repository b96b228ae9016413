"""Steps of pay by duty, years and results (阶梯式管理): the city's rows, and the step each person was given when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Area, City, Role

USER = settings.AUTH_USER_MODEL


class StepRule(models.Model):
    """阶梯标准: what a step of a duty asks for: so many years in it, so many best months of the last twelve."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="step_rules")
    duty = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+", verbose_name=_("duty"))
    # 1 is where everybody begins.
    step = models.PositiveSmallIntegerField(_("step"))
    name = models.CharField(_("name"), max_length=40)
    least_years = models.PositiveSmallIntegerField(_("years in the duty, at least"))
    least_tops = models.PositiveSmallIntegerField(_("months in the best band of the last twelve, at least"))
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("row of the steps")
        ordering = ["area", "duty", "step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "duty", "step"], condition=Q(ended_at=None), name="one_step_rule_in_force"
            )
        ]


class StepGrade(models.Model):
    """定级记录: the step that the rows propose for a person, and what people decided. Never changed once decided."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        GRANTED = "granted", pgettext_lazy("step", "given")
        DECLINED = "declined", pgettext_lazy("proposal", "declined")

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="step_grades")
    rule = models.ForeignKey(StepRule, on_delete=models.PROTECT, related_name="grades")
    # As they stood when it was proposed.
    days = models.PositiveIntegerField()
    tops = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(_("decision"), max_length=300, blank=True)
    since = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("step of a person")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "city"], condition=Q(state="proposed"), name="one_step_proposed_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("person")), name="nobody_gives_himself_a_step"),
        ]

    @property
    def years(self) -> float:
        """The days in the duty as years."""
        return self.days / 365.25

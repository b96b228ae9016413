"""An appeal against a line of a score card, its two reviewers, and what it takes out of the statistic."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment import reasons
from assessment.models.month import Entry, ScoreLine
from assessment.models.sight import within
from casework.models import Case, CaseQuerySet
from grids import jurisdiction
from grids.models import Area, City, Department, Post
from grids.once import once

USER = settings.AUTH_USER_MODEL
REVIEWS = frozenset({"support", "uphold", "reject"})


class AppealQuerySet(CaseQuerySet):
    def visible_to(self, user: jurisdiction.Person) -> AppealQuerySet:
        """One's own, those about one's own card, and those where one reviews or sees all scores."""
        if not user.is_authenticated:
            return self.none()
        own = Q(reported_by=user) | Q(line__card__person=user)
        return self.filter(own | within(user, "review_appeals_in", "see_scores_in"))


class Appeal(Case):
    """申诉: who is assessed says that a line, or one item behind it, should not count."""

    Reason = reasons.AppealReason

    line = models.ForeignKey(ScoreLine, on_delete=models.PROTECT, related_name="appeals")
    # One of the line's items; None: the line as a whole (a mark that was entered).
    item = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=14, choices=Reason.choices)
    words = models.TextField(_("what happened"), max_length=1000)
    # The unit of whom it concerns: nobody of it reviews (its community, or the department itself).
    unit_area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    unit_department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # What the line had when it was appealed against, and what the second reviewer lets it have instead (entered marks).
    points_before = models.FloatField()
    points_after = models.FloatField(null=True, blank=True)
    first_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(null=True, blank=True)
    first_words = models.TextField(max_length=1000, blank=True)
    second_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    second_words = models.TextField(max_length=1000, blank=True)

    objects = AppealQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("appeal")
        constraints = [
            models.UniqueConstraint(fields=["line", "item"], nulls_distinct=False, name="one_appeal_per_line_and_item")
        ]

    @property
    def unit(self) -> Area | Department | None:
        """The unit of which nobody reviews it."""
        return self.unit_department or self.unit_area

    def bars(self, user: jurisdiction.Person, step: str) -> bool:
        """Nobody reviews who appealed, is of the subject's own unit, entered the mark, or was the first reviewer."""
        if step not in REVIEWS:
            return False
        if user.pk in (self.reported_by_id, self.first_by_id, self.line.card.person_id):
            return True
        return once(("barred", self.pk, user.pk), lambda: self._of_the_unit(user) or self._entered_it(user))

    def _of_the_unit(self, user: jurisdiction.Person) -> bool:
        """Whether he holds a post in the community of whom it concerns, anywhere below it, or in the department."""
        unit = Q(pk__in=[])
        if self.unit_area is not None:
            unit |= Q(area__path__startswith=self.unit_area.path)
        if self.unit_department_id:
            unit |= Q(department=self.unit_department_id)
        return Post.objects.held().filter(unit, user__pk=user.pk).exists()

    def _entered_it(self, user: jurisdiction.Person) -> bool:
        """Whether the mark, or one that it took the place of, is his."""
        line = self.line
        month = line.card.assessment
        marks = Entry.objects.filter(
            city=self.city_id, scheme_code=month.scheme.code, since=month.since, indicator_code=line.indicator.code,
            subject=line.card.subject,
        )  # fmt: skip
        return line.indicator.sort == reasons.Sort.ENTERED and user.pk in marks.values_list("by", flat=True)


class Exemption(models.Model):
    """剔除: one item is out of the statistic of one subject, by an appeal that was upheld; the fact itself stays."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")
    # Which figures: a measure counts the same thing in every scheme and month of its window.
    measure = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    item = models.BigIntegerField()
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="exemptions")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("exemption")
        constraints = [models.UniqueConstraint(fields=["measure", "subject", "item"], name="one_exemption_per_item")]

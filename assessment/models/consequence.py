"""What a board leads to: proposals that people decide, with what was done about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment import reasons
from assessment.models.month import ScoreCard
from assessment.models.sight import within
from casework.models import Case, CaseQuerySet
from grids import jurisdiction
from grids.models import Department

DECISIONS = frozenset({"approve", "decline"})


class ProposalQuerySet(CaseQuerySet):
    def visible_to(self, user: jurisdiction.Person) -> ProposalQuerySet:
        """For who sees all scores or decides there, for who made it; the person learns of it once it is decided."""
        if not user.is_authenticated:
            return self.none()
        told = Q(decided_at__isnull=False) & Q(person=user)
        units = jurisdiction.department_keys_where(user, "endorse_in")
        told |= Q(decided_at__isnull=False) & Q(unit__in=units)
        return self.filter(told | Q(reported_by=user) | within(user, "see_scores_in", "decide_rewards_in"))


class Proposal(Case):
    """奖惩建议: an award, a heavy reward by grade, a talk, training, the end of a contract, a step of pay."""

    Consequence = reasons.Consequence
    Merit = reasons.Merit

    consequence = models.CharField(max_length=14, choices=Consequence.choices)
    # Heavy rewards: for what, and in which grade (1 the highest); its sum in yuan is the city's (assessment.toml).
    merit = models.CharField(max_length=20, choices=Merit.choices, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    yuan = models.PositiveIntegerField(null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    unit = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    # The cards that gave rise to it; none for one that a person proposes of his own.
    cards = models.ManyToManyField(ScoreCard, blank=True, related_name="proposals")
    grounds = models.TextField(_("grounds"), max_length=1000)
    decision = models.TextField(_("decision"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    done = models.TextField(_("what was done"), max_length=1000, blank=True)

    objects = ProposalQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("proposal")

    @property
    def who(self) -> models.Model | None:
        """The person or the department whom it concerns."""
        return self.person or self.unit

    def bars(self, user: jurisdiction.Person, step: str) -> bool:
        """Nobody decides on what he proposed himself, nor on what concerns himself."""
        return user.pk == self.person_id or (step in DECISIONS and user.pk == self.reported_by_id)

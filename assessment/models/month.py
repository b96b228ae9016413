"""A month of a board: the assessment as a case, its cards and lines, what was entered, what the communities said."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment import reasons, statuses
from assessment.models.scheme import Indicator, PeerGroup, Scheme
from assessment.models.sight import around, where_employed, within
from casework.models import Case, CaseQuerySet
from grids import jurisdiction
from grids.models import Area, Department, WorkingGroup

# Who has to do with a board before it is out: on its ground, and of the communities the last two.
MAKERS = ("see_scores_in", "confirm_scores_in")
LOOKERS = ("look_at_scores_in", "see_scores_in")


class AssessmentQuerySet(CaseQuerySet):
    def visible_to(self, user: jurisdiction.Person) -> AssessmentQuerySet:
        """Boards that are out, of where one works and with a card of one's own; the others for who makes them."""
        if not user.is_authenticated:
            return self.none()
        makes = within(user, *MAKERS) | around(user, *LOOKERS)
        out = Q(published_at__isnull=False)
        departments = jurisdiction.department_keys_where(user, "see_cases_in")
        own = Q(cards__person__pk=user.pk) | Q(cards__department__in=departments)
        mine = self.model._base_manager.filter(own, published_at__isnull=False).values("pk")
        return self.filter(makes | (out & Q(scheme__published=True) & where_employed(user)) | Q(pk__in=mine))

    def standing(self) -> AssessmentQuerySet:
        """Those that were neither discarded nor replaced by a later edition."""
        return self.exclude(status__in=[statuses.DISCARDED, statuses.SUPERSEDED])


class Assessment(Case):
    """考核: one board of one month (or year) by one scheme, in one numbered edition; `area` is whose board it is."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="assessments")
    # [since, until): days of the city.
    since = models.DateField()
    until = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    # 更正: the edition that this one corrects.
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected")
    # What the scheme measures stood so at this moment; nothing that came later is in any figure.
    scored_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # Nobody of the street confirmed it in time; it was published by itself.
    unconfirmed = models.BooleanField(default=False)

    objects = AssessmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("assessment")
        indexes = [models.Index(fields=["scheme", "-since"], name="assessment_of_scheme")]

    @property
    def is_out(self) -> bool:
        """Whether those whom it concerns may see it."""
        return self.published_at is not None

    def calls_upon(self, user: jurisdiction.Person) -> bool:
        """Whether he looks at it for a community that lies in its area (初核)."""
        return any(path.startswith(self.area_path) for path in jurisdiction.paths_where(user, "look_at_scores_in"))


class ScoreCard(models.Model):
    """得分卡: one subject's month. Group, grid and employment as they were then; its points are those of its lines."""

    Grade = reasons.Grade

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="cards")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="cards"
    )
    # Of a worker: the grid where he holds his post. Of an area scheme: the area assessed.
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")
    team = models.ForeignKey(WorkingGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="cards")
    group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, related_name="cards")
    # Key of the person, area, department or team, whichever the scheme assesses: what measures count by.
    subject = models.BigIntegerField()
    points = models.FloatField(null=True, blank=True)
    # Of the hundred, so many points could be had: rows without data weigh nothing.
    grade = models.CharField(max_length=6, choices=Grade.choices, default=Grade.NONE)
    # 关注: below the lowest band's line, but not proved; only those who watch over the board see it.
    watched = models.BooleanField(default=False)
    # The share by which the lowest band is judged, over the window: k of n, estimate, 80 % band, P(share < line).
    sample = models.PositiveIntegerField(default=0)
    met = models.FloatField(default=0)
    estimate = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    doubt = models.FloatField(null=True, blank=True)
    # Subjects of a grade whose bands overlap share a tier; 1 is the best of the grade.
    tier = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("score card")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "subject"], name="one_card_per_subject"),
            models.CheckConstraint(
                condition=Q(person__isnull=False)
                | Q(area__isnull=False)
                | Q(department__isnull=False)
                | Q(team__isnull=False),
                name="a_card_is_somebodys",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-assessment"], name="card_of_person"),
            models.Index(fields=["department", "-assessment"], name="card_of_department"),
        ]

    @property
    def who(self) -> models.Model | None:
        """The person, department, group or area that is assessed."""
        return self.person or self.department or self.team or self.area


class ScoreLine(models.Model):
    """得分行: one indicator of a card, with the ids of all that was counted: each point opens onto what happened.

    `items`: everything of the month that its measure found; `against`: what cost points; `exempt`: what an appeal
    took out of the statistic (the fact stays). k and n leave the exempt out; the page prints `18(2)`.
    """

    card = models.ForeignKey(ScoreCard, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="lines")
    # A thing may count in part (a mark of 80 of 100 is 0.8), so k and the expected share are no whole numbers.
    k = models.FloatField(default=0)
    n = models.PositiveIntegerField(default=0)
    window_k = models.FloatField(default=0)
    window_n = models.PositiveIntegerField(default=0)
    # By the peers' shares of the same categories, of `window_n`; None where the mix is not looked at.
    expected = models.FloatField(null=True, blank=True)
    # Share of the peers (m) and how strongly it draws (A); None where the line is no share.
    peers = models.FloatField(null=True, blank=True)
    pull = models.FloatField(null=True, blank=True)
    estimate = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    # Too few to say anything: the peers' share stands in its place.
    small = models.BooleanField(default=False)
    points = models.FloatField(default=0)
    items = ArrayField(models.BigIntegerField(), default=list)
    against = ArrayField(models.BigIntegerField(), default=list)
    exempt = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("line of a score card")
        constraints = [models.UniqueConstraint(fields=["card", "indicator"], name="one_line_per_indicator")]


class Remark(models.Model):
    """社区初核: a community has looked at the cards of its people, and agrees or says what is wrong."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="remarks")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    words = models.CharField(_("what is wrong"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "area"], name="one_remark_per_area")]


def evidence_path(entry: Entry, name: str) -> str:
    """Under the assessed month; never the name the file came with."""
    return f"evidence/{entry.since:%Y%m}/{entry.key}.{name.rpartition('.')[2]}"


class Entry(models.Model):
    """录入分: a mark from 0 to 100 that a member of the assessment team (考核专班) gives one subject, with evidence.

    Never changed: a later one for the same month, subject and indicator takes its place until the month is scored.
    """

    key = models.UUIDField(unique=True)
    city = models.ForeignKey("grids.City", on_delete=models.PROTECT, related_name="+")
    scheme_code = models.CharField(max_length=20)
    indicator_code = models.CharField(max_length=20)
    since = models.DateField()
    subject = models.BigIntegerField()
    points = models.FloatField()
    words = models.CharField(_("grounds"), max_length=500)
    evidence = models.FileField(upload_to=evidence_path, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scheme_code", "since", "indicator_code", "subject"], name="entry_of_month")]
        constraints = [models.CheckConstraint(condition=Q(points__gte=0, points__lte=100), name="a_mark_of_a_hundred")]

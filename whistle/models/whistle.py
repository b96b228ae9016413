"""The whistle (哨): a matter that one street cannot settle alone, with a time and a place to report in at."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case, CaseQuerySet
from grids import jurisdiction
from grids.models import Area, Post
from grids.once import once
from whistle import reasons
from whistle.models.rule import WhistleItem, WhistleKind
from workorders.models import WorkOrder

# The centre that rules is the city's own, not the street whose whistle it is.
RULED_ABOVE = frozenset({"uphold", "excuse"})
BLOWERS = frozenset({"blow", "decline", "withdraw", "blow_again", "rate"})
# Run by whose whistle it is: a community's own rights do not reach the street's whistle on its ground.
HOSTED = frozenset({"register", "plan", "replan", "attach", "audit", "settle"})


class WhistleQuerySet(CaseQuerySet):
    def visible_to(self, user: jurisdiction.Person) -> WhistleQuerySet:
        """What the house lets him see of cases, and each whistle to which he was called himself."""
        if not user.is_authenticated:
            return self.none()
        seen = super().visible_to(user).values("pk")
        called = self.model._base_manager.filter(summonses__person__pk=user.pk).values("pk")
        return self.filter(Q(pk__in=seen) | Q(pk__in=called))


class Whistle(Case):
    """One blowing: who blew for what, whom it called where and when, and how it ended."""

    Spring = reasons.Spring

    sort = models.ForeignKey(WhistleKind, on_delete=models.PROTECT, related_name="whistles", verbose_name=_("kind"))
    # 哨源, and the work order it grew out of where there is one.
    spring = models.CharField(_("source"), max_length=10, choices=Spring.choices)
    order = models.ForeignKey(WorkOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="whistles")
    # Whose whistle it is: the street (or community) that blew.
    caller = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="whistles")
    words = models.TextField(_("matter"), max_length=2000)
    item = models.ForeignKey(WhistleItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why_unlisted = models.CharField(max_length=500, blank=True)
    # A matter that takes more than the day; its settlement is given longer (rules.md 13.3 row 59).
    complex = models.BooleanField(default=True)
    meet_at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=200)
    # WGS-84.
    lng = models.FloatField()
    lat = models.FloatField()
    blown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    blown_at = models.DateTimeField(null=True, blank=True)
    # 1: departments; 2 (二次哨): the leaders in charge as well; 3: the main leaders as well.
    level = models.PositiveSmallIntegerField(default=1)
    # The whistle that this one makes louder; each grows louder once.
    previous = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next")
    # The first whistle on the same matter, and which of its whistles this is.
    matter = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repeats")
    repeat = models.PositiveSmallIntegerField(default=1)
    # From the third on the same matter: why it keeps coming back (rules.md 13.3 row 65).
    cause = models.TextField(max_length=1000, blank=True)
    result = models.TextField(_("result"), max_length=2000, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    solved = models.BooleanField(null=True, blank=True)

    objects = WhistleQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("whistle")
        indexes = [
            models.Index(fields=["caller", "blown_at"], name="whistle_of_street"),
            models.Index(fields=["blown_at"], name="whistle_by_time"),
        ]

    def bars(self, user: jurisdiction.Person, step: str) -> bool:
        """Who may blow is a post of the kind's list; who rules stands above the street."""
        if step in BLOWERS:
            return not _holds_post(user, self)
        if step in HOSTED:
            return not jurisdiction.may(user, "host_in", self.caller)
        if step in RULED_ABOVE:
            return not any(path == f"/{self.area.path_keys[0]}/" for path in jurisdiction.paths_where(user, "rule_in"))
        return False

    def calls_upon(self, user: jurisdiction.Person) -> bool:
        """Whether he himself, not his department, is called."""
        mine = self.summonses.filter(person_id=user.pk, excused_at=None)
        return once(("called upon", self.pk, user.pk), mine.exists)


def _holds_post(user: jurisdiction.Person, whistle: Whistle) -> bool:
    """Whether a post of the kind's list is his on the caller's ground or above it."""
    held = Post.objects.held().filter(user__pk=user.pk, role__code__in=whistle.sort.blown_by)
    here = held.filter(area__in=whistle.caller.path_keys)
    return once(("blows", user.pk, whistle.sort_id, whistle.caller_id), here.exists)


class Effort(models.Model):
    """What the street did itself before it blew (吹哨的前提)."""

    whistle = models.ForeignKey(Whistle, on_delete=models.CASCADE, related_name="efforts")
    on = models.DateField()
    words = models.CharField(max_length=300)

    class Meta:
        ordering = ["on", "pk"]

"""What the forms of a whistle offer: in whose name one may open which kind, whom it can call, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from casework.jurisdiction import departments_of
from grids.models import Area, City, Department, MemberUnit, Post
from whistle.models import Clue, PlanLine, Reply, Summons, Supervision, Whistle, WhistleKind
from whistle.selectors.rules import kinds_for, kinds_to_raise

MEMBER_POST = "member_post"


@dataclass(frozen=True)
class Opening:
    """A kind of whistle that somebody may open: in whose name he blows it at once, and to whom he applies."""

    kind: WhistleKind
    blown_for: list[Area] = field(default_factory=list)
    raised_for: list[Area] = field(default_factory=list)

    @property
    def callers(self) -> list[Area]:
        """All areas in whose name this kind can be opened, those he may blow for first."""
        return list({area.pk: area for area in [*self.blown_for, *self.raised_for]}.values())

    def is_application(self, caller: Area) -> bool:
        """Whether others decide on it: he may apply in this name, and not blow."""
        return caller not in self.blown_for


def openings_for(user: User, city: City) -> list[Opening]:
    """Every kind that this person may blow or apply for today, in the rulebook's order."""
    blown = {each.kind.pk: each for each in kinds_for(user, city)}
    raised = {each.kind.pk: each for each in kinds_to_raise(user, city)}
    applicants = [area for each in raised.values() for area in each.callers]
    decided = _who_decides([each.kind for each in raised.values()], applicants)
    found = []
    for key, each in sorted({**raised, **blown}.items(), key=lambda pair: pair[1].kind.place):
        above = [decided.get((key, area.pk)) for area in raised[key].callers] if key in raised else []
        callers = blown[key].callers if key in blown else []
        found.append(Opening(each.kind, callers, [area for area in above if area is not None]))
    return [opening for opening in found if opening.callers]


def _who_decides(kinds: list[WhistleKind], areas: list[Area]) -> dict[tuple[int, int], Area]:
    """For each kind and area of an applicant the nearest area, his own or above it, at which somebody may blow it."""
    keys = {key for area in areas for key in area.path_keys}
    roles = {role for kind in kinds for role in kind.blown_by}
    posts = list(Post.objects.held().filter(area__in=keys, role__code__in=roles).select_related("role", "area__level"))
    found = {}
    for kind in kinds:
        seats = {post.area_id: post.area for post in posts if post.role.code in kind.blown_by}
        for area in areas:
            near = next((seats[key] for key in reversed(area.path_keys) if key in seats), None)
            if near is not None:
                found[kind.pk, area.pk] = near
    return found


@dataclass(frozen=True)
class ToCall:
    """Whom whistles in the name of certain areas can call."""

    departments: list[Department]
    units: list[MemberUnit]
    # Party members' posts, one a person.
    members: list[Post]

    @property
    def companies(self) -> list[Department]:
        """The departments that are companies: a whistle to units calls them too."""
        return [row for row in self.departments if row.kind == Department.Kind.COMPANY]


def to_call(callers: Iterable[Area]) -> ToCall:
    """The departments that serve one of these areas, the member units around them, the Party members within them."""
    callers = list(callers)
    keys = {key for area in callers for key in area.path_keys}
    inside, around = Q(pk__in=[]), Q(body__area__in=keys)
    for area in callers:
        inside |= Q(area__path__startswith=area.path)
        around |= Q(body__area__path__startswith=area.path)
    day = timezone.localdate()
    units = MemberUnit.objects.filter(around, since__lte=day).filter(Q(until=None) | Q(until__gt=day))
    members = Post.objects.held().filter(inside, role__code=MEMBER_POST).select_related("user", "area")
    departments = Department.objects.standing().filter(area__in=keys).order_by("area__level__rank", "code")
    return ToCall(
        list(departments), list(units.select_related("body").order_by("name", "pk")),
        list({post.user_id: post for post in members.order_by("area__path", "pk")}.values()),
    )  # fmt: skip


def summonses_for(whistle: Whistle, user: User) -> QuerySet[Summons]:
    """The standing summonses for which this person acts: his own, and those of the departments he works for."""
    mine = Q(person=user) | Q(department__in=departments_of(user, "handle_in"))
    return standing(whistle).filter(mine)


def standing(whistle: Whistle) -> QuerySet[Summons]:
    """All whom a whistle calls and nobody excused, with their names."""
    found: QuerySet[Summons] = whistle.summonses.standing().select_related("department", "person", "unit")
    return found.order_by("pk")


def missing(whistle: Whistle) -> QuerySet[Summons]:
    """Those who have not reported in yet."""
    return standing(whistle).filter(arrived_at=None, carried=False)


def objecting(whistle: Whistle) -> QuerySet[Summons]:
    """Those whose objection waits for a ruling, the first to object first."""
    found: QuerySet[Summons] = whistle.summonses.filter(objection__isnull=False, objection__ruled_at=None)
    return found.select_related("department", "person", "unit").order_by("objection__at")


def waiting_replies(whistle: Whistle) -> QuerySet[Reply]:
    """The replies that nobody has audited yet, the oldest first."""
    waiting = Reply.objects.filter(summons__whistle=whistle, passed=None).order_by("at", "pk")
    return waiting.select_related("summons__department", "summons__person", "summons__unit")


def lines_now(whistle: Whistle) -> QuerySet[PlanLine]:
    """The lines of the plan that stands."""
    found: QuerySet[PlanLine] = whistle.plan_lines.filter(replaced_at=None).order_by("place")
    return found.select_related("summons")


def waiting_clues(whistle: Whistle) -> QuerySet[Clue]:
    """The clues of a whistle on which nothing is decided yet."""
    found: QuerySet[Clue] = whistle.clues.filter(decided_at=None).order_by("at", "pk")
    return found


def departments_around(whistle: Whistle) -> QuerySet[Department]:
    """The departments that serve the caller's ground: who could be called."""
    serving: QuerySet[Department] = Department.objects.standing().serving(whistle.caller)
    return serving.order_by("area__level__rank", "code")


def departments_followed(case: Supervision) -> QuerySet[Department]:
    """The departments that the supervised whistle called."""
    return Department.objects.filter(summonses__whistle=case.followed_id).order_by("summonses__pk")

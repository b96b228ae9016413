"""区委督查室: everything overdue of whistles, clock by clock, with what happened already; and the cases it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Deadline, Pause, Rung
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import City
from whistle.lifecycle import ARRIVE, CONTACT, REPLY, SETTLE, SIGN
from whistle.models import Clue, Statement, Summons, Supervision, Whistle
from whistle.selectors.sight import ground
from whistle.statuses import FOLLOWED
from workorders.selectors.paging import Order, Page, page_of

CLOCKS = (SIGN, CONTACT, ARRIVE, SETTLE, REPLY)
LONGEST_FIRST = Order("due_at")
OLDEST_FIRST = Order("opened_at")
NEWEST_CLUE = Order("at", newest_first=True)
ROWS, CASES = 50, 20
# What the ladder may have done to a late clock, beside its lamp.
DONE = ("press", "supervise", "louder")


@dataclass(frozen=True)
class Late:
    """One clock that is over and still asked for: of which whistle, whose, and what came of it already."""

    clock: Deadline
    whistle: Whistle
    summons: Summons | None
    supervision: Supervision | None
    # What the unit states in writing, or still has to.
    statement: Statement | None
    # The rungs that fired beside the lamps: pressed, supervised, louder.
    done: list[Rung] = field(default_factory=list)


@dataclass(frozen=True)
class Overdue:
    """One page of what is late, longest first, and how many clocks of how many whistles are."""

    rows: list[Late]
    page: Page
    clocks: int
    whistles: int


def overdue(user: User, city: City, *, after: str = "", before: str = "") -> Overdue:
    """Everything overdue on the ground where the reader presses; so many questions however much it is."""
    late = _late(ground(user, "press_in", city), city)
    counts = late.aggregate(clocks=Count("pk"), whistles=Count("case", distinct=True))
    page = page_of(_with_all(late), LONGEST_FIRST, after=after, before=before, size=ROWS)
    whistles = _whistles_of(page.rows)
    return Overdue([_told(clock, whistles[clock.case_id]) for clock in page.rows], page, **counts)


def _late(paths: Sequence[str], city: City) -> QuerySet[Deadline]:
    here = Q(pk__in=[])
    for path in paths:
        here |= Q(area_path__startswith=path)
    # Asked of the two small tables: among all cases and all clocks of a city there are few of these.
    open_here = here & Q(city=city, closed_at=None)
    cases = Whistle.objects.filter(open_here).values("pk").union(Supervision.objects.filter(open_here).values("pk"))
    return Deadline.objects.filter(case__in=cases, clock__in=CLOCKS, ended_at=None, missed_at__isnull=False)


def _with_all(clocks: QuerySet[Deadline]) -> QuerySet[Deadline]:
    rungs = Rung.objects.filter(fired_at__isnull=False).order_by("fired_at", "pk")
    return clocks.select_related("case__city", "department", "person").prefetch_related(
        Prefetch("rungs", rungs), Prefetch("pauses", Pause.objects.all())
    )


def _whistles_of(clocks: Sequence[Deadline]) -> dict[int, Whistle]:
    """By the key of the case whose clock it is: the whistle itself, or the one that the supervised case follows."""
    keys = {clock.case_id for clock in clocks}
    found = Whistle.objects.filter(Q(pk__in=keys) | Q(supervision__pk__in=keys)).distinct()
    summonses = Prefetch("summonses", Summons.objects.select_related("department", "person", "unit"))
    with_case = found.select_related("caller", "sort", "supervision")
    whistles = list(with_case.prefetch_related(summonses, "supervision__statements"))
    by_key = {whistle.pk: whistle for whistle in whistles}
    return by_key | {case.pk: whistle for whistle in whistles if (case := _supervision(whistle))}


def _supervision(whistle: Whistle) -> Supervision | None:
    return getattr(whistle, "supervision", None)


def _told(clock: Deadline, whistle: Whistle) -> Late:
    held = (clock.department_id, clock.person_id)
    summons = next((each for each in whistle.summonses.all() if (each.department_id, each.person_id) == held), None)
    done = [rung for rung in clock.rungs.all() if rung.name in DONE]
    case = _supervision(whistle)
    stated = [each for each in case.statements.all() if each.department_id == clock.department_id] if case else []
    return Late(clock, whistle, summons, case, stated[-1] if stated and clock.department_id else None, done)


# --- the cases that the office follows ------------------------------------------------------------------------------
def followed(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """The supervised cases that are not concluded, oldest first, with their statements and clocks."""
    here = Q(pk__in=[])
    for path in ground(user, "press_in", city):
        here |= Q(area_path__startswith=path)
    cases = Supervision.objects.filter(here, city=city, status=FOLLOWED)
    return page_of(_whole(cases), OLDEST_FIRST, after=after, before=before, size=CASES)


def _whole(cases: QuerySet[Any]) -> QuerySet[Any]:
    clocks = Deadline.objects.select_related("department").prefetch_related("pauses", "rungs")
    statements = Statement.objects.select_related("department", "by")
    return cases.select_related(
        "city", "rulebook", "area__level", "office", "followed__caller", "followed__sort", "department"
    ).prefetch_related(Prefetch("statements", statements), Prefetch("deadlines", clocks))


def supervised(user: User, number: str) -> Supervision:
    """One supervised case that this person may see, whole."""
    found: Supervision | None = _whole(Supervision.objects.visible_to(user).filter(number=number)).first()
    if found is None:
        raise NotFound(_("There is no such supervised case, or it is not yours to see."))
    return found


def units_of(case: Supervision) -> list[Summons]:
    """The departments that the followed whistle calls, with what each did."""
    called = case.followed.summonses.exclude(department=None).select_related("department")
    return list(called.order_by("pk"))


def clocks_of(case: Supervision) -> list[Deadline]:
    """The clocks of the whistle that were missed, as the case stands for them."""
    missed = case.followed.deadlines.filter(missed_at__isnull=False, clock__in=CLOCKS)
    return list(missed.select_related("case__city", "department", "person").prefetch_related("pauses", "rungs"))


# --- clues ----------------------------------------------------------------------------------------------------------
def clues(user: User, city: City, *, after: str = "", before: str = "") -> Page:
    """The clues of whistles, newest first: for who decides on them, and for who presses."""
    here = Q(pk__in=[])
    for path in clue_ground(user, city):
        here |= Q(whistle__area_path__startswith=path)
    found = Clue.objects.filter(here, whistle__city=city).select_related("whistle__caller", "by", "decided_by")
    return page_of(found, NEWEST_CLUE, after=after, before=before)


def clue_ground(user: User, city: City) -> tuple[str, ...]:
    """Where the reader reads clues; refused to who neither decides nor presses."""
    if decides(user, city):
        return ground(user, "decide_clues_in", city)
    return ground(user, "press_in", city)


def decides(user: User, city: City) -> bool:
    """Whether he decides on clues, and so reads what was decided."""
    return jurisdiction.may_somewhere(user, "decide_clues_in", city)

"""二次哨 of a leader: the louder whistles that call him to the place in person, and who of all called is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Deadline
from casework.refusals import NotYours
from grids import jurisdiction
from grids.models import City
from whistle.lifecycle import ARRIVE, SIGN
from whistle.models import Summons
from whistle.reasons import Role
from workorders.selectors.paging import Order, Page, page_of

LEADERS = (Role.LEADER, Role.MAIN_LEADER)
LEADERS_CLOCKS = "leaders_clocks"
NEWEST = Order("called_at", newest_first=True)


@dataclass(frozen=True)
class Call:
    """One leader called by one louder whistle: his clocks, whether he has come, and how many of all are there."""

    summons: Summons
    sign: Deadline | None
    arrive: Deadline | None
    there: int
    called: int


@dataclass(frozen=True)
class Calls:
    """One page of them; `mine` tells whether only the reader's own are shown."""

    rows: list[Call]
    page: Page
    mine: bool
    sees_all: bool


def calls_of(user: User, city: City, *, whose: str = "", after: str = "", before: str = "") -> Calls:
    """The second and third whistles that call this leader; who logs leaders' visits may read those of all."""
    sees_all = jurisdiction.may_somewhere(user, "log_visits_in", city)
    own = _calls(city).filter(person=user)
    mine = whose == "mine" or not sees_all or (whose != "all" and own.exists())
    if mine and not sees_all and not own.exists():
        raise NotYours(_("No louder whistle calls you, and your post does not show you those of others."))
    found = own if mine else _calls(city).filter(_on(jurisdiction.paths_where(user, "log_visits_in")))
    page = page_of(_with_all(found), NEWEST, after=after, before=before)
    return Calls([_told(summons) for summons in page.rows], page, mine, sees_all)


def _calls(city: City) -> QuerySet[Summons]:
    return Summons.objects.filter(role__in=LEADERS, called_at__isnull=False, whistle__city=city)


def _on(paths: Sequence[str]) -> Q:
    here = Q(pk__in=[])
    for path in paths:
        here |= Q(whistle__area_path__startswith=path)
    return here


def _with_all(found: QuerySet[Summons]) -> QuerySet[Summons]:
    clocks = Deadline.objects.filter(clock__in=[SIGN, ARRIVE], person__isnull=False)
    clocks = clocks.select_related("case__city").prefetch_related("pauses", "rungs")
    return found.select_related(
        "person", "whistle__caller", "whistle__city", "whistle__sort", "whistle__previous"
    ).prefetch_related("whistle__summonses", Prefetch("whistle__deadlines", clocks, to_attr=LEADERS_CLOCKS))


def _told(summons: Summons) -> Call:
    """Excused ones are called no more; his clock of a stage is the last one."""
    standing = [each for each in summons.whistle.summonses.all() if each.stands]
    clocks = [each for each in getattr(summons.whistle, LEADERS_CLOCKS) if each.person_id == summons.person_id]
    by_stage = {clock.clock: clock for clock in clocks}
    there = sum(each.is_there for each in standing)
    return Call(summons, by_stage.get(SIGN), by_stage.get(ARRIVE), there, len(standing))

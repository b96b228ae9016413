"""On whose desk an order lies: which permission, where, it waits for. Lists ask this way round, orders the other.

One table (`WAITS`) answers both, so that “mine” and “who must act” cannot drift apart, and no open order is nobody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from casework.models import Case, Part
from grids.models import Area, Department
from workorders import statuses
from workorders.models import Application, Clue, Press, WorkOrder
from workorders.selectors.named import among, few

# What a person may: for each permission the path prefixes and the departments' keys (`jurisdiction.places_of`).
Places = Mapping[str, tuple[Sequence[str], Sequence[int]]]
NOTHING = Q(pk__in=())
OPEN = Q(closed_at=None)


@dataclass(frozen=True)
class Desk:
    """Where an order lies: whoever holds the permission there is to act."""

    permission: str
    place: Area | Department


@dataclass(frozen=True)
class Wait:
    """One way in which orders wait: the permission, the statuses, and for which place."""

    permission: str
    statuses: Sequence[str]
    # Which of the orders wait for these departments, or on these grounds.
    of: Callable[[Q, Sequence[int]], Q]
    # The places for which one order waits.
    at: Callable[[WorkOrder], Iterable[Area | Department]]

    def holds(self, places: Places) -> Q:
        """The orders that wait in this way for somebody with these places."""
        paths, departments = places.get(self.permission, ((), ()))
        if not (paths or departments):
            return NOTHING
        return Q(status__in=self.statuses) & self.of(on_ground(paths), departments)


def on_ground(paths: Iterable[str]) -> Q:
    """Orders that lie within one of these areas."""
    ground = NOTHING
    for path in paths:
        ground |= Q(area_path__startswith=path)
    return ground


def parts_of(departments: Sequence[int], role: str) -> Q:
    """Orders in which one of these departments has such a part now."""
    parts = Part.objects.present().filter(role=role, department__in=departments)
    return Q(pk__in=parts.values("case"))


def awaiting_reply(departments: Sequence[int] | None = None) -> Q:
    """Orders over which a press stands that asks for a written reply not given yet."""
    presses = Press.objects.filter(lifted_at=None, reply_wanted=True, replied_at=None)
    return Q(pk__in=(presses if departments is None else presses.filter(department__in=departments)).values("order"))


def applied(state: str, departments: Sequence[int] | None = None) -> Q:
    """Orders with an application in this state that is not decided."""
    waiting = Application.objects.filter(decided_at=None, state=state)
    return Q(pk__in=(waiting if departments is None else waiting.filter(department__in=departments)).values("order"))


def clues(*, decided: bool = False) -> Q:
    """Orders with a clue that discipline inspection has, or has not yet, decided on."""
    return Q(pk__in=Clue.objects.filter(decided_at__isnull=not decided).values("order"))


def _ground(permission: str, *waiting: str) -> Wait:
    return Wait(permission, waiting, lambda ground, departments: ground | Q(department__in=departments), _area)


def _area(order: WorkOrder) -> list[Area]:
    return [order.area]


def _lead(order: WorkOrder) -> list[Department]:
    return [order.department] if order.department else []


def _partners(role: str) -> Callable[[WorkOrder], list[Department]]:
    return lambda order: [part.department for part in order.parts.present().filter(role=role)]


def _repliers(order: WorkOrder) -> list[Department]:
    presses = order.presses.filter(lifted_at=None, reply_wanted=True, replied_at=None).select_related("department")
    return [press.department for press in presses if press.department]


def _applicants(state: str) -> Callable[[WorkOrder], list[Department]]:
    return lambda order: [row.department for row in order.applications.filter(decided_at=None, state=state)]


WAITS: tuple[Wait, ...] = (
    _ground("accept_in", statuses.REPORTED),
    _ground("verify_in", statuses.CHECKING, statuses.FINISHED),
    _ground("keep_in", statuses.KEPT),
    _ground("dispatch_in", statuses.ACCEPTED),
    _ground("rule_in", statuses.RULING, statuses.PARKED),
    _ground("close_in", statuses.VERIFIED),
    # The street that blew runs the meeting; its own desk sees what waits.
    _ground("host_in", statuses.WHISTLED),
    Wait("handle_in", statuses.IN_HAND, lambda ground, mine: ground | Q(department__in=mine), _lead),
    Wait("handle_in", (statuses.POOLED,), lambda _g, mine: parts_of(mine, Part.Role.OFFERED),
         _partners(Part.Role.OFFERED)),
    Wait("handle_in", statuses.IN_HAND, lambda _g, mine: parts_of(mine, Part.Role.ASSIST),
         _partners(Part.Role.ASSIST)),
    Wait("handle_in", statuses.UNDER_WAY, lambda _g, mine: awaiting_reply(mine), _repliers),
    Wait("endorse_in", (statuses.HANDLING,), lambda _g, mine: applied(Application.State.ASKED, mine),
         _applicants(Application.State.ASKED)),
    Wait("rule_in", (statuses.HANDLING,), lambda ground, _m: applied(Application.State.ENDORSED) & ground,
         lambda order: _area(order) if _applicants(Application.State.ENDORSED)(order) else []),
    Wait("decide_clues_in", statuses.OPEN, lambda ground, _m: clues() & ground,
         lambda order: _area(order) if order.clues.filter(decided_at=None).exists() else []),
)  # fmt: skip


def waiting_for(places: Places) -> Q:
    """The open orders that wait for somebody with these places.

    For who has departments and no ground each way is looked up in an index of its own, and what is found is named one
    by one: a list then begins with these few, and with nothing else that an index over the open ones may tempt to.
    Over the ground of a town the open ones are read one after the other anyhow.
    """
    ways = [wait.holds(places) for wait in WAITS if wait.permission in places]
    if any(places[wait.permission][0] for wait in WAITS if wait.permission in places):
        return OPEN & reduce(or_, ways, NOTHING)
    none, *keys = [Case.objects.open().filter(way).order_by().values_list("pk", flat=True) for way in [NOTHING, *ways]]
    if not keys:
        return NOTHING
    found = none.union(*keys)
    named = few(found)
    return Q(pk__in=found) if named is None else among(named)


def desks_of(order: WorkOrder) -> list[Desk]:
    """Every desk on which an order lies now; what goes with another order lies where that one does."""
    if order.status == statuses.JOINED and order.joined_to is not None:
        return desks_of(order.joined_to)
    return [Desk(wait.permission, place) for wait in WAITS if order.status in wait.statuses for place in wait.at(order)]


def lies_on(places: Places, desk: Desk) -> bool:
    """Whether somebody with these places sits at this desk."""
    paths, departments = places.get(desk.permission, ((), ()))
    if isinstance(desk.place, Department):
        return desk.place.pk in departments
    return any(desk.place.path.startswith(path) for path in paths)

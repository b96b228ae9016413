"""The lists of whistles: which views there are and in whose rail, one page of a view, the counts. One page: `board.py`.

Every list begins with `visible_to`; counts and lists share their filters, so a count is always its own list's length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from casework.models import Deadline
from casework.models.case import Lamp
from whistle.models import Objection, Reply, Summons, Whistle
from whistle.statuses import BLOWN, HANDLING, RAISED, SETTLED
from workorders.selectors.desks import Asker
from workorders.selectors.paging import BY_DUE, NEWEST, Order, Page, page_of

OPEN = Q(closed_at=None)


@dataclass(frozen=True)
class View:
    """One view of the list of whistles: a name in the rail, a filter, an order."""

    code: str
    label: str | Promise
    icon: str
    holds: Callable[[Asker], Q]
    # Who has use for it, on ground; `of_department`: for who may so for a department.
    needs: tuple[str, ...] = ()
    of_department: bool = False
    tone: str = ""
    order: Order = BY_DUE
    counted: bool = True

    def fits(self, asker: Asker) -> bool:
        """Whether it stands in this person's rail."""
        if self.of_department:
            return any(asker.departments(permission) for permission in self.needs)
        return any(asker.places.get(permission, ((), ()))[0] for permission in self.needs)


def _with(summonses: QuerySet[Summons]) -> Q:
    return Q(pk__in=summonses.order_by().values("whistle"))


def _ours(asker: Asker) -> QuerySet[Summons]:
    """The standing summonses of the departments for which the person acts."""
    return Summons.objects.standing().filter(department__in=asker.departments(), called_at__isnull=False)


def _to_audit(asker: Asker) -> Q:
    return OPEN & Q(pk__in=Reply.objects.filter(passed=None).order_by().values("summons__whistle"))


def _to_rule(asker: Asker) -> Q:
    return OPEN & Q(pk__in=Objection.objects.filter(ruled_at=None).order_by().values("summons__whistle"))


def _late(asker: Asker) -> Q:
    return OPEN & (Q(lamp=Lamp.RED) | Q(due_at__lte=asker.at))


def _to_report_in(asker: Asker) -> Q:
    waiting = _ours(asker).filter(arrived_at=None, carried=False)
    return Q(status__in=BLOWN) & _with(waiting)


def _in_hand(asker: Asker) -> Q:
    there = _ours(asker).filter(Q(arrived_at__isnull=False) | Q(carried=True), done_at=None)
    return Q(status__in=BLOWN) & _with(there)


def _sent_back(asker: Asker) -> Q:
    """A reply of ours did not pass, and no later one is waiting."""
    again = Reply.objects.filter(passed=None, summons=OuterRef("summons"))
    failed = Reply.objects.filter(~Exists(again), passed=False, summons__in=_ours(asker).filter(done_at=None))
    return Q(status=HANDLING) & Q(pk__in=failed.order_by().values("summons__whistle"))


def _calls_me(asker: Asker) -> Q:
    return OPEN & _with(Summons.objects.standing().filter(person=asker.user, called_at__isnull=False))


STREET = ("blow_in", "host_in", "see_cases_in")
VIEWS: tuple[View, ...] = (
    View("sign", _("To sign in for"), "edit",
         lambda asker: Q(status__in=BLOWN) & _with(_ours(asker).filter(signed_at=None)), ("handle_in",),
         of_department=True, tone="whistle"),
    View("arrive", _("To report in to"), "pin", _to_report_in, ("handle_in",), of_department=True),
    View("hand", pgettext_lazy("whistles", "In hand"), "people", _in_hand, ("handle_in",), of_department=True),
    View("returned", _("Replies sent back"), "back", _sent_back, ("handle_in",), of_department=True, tone="late"),
    View("calls", _("Calling me"), "me", _calls_me, ("log_visits_in",), tone="whistle"),
    View("running", _("Running"), "whistle", lambda asker: Q(status__in=BLOWN), STREET, tone="whistle"),
    View("raised", _("To be decided on"), "inbox", lambda asker: Q(status=RAISED), ("blow_in", "raise_in")),
    View("rule", _("Sent back, to be ruled on"), "back", _to_rule, ("rule_in",)),
    View("audit", _("Replies to audit"), "verify", _to_audit, ("host_in",)),
    View("rate", _("To be rated"), "star", lambda asker: Q(status=SETTLED), ("blow_in",)),
    View("second", _("Second whistles"), "whistle", lambda asker: OPEN & Q(level__gte=2),
         ("log_visits_in", "press_in"), tone="whistle"),
    View("late", pgettext_lazy("whistles", "Late"), "late", _late, STREET, tone="late"),
    View("over", _("Settled and ended"), "doc", lambda asker: Q(closed_at__isnull=False), (*STREET, "raise_in"),
         order=NEWEST, counted=False),
)  # fmt: skip
BY_CODE = {view.code: view for view in VIEWS}
# Those called in person hold a post that sees no cases; departments see what is over as well.
MINE, OVER = BY_CODE["calls"], BY_CODE["over"]


def views_for(asker: Asker) -> list[View]:
    """The views of this person's rail; who has none of his own sees what calls him."""
    views = [view for view in VIEWS if view.fits(asker)]
    if not any(view.counted for view in views):
        return [MINE, OVER]
    return views if OVER in views else [*views, OVER]


def counts(asker: Asker, views: Sequence[View]) -> dict[str, int]:
    """How many whistles each view holds, in one query."""
    asked = {view.code: Count("pk", filter=view.holds(asker)) for view in views if view.counted}
    return _visible(asker).filter(OPEN).aggregate(**asked) if asked else {}


def listed(asker: Asker, view: View, *, after: str = "", before: str = "") -> Page:
    """One page of a view, each row with what its face needs; as many queries for one row as for fifty."""
    whistles = _visible(asker).filter(view.holds(asker))
    return page_of(_with_faces(whistles), view.order, after=after, before=before)


def _visible(asker: Asker) -> QuerySet[Whistle]:
    return Whistle.objects.visible_to(asker.user).filter(city=asker.city)


def _with_faces(whistles: QuerySet[Whistle]) -> QuerySet[Whistle]:
    clocks = Deadline.objects.open().select_related("department").prefetch_related("pauses", "rungs")
    return whistles.select_related("sort", "caller", "area").annotate(
        called=_number_of(Q()), there=_number_of(Q(arrived_at__isnull=False) | Q(carried=True))
    ).prefetch_related(Prefetch("deadlines", clocks))  # fmt: skip


def _number_of(which: Q) -> Coalesce:
    """How many standing summonses of a row fit, as a part of the same query."""
    mine = Summons.objects.standing().filter(which, whistle=OuterRef("pk")).order_by()
    counted: Any = mine.values("whistle").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted), 0)


def runs_for(user: User, order: int) -> Whistle | None:
    """The last whistle blown for a work order, if this person may see it."""
    found = Whistle.objects.visible_to(user).filter(order=order).only("number", "status", "kind", "repeat", "level")
    return found.order_by("-pk").first()

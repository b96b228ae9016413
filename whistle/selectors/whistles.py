"""What of a whistle only those concerned may read. The whistle itself is `board.py`, a supervised case `overdue.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Event
from casework.refusals import NotFound
from grids import jurisdiction
from whistle.models import Summons, Supervision, Whistle
from workorders.models import WorkOrder

NAMED = ("sort", "caller", "item", "matter")
# Events that carry the words of an objection or of its ruling.
OF_OBJECTIONS = frozenset({"objected", "objection_refused", "excused"})


def whistle_of_number(user: User, number: str) -> Whistle:
    """An earlier whistle on the same matter, if the person may see it; its whole board is `board.py`."""
    found: Whistle | None = Whistle.objects.visible_to(user).filter(number=number).select_related(*NAMED).first()
    if found is None:
        raise NotFound(_("There is no whistle %(number)s, or it is not yours to see.") % {"number": number})
    return found


def order_of_number(user: User, number: str) -> WorkOrder:
    """The work order on which a whistle is to stand, if the person may see it."""
    found: WorkOrder | None = WorkOrder.objects.visible_to(user).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no order %(number)s, or it is not yours to see.") % {"number": number})
    return found


def shows_code(whistle: Whistle, user: User) -> bool:
    """Whether he shows the code on site, and sees where those who came stood: who runs the meeting, or blew."""
    return any(jurisdiction.may(user, permission, whistle.caller) for permission in ("host_in", "blow_in"))


def sees_all_marks(whistle: Whistle, user: User) -> bool:
    """Whether he reads how every unit was rated: the street that rated, and who watches over it."""
    watches = any(jurisdiction.may(user, permission, whistle.area) for permission in ("press_in", "log_visits_in"))
    return watches or shows_code(whistle, user)


def own_summonses(whistle: Whistle, user: User) -> set[int]:
    """The keys of the summonses, excused ones too, that call him or a department he works for."""
    departments = set(jurisdiction.department_keys_where(user, "handle_in"))
    return {
        summons.pk for summons in whistle.summonses.all()
        if summons.person_id == user.pk or summons.department_id in departments
    }  # fmt: skip


def rules_or_runs(whistle: Whistle, user: User) -> bool:
    """Whether the words between a unit and the centre are for him in any case: the street's, and those above it."""
    above = any(jurisdiction.may(user, permission, whistle.area) for permission in ("rule_in", "press_in"))
    return above or shows_code(whistle, user)


def reads_objection(whistle: Whistle, summons: Summons, user: User) -> bool:
    """Whether the words of an objection are for him: the unit's own, the street's, and those who rule or supervise."""
    return rules_or_runs(whistle, user) or summons.pk in own_summonses(whistle, user)


def reads_clues(whistle: Whistle, user: User) -> bool:
    """Whether he reads what discipline inspection decided on a clue."""
    return jurisdiction.may(user, "decide_clues_in", whistle.area)


@dataclass(frozen=True)
class Concern:
    """What of one whistle one person may read beside what everybody reads who sees it."""

    host: bool
    # Keys of the summonses whose marks, and of those whose objection's words, are for him.
    marks: frozenset[int]
    objections: frozenset[int]


def concern_of(whistle: Whistle, user: User, summonses: Iterable[Summons]) -> Concern:
    """All of it at once."""
    every, own = {summons.pk for summons in summonses}, own_summonses(whistle, user)
    return Concern(
        host=shows_code(whistle, user),
        marks=frozenset(every if sees_all_marks(whistle, user) else own),
        objections=frozenset(every if rules_or_runs(whistle, user) else own),
    )


def silent_to(concern: Concern) -> Callable[[Event], bool]:
    """Of which events this person may not read the words said with them."""
    return lambda event: event.verb in OF_OBJECTIONS and event.facts.get("summons") not in concern.objections


def own_whistles(user: User) -> Q:
    """Whistles that he opened or blew, or that call him or a department he works for."""
    summonses = Summons.objects.standing().filter(called_at__isnull=False)
    departments = jurisdiction.department_keys_where(user, "handle_in")
    mine = summonses.filter(Q(person=user) | Q(department__in=departments)).order_by()
    return Q(reported_by=user) | Q(blown_by=user) | Q(pk__in=mine.values("whistle"))


def reads_statements(case: Supervision, user: User) -> set[int]:
    """The keys of the statements whose words are for him: the office and the street read all, a unit its own."""
    every = jurisdiction.may(user, "press_in", case.area) or shows_code(case.followed, user)
    departments = set(jurisdiction.department_keys_where(user, "handle_in"))
    return {each.pk for each in case.statements.all() if every or each.department_id in departments}

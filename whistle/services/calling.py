"""Whom a whistle calls, and the clocks of each: to sign in, to make contact, to be there, to have it settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from casework.calendar import Unit
from casework.models import Case, Part, TimeLimit
from casework.moment import now
from casework.selectors import calendar_of, limit_for
from casework.services import clocks
from grids.models import Area, Department, MemberUnit, Post
from whistle.lifecycle import ARRIVE, CONTACT, SETTLE, SIGN
from whistle.models import Notice, Summons, Whistle, WhistleKind
from whistle.reasons import Called, Role
from whistle.services.notices import people_called, tell

LEADER, SIMPLE = "leader", "simple"
STAGES = "whistle."


@dataclass(frozen=True)
class Asked:
    """Whom to call, as what, and what is asked of him; exactly one of the three is named."""

    department: Department | None = None
    unit: MemberUnit | None = None
    person: User | None = None
    asked: str = ""


def start(
    case: Case, clock: str, holder: Area | Department | User, *, kind: WhistleKind, condition: str = "",
    until: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Begins a stage's clock if the kind of whistle gives it a limit; a stage without one has none."""
    limit = limit_for(case.rulebook, clock, subject=kind.code, condition=condition)
    if limit is not None:
        clocks.start_clock(case, clock, holder, limit, until=until)


def latest_meeting(whistle: Whistle, *, condition: str = "") -> dt.datetime | None:
    """Until when those called must be there by the rules, counted from now; None where the city gives no limit."""
    limit = limit_for(whistle.rulebook, ARRIVE, subject=whistle.sort.code, condition=condition)
    if limit is None:
        return None
    return calendar_of(whistle.city).due(now(), limit.amount, Unit(limit.unit))


def name_called(whistle: Whistle, called: Sequence[Asked]) -> list[Summons]:
    """Writes down whom the whistle will call, the first as the lead; nobody is told yet."""
    summonses = []
    for place, asked in enumerate(called):
        role = Role.LEAD if place == 0 else Role.ASSIST
        role = Role.UNIT if asked.unit else Role.MEMBER if asked.person else role
        summons = Summons(whistle=whistle, role=role, asked=asked.asked.strip())
        summons.department, summons.unit, summons.person = asked.department, asked.unit, asked.person
        summonses.append(summons)
    return Summons.objects.bulk_create(summonses)


def call(whistle: Whistle, summonses: Sequence[Summons]) -> None:
    """Calls them: straight to each (mechanism 2-17), with his own clocks, and a notice to each person."""
    at = now()
    Summons.objects.filter(pk__in=[summons.pk for summons in summonses]).update(called_at=at)
    Part.objects.bulk_create(
        Part(case=whistle, department=summons.department, role=Part.Role.CALLED, since=at)
        for summons in summonses if summons.department is not None
    )  # fmt: skip
    limits = limits_of(whistle)
    starts = [start for summons in summonses for start in clocks_of(whistle, summons, limits)]
    clocks.start_clocks(whistle, starts)
    tell(whistle, Notice.About.CALLED, people_called(summonses))


Limits = dict[tuple[str, str], TimeLimit]


def limits_of(whistle: Whistle) -> Limits:
    """What the rulebook gives this kind of whistle, by stage and condition."""
    rows = TimeLimit.objects.filter(rulebook=whistle.rulebook_id, subject=whistle.sort.code, clock__startswith=STAGES)
    return {(row.clock, row.condition): row for row in rows}


def clocks_of(whistle: Whistle, summons: Summons, limits: Limits) -> Iterator[clocks.Start]:
    """The clocks of one summons. A member unit has none: it is asked, not ordered. Who came before only settles."""
    holder = holder_of(summons)
    if holder is None:
        return
    is_leader = summons.role in (Role.LEADER, Role.MAIN_LEADER)
    stages = [] if summons.carried else [(SIGN, ""), (ARRIVE, LEADER if is_leader else "")]
    if summons.department is not None:
        stages += [] if summons.carried else [(CONTACT, "")]
        stages.append((SETTLE, "" if whistle.complex else SIMPLE))
    for stage, condition in stages:
        limit = limits.get((stage, condition)) or limits.get((stage, ""))
        if limit is not None:
            yield clocks.Start(stage, holder, limit, until=whistle.meet_at if stage == ARRIVE else None)


def holder_of(summons: Summons) -> Department | User | None:
    """Who answers for the clocks of a summons."""
    return summons.department or summons.person


def who(summons: Summons) -> str:
    """The unit's name, or as what a person is called: his name stands in rows that can be erased."""
    if summons.person_id:
        return str(summons.get_role_display())
    return str(summons.department.name if summons.department else summons.unit)


def check_called(whistle: Whistle, called: Sequence[Asked]) -> None:
    """Refuses a whistle that calls nobody, somebody twice, or somebody whom this kind does not call."""
    if not called:
        raise ValidationError({"called": _("Call at least one.")})
    named = [asked.department or asked.unit or asked.person for asked in called]
    if len(set(named)) < len(named):
        raise ValidationError({"called": _("One of them is called twice.")})
    for asked in called:
        _check_one(whistle, asked)


def _check_one(whistle: Whistle, asked: Asked) -> None:
    calls = Called(whistle.sort.calls)
    if asked.person is not None and not _is_member(whistle, asked.person):
        raise ValidationError({"called": _("%(who)s holds no post of a Party member here.") % {"who": asked.person}})
    if asked.department is not None:
        serving = Department.objects.standing().serving(whistle.caller).filter(pk=asked.department.pk)
        if not serving.exists():
            words = {"department": asked.department}
            raise ValidationError({"called": _("%(department)s does not serve this area.") % words})
    fits = {
        Called.DEPARTMENTS: asked.department is not None,
        Called.UNITS: asked.unit is not None or _is_company(asked.department),
        Called.MEMBERS: asked.person is not None or asked.unit is not None,
    }
    if not fits[calls]:
        raise ValidationError({"called": _("“%(kind)s” does not call such as these.") % {"kind": whistle.sort}})


def _is_company(department: Department | None) -> bool:
    return department is not None and department.kind == Department.Kind.COMPANY


def _is_member(whistle: Whistle, person: User) -> bool:
    posts = Post.objects.held().filter(user=person, role__code="member_post")
    return posts.filter(area__path__startswith=whistle.caller.path).exists()

"""Which steps that the lifecycle allows have anything to act on, for one person; services refuse them in any case."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from casework.lifecycle import Step
from casework.moment import now
from casework.selectors import available_steps
from grids import jurisdiction
from whistle.models import Agreement, PlanLine, Reply, Summons, Whistle
from whistle.selectors.seats import Seat
from whistle.statuses import BLOWN, CALLING, RAISED, RATED

# What hands look for first; the first that may be a main one stands open on the page.
ORDER = (
    "sign", "check_in", "blow", "rate", "uphold", "excuse", "confirm_plan", "audit", "settle", "reply", "register",
    "plan", "replan", "announce", "contact", "progress", "attach", "object_to", "blow_again", "decline", "withdraw",
    "file_clue", "decide_clue",
)  # fmt: skip
MAIN = {"sign", "check_in", "blow", "rate", "uphold", "confirm_plan", "audit", "settle", "reply"}
MAIN_AT_FIRST = {"register", "plan"}


class Standing:
    """What stands on a whistle now, read once for all steps."""

    def __init__(self, whistle: Whistle, user: User, seats: Sequence[Seat], lines: Sequence[PlanLine],
                 replies: Sequence[Reply], agreements: Sequence[Agreement], *, clues: int = 0):  # fmt: skip
        self.whistle, self.user, self.seats = whistle, user, seats
        self.lines, self.replies, self.agreements, self.clues = lines, replies, agreements, clues
        keys = set(jurisdiction.department_keys_where(user, "handle_in"))
        self.mine: list[Summons] = [
            seat.summons
            for seat in seats
            if seat.summons.stands and (seat.summons.person_id == user.pk or seat.summons.department_id in keys)
        ]

    @property
    def standing(self) -> list[Summons]:
        return [seat.summons for seat in self.seats if seat.summons.stands]

    def waiting_reply(self, summons: Summons | None = None) -> bool:
        return any(reply.passed is None for reply in self.replies if summons is None or reply.summons_id == summons.pk)


def steps_for(standing: Standing) -> list[Step]:
    """What the person may do now and has reason to do, what is looked for first at the head."""
    found = [step for step in available_steps(standing.whistle, standing.user) if fits(standing, step.name)]
    return sorted(found, key=lambda step: ORDER.index(step.name) if step.name in ORDER else len(ORDER))


def main_of(steps: Sequence[Step], whistle: Whistle) -> str:
    """The name of the step that stands open, if one of them is what comes next."""
    first = steps[0].name if steps else ""
    wanted = MAIN | (MAIN_AT_FIRST if whistle.status == CALLING else set())
    return first if first in wanted else ""


def fits(standing: Standing, step: str) -> bool:
    """Whether a step has anything to act on."""
    whistle, mine = standing.whistle, standing.mine
    absent = [summons for summons in mine if not summons.is_there]
    clocks = whistle.deadlines.all()
    late = any(clock.missed_at or (clock.ended_at is None and clock.due_at <= now()) for clock in clocks)
    asked = {line.summons_id for line in standing.lines if line.confirmed_at is None}
    lead = next((summons for summons in standing.standing if summons.department_id), None)
    objections = [seat.objection for seat in standing.seats if seat.objection]
    conditions = {
        "sign": any(summons.signed_at is None for summons in mine),
        "contact": any(summons.contacted_at is None and summons.department_id for summons in absent),
        "announce": bool(absent),
        "check_in": bool(absent),
        "object_to": _may_object(standing, absent),
        "register": any(not summons.is_there for summons in standing.standing),
        "uphold": any(found.ruled_at is None for found in objections),
        "excuse": any(found.ruled_at is None for found in objections),
        "confirm_plan": any(summons.pk in asked for summons in mine),
        "reply": any(summons.done_at is None and not standing.waiting_reply(summons) for summons in mine),
        "audit": standing.waiting_reply(),
        "settle": not standing.waiting_reply() and (lead is None or lead.done_at is not None),
        "blow": whistle.meet_at > now(),
        # Who decides on an application declines it.
        "withdraw": whistle.status != RAISED,
        "blow_again": _may_blow_again(whistle, late=late),
        "decide_clue": standing.clues > 0,
    }
    return bool(conditions.get(step, True))


def _may_object(standing: Standing, absent: Sequence[Summons]) -> bool:
    objected = {seat.summons.pk for seat in standing.seats if seat.objection}
    return any(summons.department_id and summons.pk not in objected for summons in absent)


def _may_blow_again(whistle: Whistle, *, late: bool) -> bool:
    if whistle.status == RATED:
        return whistle.solved is False and getattr(whistle, "next", None) is None
    return whistle.status in BLOWN and late

"""奖惩: what a board may lead to is proposed, by the system after runs of months or by a person; people decide each."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.lifecycle import DECIDE, PROPOSAL
from assessment.models import Assessment, Proposal
from assessment.reasons import Consequence
from assessment.selectors.months import day_in
from assessment.selectors.proposals import Run, runs_through
from assessment.services.notices import tell_of_proposal
from casework.actors import SYSTEM, Actor
from casework.moment import now
from casework.selectors import limit_for
from casework.services import clocks, doors
from grids.models import Area
from grids.selectors import rulebook_in_force


def propose_by_runs(assessment: Assessment) -> list[Proposal]:
    """What the runs of months lead to that a final board completes; within the step that makes it final."""
    return [
        _propose_run(run, consequence) for run in runs_through(assessment) for consequence in run.rule.leads_to
    ]  # fmt: skip


def _propose_run(run: Run, consequence: Consequence) -> Proposal:
    months = ", ".join(f"{card.assessment.since:%Y-%m}" for card in run.cards)
    with translation.override("zh-hans"):
        best = _("In the best band %(n)s months running: %(months)s.")
        lowest = _("In the lowest band %(n)s months running, proved each time: %(months)s.")
        words = best if consequence == Consequence.AWARD else lowest
        grounds = words % {"n": len(run.cards), "months": months}
    case = Proposal(consequence=consequence, person=run.last.person, grounds=grounds)
    opened = open_proposal(case, by=SYSTEM, area=run.last.area or run.last.assessment.area)
    opened.cards.set(run.cards)
    return opened


def open_proposal(case: Proposal, *, by: Actor, area: Area) -> Proposal:
    """Opens a proposal with the clock of who decides; whom it concerns stands in its row, never in its title."""
    case.kind = PROPOSAL.kind
    day = day_in(area.city)
    with translation.override("zh-hans"):
        case.title = f"{case.get_consequence_display()} {day:%Y-%m}"
    facts = {"consequence": case.consequence, "merit": case.merit, "grade": case.grade}
    case = doors.open_case(case, by=by, area=area, rulebook=rulebook_in_force(area.city, day), facts=facts)
    limit = limit_for(case.rulebook, DECIDE, subject=case.consequence[:12])
    if limit is not None:
        clocks.start_clock(case, DECIDE, area, limit)
    return case


@transaction.atomic
def approve(proposal: Proposal, *, by: User, words: str) -> Proposal:
    """A person decides for it, and says why."""
    said = _said(words)
    held = doors.lock(proposal)
    doors.allowed_step(held, "approve", by)
    held = doors.take_step(held, "approve", by=by, note="", decision=said, decided_by=by, decided_at=now())
    clocks.stop_clock(held, DECIDE)
    tell_of_proposal(held)
    return held


@transaction.atomic
def decline(proposal: Proposal, *, by: User, words: str) -> Proposal:
    """A person decides against it, and says why."""
    said = _said(words)
    held = doors.lock(proposal)
    doors.allowed_step(held, "decline", by)
    clocks.stop_clock(held, DECIDE)
    held = doors.take_step(held, "decline", by=by, decision=said, decided_by=by, decided_at=now())
    tell_of_proposal(held)
    return held


@transaction.atomic
def carry_out(proposal: Proposal, *, by: User, words: str) -> Proposal:
    """What was approved has been done: when, by whom, how much."""
    if not words.strip():
        raise ValidationError({"words": _("Say what was done.")})
    return doors.take_step(proposal, "carry_out", by=by, done=words.strip())


def _said(words: str) -> str:
    """The reason of a decision. It may speak of a person, so it stands in the row, not in the history."""
    if not words.strip():
        raise ValidationError({"words": _("Say why.")})
    return words.strip()

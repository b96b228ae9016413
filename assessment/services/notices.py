"""Who is told in the house what became of a board, an appeal, a proposal: one notice each, without any figure."""

from __future__ import annotations

from assessment.models import Appeal, Assessment, Proposal
from whistle.models import Notice
from whistle.services.notices import staff_of, tell


def tell_of_board(assessment: Assessment) -> None:
    """Everybody with a card of his own on it, and the staff of the departments on it."""
    cards = assessment.cards.order_by("pk")
    people = list(cards.filter(person__isnull=False).values_list("person", flat=True))
    departments = list(cards.filter(department__isnull=False).values_list("department", flat=True))
    tell(assessment, Notice.About.BOARD, people + staff_of(departments))


def tell_of_appeal(appeal: Appeal) -> None:
    """Who lodged it, and whose card it is about."""
    about = [appeal.reported_by_id, appeal.line.card.person_id]
    tell(appeal, Notice.About.APPEAL, [key for key in about if key is not None])


def tell_of_proposal(proposal: Proposal) -> None:
    """Whom it concerns and who made it, once people have decided."""
    staff = staff_of([proposal.unit]) if proposal.unit_id else []
    about = [proposal.person_id, proposal.reported_by_id]
    tell(proposal, Notice.About.REWARD, [*(key for key in about if key is not None), *staff])

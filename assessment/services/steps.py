"""Every step of an assessment, an appeal and a proposal by its name: pages and API take them from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from accounts.models import User
from assessment.lifecycle import APPEALED, ASSESSMENT, PROPOSAL
from assessment.services import appeals, looking, months, proposals
from casework.models import Case

AnyCase = TypeVar("AnyCase", bound=Case)
Services = dict[str, Callable[..., Any]]


def _named(*services: Callable[..., Any]) -> Services:
    return {service.__name__: service for service in services}


ASSESSMENT_STEPS: Final[Services] = _named(
    months.score, looking.look, months.end_looks, months.publish, months.discard, months.finalise, months.supersede
)
APPEAL_STEPS: Final[Services] = _named(appeals.support, appeals.uphold, appeals.reject, appeals.take_back)
PROPOSAL_STEPS: Final[Services] = _named(proposals.approve, proposals.decline, proposals.carry_out)
OF_KIND: Final = {
    ASSESSMENT.kind: ASSESSMENT_STEPS,
    APPEALED.kind: APPEAL_STEPS,
    PROPOSAL.kind: PROPOSAL_STEPS,
}


def take(case: AnyCase, step: str, *, by: User, said: dict[str, Any]) -> AnyCase:
    """Takes a step of any of the three; `said` are the arguments of its service."""
    taken: AnyCase = OF_KIND[case.kind][step](case, by=by, **said)
    return taken

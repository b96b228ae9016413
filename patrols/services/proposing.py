"""What a worker finds wrong or missing in the register: proposed by him, decided by who keeps it.

Decided so (two pairs of eyes): a worker changes nothing himself, unless he keeps the registers of that ground; then the
change is made at once and is on record as his.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from grids import jurisdiction
from patrols.models import Visit
from registers.models import Look
from registers.sealing import OF_A_PERSON, seal, unseal
from registers.selectors.sight import KEEPS, require_keeping
from registers.services import people
from registers.services.looking import look

Outcome, State = Visit.Outcome, Visit.Proposal
CHANGES: Final = (Outcome.CORRECT, Outcome.ADD)


def propose(visit: Visit, *, by: User, changes: Mapping[str, str]) -> None:
    """Keeps the changes sealed until they are decided, or makes them where the worker keeps the register himself."""
    plain = {name: text for name, text in people.cleaned(changes).items() if text}
    if visit.outcome == Outcome.ADD and not plain.get("name"):
        raise ValidationError({"name": _("A person needs a name.")})
    visit.proposal, visit.proposal_sealed = State.OPEN, seal(json.dumps(plain, ensure_ascii=False))
    visit.save(update_fields=["proposal", "proposal_sealed"])
    if jurisdiction.may(by, KEEPS, visit.area):
        decide(visit, by=by, accept=True)


def proposed(visit: Visit) -> dict[str, str]:
    """What is proposed, field by field."""
    return dict(json.loads(unseal(visit.proposal_sealed))) if visit.proposal_sealed else {}


def compare(visit: Visit, *, by: User) -> list[tuple[str, str, str]]:
    """What the register says and what is proposed, field by field; the look is on record."""
    require_keeping(by, visit.area)
    wanted = proposed(visit)
    if visit.outcome == Outcome.ADD or visit.person is None or not wanted:
        return [(name, "", text) for name, text in wanted.items()]
    now_there = look(visit.person, by=by, fields=list(wanted), why=Look.Why.VERIFY)
    return [(name, now_there.get(name, ""), text) for name, text in wanted.items()]


@transaction.atomic
def decide(visit: Visit, *, by: User, accept: bool) -> Visit:
    """Takes a proposal into the register or declines it; its words are then emptied."""
    held = Visit.objects.select_for_update(of=("self",)).select_related("area", "person", "home").get(pk=visit.pk)
    require_keeping(by, held.area)
    if held.proposal != State.OPEN:
        raise ValidationError(_("This proposal has been decided already."))
    wanted = proposed(held)
    if accept and held.person is not None:
        told = {name: text for name, text in wanted.items() if name in OF_A_PERSON}
        if held.outcome == Outcome.ADD:
            people.take_in(by=by, area=held.area, home=held.home, **told)
        else:
            people.correct(held.person, by=by, **told)
    held.proposal = State.ACCEPTED if accept else State.DECLINED
    held.proposal_sealed, held.decided_by, held.decided_at = "", by, now()
    held.save(update_fields=["proposal", "proposal_sealed", "decided_by", "decided_at"])
    visit.proposal, visit.proposal_sealed = held.proposal, ""
    return held

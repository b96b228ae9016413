"""The log of the streets' powers: a whistle's own deeds write themselves, the others are entered."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.moment import now
from grids import jurisdiction
from grids.models import Area
from whistle.models import PowerUse, StreetPower, Whistle


def note_use(whistle: Whistle, deed: str, *, by: Actor) -> None:
    """A person blew or rated: the powers of which that is a use are logged; what the house does by itself is none."""
    if not isinstance(by, User):
        return
    powers = StreetPower.objects.filter(rulebook=whistle.rulebook_id, deed=deed)
    on = now().astimezone(whistle.city.zone).date()
    PowerUse.objects.bulk_create(
        PowerUse(power=power, area=whistle.caller, on=on, whistle=whistle, by=by, at=now()) for power in powers
    )


@transaction.atomic
def log_use(*, by: User, power: StreetPower, area: Area, on: dt.date, words: str) -> PowerUse:
    """Enters the use of a power that no whistle shows: part in a plan, advice on an appointment."""
    jurisdiction.require(by, "blow_in", area)
    if power.deed:
        raise ValidationError({"power": _("This power is logged by itself with each whistle.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what the street did.")})
    if on > now().astimezone(area.city.zone).date():
        raise ValidationError({"on": _("This day lies ahead.")})
    return PowerUse.objects.create(power=power, area=area, on=on, words=words.strip(), by=by, at=now())

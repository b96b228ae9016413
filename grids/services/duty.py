"""The duty roster: who has which turn at a desk (AB 岗)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Area, DutyTurn, Post

Hours = tuple[dt.time, dt.time]


def set_turn(
    desk: Area, *, day: dt.date, shift: str, first: User, first_hours: Hours, second: User, second_hours: Hours
) -> DutyTurn:
    """Gives a shift of a day to two people with staggered hours, first (A) and second (B); a later word replaces it."""
    if not desk.level.desk:
        raise ValidationError(_("There is no desk at %(area)s.") % {"area": desk.title})
    if first == second:
        raise ValidationError({"second": _("A and B are two people.")})
    if first_hours == second_hours:
        raise ValidationError({"second_from": _("A and B keep staggered hours, so that the desk is never empty.")})
    for field, person in {"first": first, "second": second}.items():
        if not Post.objects.held(day).filter(user=person, area=desk).exists():
            raise ValidationError({field: _("%(person)s holds no post here on that day.") % {"person": person}})
    facts = {
        "first": first, "first_from": first_hours[0], "first_until": first_hours[1],
        "second": second, "second_from": second_hours[0], "second_until": second_hours[1],
    }  # fmt: skip
    return DutyTurn.objects.update_or_create(area=desk, day=day, shift=shift, defaults=facts)[0]

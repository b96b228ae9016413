"""Who answers for an area beside the posts: links are made (包联, 包片, 包户 …) and end."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Area, ResponsibilityLink

Kind = ResponsibilityLink.Kind


@transaction.atomic
def link(user: User, *, area: Area, kind: str, since: dt.date, household: str = "") -> ResponsibilityLink:
    """Lets a person answer for an area, or for some households of it, from a day on."""
    household = household.strip()
    if (kind == Kind.HOUSEHOLDS) != bool(household):
        raise ValidationError({"household": _("Households are named for a link to households, and for no other.")})
    same = ResponsibilityLink.objects.filter(user=user, area=area, kind=kind, household=household, until=None)
    if same.exists():
        raise ValidationError(_("%(person)s answers for %(area)s already.") % {"person": user, "area": area.title})
    return ResponsibilityLink.objects.create(user=user, area=area, kind=kind, household=household, since=since)


def end(held: ResponsibilityLink, *, on: dt.date) -> ResponsibilityLink:
    """Ends a link from a day on; that it was stays readable."""
    if held.until is not None:
        raise ValidationError(_("This link has ended already."))
    held.until = max(on, held.since)
    held.save(update_fields=["until"])
    return held

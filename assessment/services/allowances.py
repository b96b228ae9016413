"""津贴标准: rows of the allowance table are set from a month on; a past month keeps the rows it was paid by."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import AllowanceRule
from assessment.selectors.allowances import EDITS, GRADES
from casework.moment import now
from grids import jurisdiction
from grids.models import Area, Post
from patrols.services.sentences import said, within

MOST_YUAN = 100_000


@transaction.atomic
def set_allowance(
    *, by: User, area: Area, employment: str, grade: str, yuan: int, since: dt.date, basis: str
) -> AllowanceRule:
    """From a month on a band brings so many yuan to workers of an employment; the row before ends with that month."""
    jurisdiction.require(by, EDITS, area)
    if employment not in Post.Employment.values or grade not in GRADES:
        raise ValidationError({"employment": _("Choose an employment and a band of the table.")})
    amount = within("yuan", yuan, 0, MOST_YUAN)
    words = said("basis", basis, most=200, ask=_("Say by which decision this sum is paid."))
    month = since.replace(day=1)
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    held = AllowanceRule.objects.filter(area=area, employment=employment, grade=grade, until=None).first()
    if held:
        _refuse_past(month, held)
        AllowanceRule.objects.filter(pk=held.pk).update(until=month)
    return AllowanceRule.objects.create(
        city=area.city, area=area, employment=employment, grade=grade, yuan=amount, since=month, basis=words,
        by=by, at=now(),
    )  # fmt: skip


def _refuse_past(month: dt.date, held: AllowanceRule) -> None:
    """What was paid by a row stays as it was paid: last month's sheet is the oldest that may still change."""
    last = (now().astimezone(held.city.zone).date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    if month < last:
        raise ValidationError({"since": _("Months before %(day)s are paid; their rows stay.") % {"day": last}})
    if month < held.since:
        raise ValidationError({"since": _("A later row stands already, from %(day)s on.") % {"day": held.since}})

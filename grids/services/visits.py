"""Leaders' visits to the grids, as they are logged."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids.models import Area, LeaderVisit


def log(
    *,
    by: User,
    leader: User,
    area: Area,
    on: dt.date,
    kind: str,
    problems_found: int = 0,
    solved_on_site: int = 0,
    note: str = "",
) -> LeaderVisit:
    """Logs that a leader went to see an area: announced or not, what he found, what was solved on the spot."""
    if on > timezone.localdate():
        raise ValidationError({"on": _("A visit is logged once it has taken place.")})
    if solved_on_site > problems_found:
        raise ValidationError({"solved_on_site": _("No more problems can be solved than were found.")})
    return LeaderVisit.objects.create(
        leader=leader, area=area, on=on, kind=kind, problems_found=problems_found, solved_on_site=solved_on_site,
        note=note.strip(), logged_by=by,
    )  # fmt: skip

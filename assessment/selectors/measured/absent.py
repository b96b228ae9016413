"""What a city's scheme may name and nothing can count yet: volunteers are not in the house. Such rows stay off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

_WHY: Final = _("Volunteers and their orders are not in the house yet.")
_NOTHING: Final = """
select null::bigint as subject, null::bigint as item, null::timestamptz as at, 0 as good, '' as kind where false
"""


@measure("volunteer_hours", title=_("hours of voluntary service"), item=Item.EVENT, missing=_WHY)
def volunteer_hours() -> Mapping[Subject, str]:
    """志愿服务时长: hours that a worker or a department served as volunteers."""
    return {Subject.WORKER: _NOTHING, Subject.DEPARTMENT: _NOTHING}


@measure("service_ratings", title=_("ratings of voluntary service"), item=Item.RATING, missing=_WHY)
def service_ratings() -> Mapping[Subject, str]:
    """服务反馈: what people whom volunteers served say of it."""
    return {Subject.WORKER: _NOTHING, Subject.DEPARTMENT: _NOTHING}

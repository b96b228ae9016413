"""下考上: what the streets say of the departments that they whistled for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

# Four marks of one to five: what part of the way from the worst to the best, as the department table has it.
_RATED: Final = """
select s.department_id as subject, s.id as item, r.at,
    (r.signing + r.arriving + r.handling + r.effect - 4) / 16.0 as good, k.code as kind
from whistle_rating r join whistle_summons s on s.id = r.summons_id
join whistle_whistle w on w.case_ptr_id = s.whistle_id join whistle_whistlekind k on k.id = w.sort_id
join casework_case c on c.id = s.whistle_id and c.city_id = %(city)s
where s.department_id is not null and r.at >= %(since)s and r.at < %(until)s and r.source = 'street'
    and (s.excused_at is null or s.excused_at >= %(until)s)
"""


@measure("street_rating", title=_("streets' ratings of departments"), item=Item.SUMMONS)
def street_rating() -> Mapping[Subject, str]:
    """下考上: the mean of what streets gave a department for signing, reporting in, handling and effect, as a part of
    the best there is. Where a street said nothing the system's facts do not stand in for it."""
    return {Subject.DEPARTMENT: _RATED}

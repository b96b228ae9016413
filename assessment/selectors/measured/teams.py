"""What working groups (专班) took upon themselves: done by the day that was set, or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

# Due on a day: it counts from the midnight after it, done by then or not.
_TASKS: Final = """
select t.group_id as subject, t.id as item, (t.due_on + 1)::timestamp at time zone %(zone)s - interval '1 second' as at,
    (t.done_on is not null and t.done_on <= t.due_on)::int as good, '' as kind
from grids_grouptask t join grids_workinggroup g on g.id = t.group_id and g.city_id = %(city)s
where t.due_on is not null and (t.due_on + 1)::timestamp at time zone %(zone)s > %(since)s
    and (t.due_on + 1)::timestamp at time zone %(zone)s <= %(until)s
"""


@measure("tasks_done", title=_("tasks done by their day"), item=Item.TASK)
def tasks_done() -> Mapping[Subject, str]:
    """专班任务: tasks of a working group done by the day that was set ÷ tasks that were due."""
    return {Subject.TEAM: _TASKS}

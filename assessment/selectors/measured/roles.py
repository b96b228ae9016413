"""六员: the six roles of the all-round grid worker (全科网格员), by classes of the catalogue: statistics, no score.

What he reported and what was taken on, and what he settled himself, of the classes that belong to the role.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from assessment.measures import measure
from assessment.reasons import Item, Subject

# 9-22-81: information; public order, hazards; people with needs, errands; disputes; opinions; law and policy.
CLASSES: Final = {
    "role_collector": ("01",), "role_helper": ("04", "09"), "role_mediator": ("05",),
    "role_patroller": ("02", "03", "06"), "role_liaison": ("07",), "role_herald": ("08",),
}  # fmt: skip
TITLES: Final = {
    "role_collector": _("collector of information"), "role_helper": _("helper in daily life"),
    "role_mediator": _("mediator of disputes"), "role_patroller": _("patroller for safety"),
    "role_liaison": _("liaison of public opinion"), "role_herald": _("herald of policy"),
}  # fmt: skip
_DONE: Final = """
select f.subject, f.item, min(f.at) as at, 1 as good, min(f.kind) as kind from (
    select case when e.verb = 'settled' then e.actor_id else c.reported_by_id end as subject, c.id as item, e.at,
        k.code as kind
    from casework_event e join casework_case c on c.id = e.case_id and c.city_id = %(city)s
    join workorders_workorder o on o.case_ptr_id = c.id join workorders_category k on k.id = o.category_id
    where e.verb in ('accepted', 'settled') and e.at >= %(since)s and e.at < %(until)s
        and left(k.code, 2) in ({classes})
) f where f.subject is not null group by f.subject, f.item
"""


def done_in(classes: tuple[str, ...]) -> str:
    """Orders of some classes that a worker reported and that were taken on, or that he settled."""
    return _DONE.format(classes=", ".join(f"'{code}'" for code in classes))


def _register(name: str) -> None:
    @measure(name, title=TITLES[name], item=Item.CASE)
    def done() -> Mapping[Subject, str]:
        """全科网格员: orders of this role's classes of the catalogue that he reported and that were taken on, or that
        he settled himself; each once."""
        return {Subject.WORKER: done_in(CLASSES[name])}


for _name in CLASSES:
    _register(_name)

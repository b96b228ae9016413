"""An order with all that its page tells of it, in one statement; what every case has is `casework/whole.py`."""

from __future__ import annotations

from typing import Any

from django.db import models

from casework.whole import Whole, whole
from grids.gathering import fill, link, revived
from workorders.models import Category, DispatchRule, Photo, Recording, Reporter, RuleEdition, WorkOrder
from workorders.selectors.branches import branch_lists

# What an order has besides what every case has, and besides its branches.
_LISTS = {
    "categories": """
        with recursive up as (
            select * from workorders_category where id = %(category)s
            union all select c.* from workorders_category c join up on c.id = up.parent_id
        ) select * from up
    """,
    "reporters": "select * from workorders_reporter where order_id = %(case)s",
    "photos": "select * from workorders_photo where order_id = %(case)s order by added_at, id",
    "recordings": "select * from workorders_recording where order_id = %(case)s order by added_at, id",
    "rules": "select * from workorders_dispatchrule where id = %(rule)s",
    "editions": """
        select * from workorders_ruleedition
        where id = (select edition_id from workorders_dispatchrule where id = %(rule)s)
    """,
    "carriers": """
        select c.*, o.* from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
        where c.id = %(joined_to)s
    """,
}
_MODELS: dict[str, type[models.Model]] = {
    "categories": Category, "reporters": Reporter, "photos": Photo, "recordings": Recording, "rules": DispatchRule,
    "editions": RuleEdition, "carriers": WorkOrder,
}  # fmt: skip


def whole_of(order: WorkOrder) -> Whole:
    """Reads all that belongs to an order, in one question, and puts it in its place; its branches stay lists."""
    found = whole(
        order, {**_LISTS, **branch_lists()},
        {"category": order.category_id, "rule": order.rule_id, "joined_to": order.joined_to_id},
        departments=[order.accused_department_id],
        people=[order.first_asked_id, order.officer_id, order.accused_person_id],
    )  # fmt: skip
    rows: dict[str, dict[int, Any]] = {
        name: {row["id"]: revived(model, row) for row in found.lists[name]} for name, model in _MODELS.items()
    }
    for name, others in (
        ("first_asked", found.people), ("officer", found.people), ("accused_person", found.people),
        ("accused_department", found.departments), ("category", rows["categories"]), ("rule", rows["rules"]),
        ("joined_to", rows["carriers"]),
    ):  # fmt: skip
        link([order], name, others)
    link(rows["categories"].values(), "parent", rows["categories"])
    link(rows["rules"].values(), "edition", rows["editions"])
    reporter = next(iter(rows["reporters"].values()), None)
    WorkOrder._meta.get_field("reporter").set_cached_value(order, reporter)
    for name in ("photos", "recordings"):
        fill(order, name, list(rows[name].values()), "order")
    return found

"""A notice as a sentence, and what stands beside a work order: the whistle that runs for it, or the way to blow one."""

from django import template
from django.template.loader import get_template

from grids import jurisdiction
from whistle.models import Notice
from whistle.selectors.lists import runs_for
from workorders.statuses import ACCEPTED, DISPATCHED, HANDLING

register = template.Library()

# In which statuses an order may wait for a whistle.
MAY_WAIT = (ACCEPTED, DISPATCHED, HANDLING)


@register.simple_tag
def told(notice: Notice) -> str:
    """A notice in words, by the template of what it is about."""
    app = notice.case.lifecycle.app
    return get_template(f"{app}/notices/{notice.about}.txt").render({"case": notice.case}).strip()


@register.inclusion_tag("whistle/beside_order.html")
def whistle_beside(order, user) -> dict:
    """One question at most, and none for those who neither blow nor run meetings where the order lies."""
    may = {name: jurisdiction.may(user, name, order.area) for name in ("blow_in", "host_in", "raise_in")}
    return {
        "order": order, "last": runs_for(user, order.pk) if may["blow_in"] or may["host_in"] else None,
        "may_blow": may["blow_in"] and order.status in MAY_WAIT,
        "may_raise": may["raise_in"] and not may["blow_in"] and order.status in MAY_WAIT,
    }  # fmt: skip

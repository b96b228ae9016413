"""Whom an order concerns: who answers for it, and who reported it, masked. Unmasking is `services/reporters.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from casework import jurisdiction
from grids.models import Post
from workorders.models import Reporter, WorkOrder

HIDDEN = "＊＊"
MOST = 4


@dataclass(frozen=True)
class MaskedReporter:
    """What everybody may know of who reported."""

    name: str
    phone: str
    erased: bool
    may_unmask: bool


def masked_reporter(order: WorkOrder, user: User) -> MaskedReporter | None:
    """The reporter of an order with name and number masked, and whether this person may look behind."""
    reporter = Reporter.objects.filter(order=order).first()
    if reporter is None:
        return None
    return MaskedReporter(
        name=mask_name(reporter.name), phone=mask_phone(reporter.phone), erased=reporter.erased_at is not None,
        may_unmask=reporter.erased_at is None and jurisdiction.may(user, "unmask_in", order),
    )  # fmt: skip


def mask_name(name: str) -> str:
    """The surname's first sign, the rest hidden."""
    return f"{name[:1]}{HIDDEN}" if name else _("no name given")


def mask_phone(phone: str) -> str:
    """The first three and the last two digits of a number."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****"


@dataclass(frozen=True)
class Contact:
    """Somebody whom a colleague may turn to about an order."""

    name: str
    role: str
    place: str
    phone: str


def contacts_of(order: WorkOrder) -> list[Contact]:
    """Who answers for an order: the department that handles it, and the workers of its grid."""
    concerned = Q(area=order.area, role__scope="area")
    if order.department_id:
        concerned |= Q(department=order.department_id, role__scope="department")
    posts = Post.objects.held().filter(concerned).select_related("user", "role", "area", "department")
    return _first_of_each(posts.order_by("role__scope", "pk"))


def _first_of_each(posts: Iterable[Post]) -> list[Contact]:
    """Two of each place at most: a list of whom to call, not a register."""
    seen: dict[str, int] = {}
    contacts = []
    for post in posts:
        place = str(post.department if post.role.scope == "department" else post.area)
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= MOST // 2:
            contacts.append(Contact(str(post.user), post.role.title, place, post.user.phone))
    return contacts[:MOST]


def posts_of(user: User) -> list[Post]:
    """The posts a person holds, for the head of his own page."""
    posts = Post.objects.held().filter(user=user).select_related("role", "area__parent", "department")
    return list(posts.order_by("pk"))

"""Whom an order concerns: who answers for it, and who reported it, masked. Unmasking is `services/reporters.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from casework import jurisdiction
from grids import jurisdiction as ground
from grids.models import City, Post, Role
from grids.once import once
from grids.phones import masked
from workorders.models import Reporter, WorkOrder
from workorders.selectors.sources import details_told

HIDDEN = "＊＊"
MOST = 4


@dataclass(frozen=True)
class MaskedReporter:
    """What everybody may know of who reported; of a hidden one, nothing."""

    name: str
    phone: str
    erased: bool
    may_unmask: bool
    hidden: bool = False
    # What the source asked for besides, in words; a place of talk would give a hidden reporter away.
    details: list[tuple[str, str]] = field(default_factory=list)


def masked_reporter(order: WorkOrder, user: User) -> MaskedReporter | None:
    """The reporter of an order with name and number masked, and whether this person may look behind."""
    reporter = order.reporter_row
    if reporter is None:
        return None
    if hidden_from(order, reporter, user):
        return MaskedReporter(HIDDEN, "", erased=False, may_unmask=False, hidden=True)
    return MaskedReporter(
        name=mask_name(reporter.name), phone=masked(reporter.phone), erased=reporter.erased_at is not None,
        may_unmask=reporter.erased_at is None and jurisdiction.may(user, "unmask_in", order),
        details=_told_besides(order),
    )  # fmt: skip


def hidden_from(order: WorkOrder, reporter: Reporter | None, user: User) -> bool:
    """Whether this person may know nothing of who reported, not even masked.

    Always the accused and the whole accused department; for a tip-off, or where the source says so, whoever sees the
    order through a department alone (rules.md 13.2 row 48).
    """
    if is_accused(order, user):
        return True
    if reporter is None or not reporter.hidden_from_handlers or order.reported_by_id == user.pk:
        return False
    return not ground.may(user, "see_cases_in", order.area)


def hidden_name(order: WorkOrder, user: User) -> int | None:
    """The colleague who reported for himself, where this person may not learn who reported; citizens have none."""
    reporter = order.reporter_row
    if reporter is None or reporter.is_citizen:
        return None
    return order.reported_by_id if hidden_from(order, reporter, user) else None


def is_accused(order: WorkOrder, user: User) -> bool:
    """Whether the order is brought against this person or the department for which he works."""
    if order.accused_person_id == user.pk:
        return True
    if order.accused_department_id is None:
        return False
    works_there = Post.objects.held().filter(user=user, department=order.accused_department_id)
    return once(("works in", user.pk, order.accused_department_id), works_there.exists)


def _told_besides(order: WorkOrder) -> list[tuple[str, str]]:
    told = [(_("What is wanted"), order.get_nature_display())]
    if order.accused_department:
        told.append((_("Against"), order.accused_department.title))
    if order.accused_person:
        told.append((_("Against"), str(order.accused_person)))
    return told + details_told(order)


def mask_name(name: str) -> str:
    """The surname's first sign, the rest hidden."""
    return f"{name[:1]}{HIDDEN}" if name else _("no name given")


@dataclass(frozen=True)
class Contact:
    """Somebody whom a colleague may turn to about an order."""

    name: str
    role: str
    place: str
    phone: str


def contacts_of(order: WorkOrder, posts: Iterable[Post] | None = None) -> list[Contact]:
    """Who answers for an order: the department that handles it, and the workers of its grid.

    `posts`: those that have to do with the order, where they are read already.
    """
    if posts is None:
        concerned = Q(area=order.area) | Q(department__isnull=False, department=order.department_id)
        posts = Post.objects.held().filter(concerned).select_related("user", "role", "area", "department")
    answering = [post for post in posts if post.is_held() and _answers(post, order)]
    return _first_of_each(sorted(answering, key=lambda post: (post.role.scope, post.pk)))


def _answers(post: Post, order: WorkOrder) -> bool:
    """Whether it is the role that makes the post answer for the order: one on its area, or in its department."""
    if post.role.scope == Role.Scope.AREA:
        return post.area_id == order.area_id
    return order.department_id is not None and post.department_id == order.department_id


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


def colleagues_named(city: City, name: str) -> list[User]:
    """Who holds a post in the city under that account or name; an account is one person's."""
    holders = User.objects.filter(pk__in=Post.objects.held().filter(role__city=city).values("user"))
    return list(holders.filter(username=name)) or list(holders.filter(name=name).order_by("pk"))

"""Who holds which post: appointed, dismissed, handed over. Grants follow in the same transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grids import jurisdiction
from grids.models import Area, Department, Post, Role


@transaction.atomic
def appoint(
    user: User,
    *,
    role: Role,
    since: dt.date,
    area: Area | None = None,
    department: Department | None = None,
    **facts: Any,
) -> Post:
    """Gives a person a post from a day on, and what it allows."""
    held = area if role.scope == Role.Scope.AREA else department
    if held is None:
        raise ValidationError(
            _("The role “%(role)s” is held %(where)s.") % {"role": role, "where": role.get_scope_display()}
        )
    post = Post.objects.create(user=user, role=role, area=area, department=department, since=since, **facts)
    jurisdiction.derive_grants([user])
    return post


@transaction.atomic
def dismiss(post: Post, *, on: dt.date) -> None:
    """Ends a post, and every post held because of it; what they allowed ends with them."""
    for carried in post.carries.filter(until=None):
        dismiss(carried, on=on)
    if post.until is None:
        post.until = max(on, post.since)
        post.save(update_fields=["until"])
    jurisdiction.derive_grants([post.user])


@transaction.atomic
def hand_over(post: Post, *, to: User, on: dt.date, because_of: Post | None = None) -> Post:
    """Passes a post, and all that goes with the office, to its next holder."""
    if post.until is not None:
        raise ValidationError(_("This post has ended already."))
    if post.user == to:
        raise ValidationError(_("%(person)s holds this post already.") % {"person": to})
    jurisdiction.hold([post.user, to])
    carried = list(post.carries.filter(until=None))
    new = appoint(
        to, role=post.role, since=on, area=post.area, department=post.department, title=post.title, seat=post.seat,
        employment=post.employment, source=post.source, ex_officio_of=because_of, published=post.published,
    )  # fmt: skip
    new.nets.set(post.nets.all())
    for other in carried:
        hand_over(other, to=to, on=on, because_of=new)
    dismiss(post, on=on)
    return new


def renew_grants(*, on: dt.date | None = None, back: int = 7) -> int:
    """Follows posts that began or ended by themselves in the last days; harmless twice. Returns how many people."""
    today = on or timezone.localdate()
    days = (today - dt.timedelta(days=back), today)
    turned = Post.objects.filter(Q(since__range=days) | Q(until__range=days)).values("user")
    users = list(User.objects.filter(pk__in=turned))
    jurisdiction.derive_grants(users, on=today)
    return len(users)

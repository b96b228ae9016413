"""Notices of one person, and the receipts of reading of one case. Writing them: `services/notices.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Case
from casework.refusals import NotFound
from whistle.models import Notice
from workorders.selectors.paging import Order, Page, page_of

NEWEST_NOTICES = Order("at", newest_first=True)
MOST_RECEIPTS = 60


def unread(user: User) -> QuerySet[Notice, Any]:
    """One row with how many notices a person has not read (`many`): for a question of its own or within another."""
    mine = Notice.objects.filter(user=user, read_at=None).order_by()
    return mine.values("user").annotate(many=Count("pk")).values("many")


def inbox(user: User, *, after: str = "", before: str = "") -> Page:
    """A page of a person's own notices, newest first, each with its case."""
    mine = Notice.objects.filter(user=user).select_related("case__area__level", "case__city")
    return page_of(mine, NEWEST_NOTICES, after=after, before=before)


def own_notice(user: User, key: int) -> Notice:
    """A person's own notice; nobody opens another's."""
    found = Notice.objects.filter(user=user, pk=key).select_related("case").first()
    if found is None:
        raise NotFound(_("There is no such notice, or it is not yours."))
    return found


@dataclass(frozen=True)
class Receipts:
    """Who was told of a case and when each read it: the last ones, and how many there are in all."""

    notices: Sequence[Notice]
    told: int
    read: int


def receipts_of(case: Case) -> Receipts:
    """The receipts of reading, for who blew and for who runs the meeting."""
    rows = list(Notice.objects.filter(case=case).select_related("user").order_by("-at", "-pk"))
    return Receipts(rows[:MOST_RECEIPTS], len(rows), sum(1 for row in rows if row.read_at))

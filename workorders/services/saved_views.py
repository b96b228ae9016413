"""A person's own views of the desk: kept under a name, and taken away again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import NotFound
from workorders.models import SavedView

MOST = 20


@transaction.atomic
def save_view(*, by: User, name: str, query: str) -> SavedView:
    """Keeps a list with its filters under a name; the same name again means the new list."""
    User.objects.select_for_update().only("pk").get(pk=by.pk)
    own = SavedView.objects.filter(user=by)
    if own.exclude(name=name.strip()).count() >= MOST:
        raise ValidationError({"name": _("Twenty views are enough; take one away first.")})
    return SavedView.objects.update_or_create(user=by, name=name.strip(), defaults={"query": query})[0]


def forget_view(key: int, *, by: User) -> str:
    """Takes one of the person's own views away, and says what it was called."""
    found = SavedView.objects.filter(user=by, pk=key).first()
    if found is None:
        raise NotFound(_("There is no such view of yours."))
    found.delete()
    return found.name

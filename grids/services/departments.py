"""What happens to departments: renamed, moved to another body or area, ended. Their past stays readable."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids import jurisdiction
from grids.models import Area, Department, Post


@transaction.atomic
def end(department: Department, *, on: dt.date) -> None:
    """Abolishes a department from a day on; its posts end, its past cases keep its name."""
    if department.valid_to is not None:
        raise ValidationError(_("%(department)s has ended already.") % {"department": department.title})
    department.valid_to = on
    department.save(update_fields=["valid_to"])
    posts = Post.objects.filter(department=department, area=None, until=None)
    users = [post.user for post in posts.select_related("user")]
    posts.update(until=on)
    jurisdiction.derive_grants(users)


@transaction.atomic
def place(department: Department, *, area: Area, parent: Department | None) -> None:
    """Lets a department serve another area or belong to another body."""
    if parent is not None and parent.pk == department.pk:
        raise ValidationError(_("A department cannot belong to itself."))
    department.area, department.parent = area, parent
    department.save(update_fields=["area", "parent"])

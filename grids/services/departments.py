"""What happens to departments: renamed, moved to another body or area, ended. Their past stays readable."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grids import jurisdiction
from grids.models import Area, Department, DepartmentSpell, Post


@transaction.atomic
def end(department: Department, *, on: dt.date) -> None:
    """Abolishes a department from a day on; its posts end, its past cases keep its name."""
    if department.valid_to is not None:
        raise ValidationError(_("%(department)s has ended already.") % {"department": department.title})
    department.valid_to = on
    department.save(update_fields=["valid_to"])
    department.spells.filter(until=None).update(until=on)
    posts = Post.objects.filter(department=department, area=None, until=None)
    users = [post.user for post in posts.select_related("user")]
    posts.update(until=on)
    jurisdiction.derive_grants(users)


@transaction.atomic
def rename(department: Department, *, to: str, on: dt.date) -> Department:
    """Gives a department a new name from a day on; the old name stays in its history."""
    if not to.strip():
        raise ValidationError(_("A department needs a name."))
    department.name = to.strip()
    department.save(update_fields=["name"])
    _begin_spell(department, on)
    return department


@transaction.atomic
def place(department: Department, *, area: Area, parent: Department | None, on: dt.date) -> Department:
    """Lets a department serve another area or belong to another body from a day on; the old body stays on record."""
    above = parent
    while above is not None:
        if above.pk == department.pk:
            raise ValidationError(_("A department cannot belong to itself."))
        above = above.parent
    department.area, department.parent = area, parent
    department.save(update_fields=["area", "parent"])
    _begin_spell(department, on)
    return department


def _begin_spell(department: Department, on: dt.date) -> None:
    department.spells.filter(until=None).update(until=on)
    DepartmentSpell.objects.create(department=department, name=department.name, parent=department.parent, since=on)

"""The history of departments: what `departments.csv` says now against the spell that was open until now."""

from __future__ import annotations

from grids.folder import Loading, reads
from grids.models import DepartmentSpell


@reads(46)
def load_department_spells(loading: Loading) -> None:
    """Begins a new spell for every department whose name or superior body changed, or that is new."""
    on = loading.settings["effective_from"]
    present = DepartmentSpell.objects.filter(department__city=loading.city, until=None)
    known = {spell.department_id: spell for spell in present}
    changed = [
        department
        for department in loading.made["departments"].values()
        if not _same(known.get(department.pk), department)
    ]
    present.filter(department__in=changed).update(until=on)
    DepartmentSpell.objects.bulk_create(
        DepartmentSpell(department=department, name=department.name, parent_id=department.parent_id, since=on)
        for department in changed
    )


def _same(spell: DepartmentSpell | None, department) -> bool:
    return spell is not None and (spell.name, spell.parent_id) == (department.name, department.parent_id)

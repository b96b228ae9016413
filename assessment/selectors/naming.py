"""The words by which a peer group of a scheme may name whom it takes."""

from __future__ import annotations

from assessment.reasons import Subject
from grids.models import Area, City, Department, Post, WorkingGroup


def words_for(city: City, subject: str) -> frozenset[str]:
    """Of workers their employments, of departments codes and kinds (`kind:company`), of areas and teams their codes."""
    if subject == Subject.WORKER:
        return frozenset(Post.Employment.values)
    if subject == Subject.DEPARTMENT:
        codes = Department.objects.filter(city=city).values_list("code", flat=True)
        return frozenset({*codes, *(f"kind:{kind}" for kind in Department.Kind.values)})
    if subject == Subject.AREA:
        return frozenset(Area.objects.filter(city=city).values_list("code", flat=True))
    if subject == Subject.TEAM:
        return frozenset(WorkingGroup.objects.filter(city=city).values_list("code", flat=True))
    return frozenset()

"""Tables of the ground, split by noun: the city and its rulebooks, areas, departments, posts, bodies and links."""

from grids.models.area import Area, AreaGrant, AreaSpell, AreaSuccession
from grids.models.city import City, Level, Rulebook, StaffingRule
from grids.models.department import Department, DepartmentGrant, GroupMatter
from grids.models.post import Post, Role

__all__ = [
    "Area",
    "AreaGrant",
    "AreaSpell",
    "AreaSuccession",
    "City",
    "Department",
    "DepartmentGrant",
    "GroupMatter",
    "Level",
    "Post",
    "Role",
    "Rulebook",
    "StaffingRule",
]

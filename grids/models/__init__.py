"""Tables of the ground, split by noun: the city and its rulebooks, areas, departments, posts, bodies and links."""

from grids.models.area import Area, AreaGrant, AreaSpell, AreaSuccession
from grids.models.city import City, Level, Rulebook, StaffingRule
from grids.models.department import Department, DepartmentGrant, DepartmentSpell, GroupMatter
from grids.models.duty import DutyTurn
from grids.models.groups import GroupMember, GroupTask, WorkingGroup
from grids.models.links import LeaderVisit, ResponsibilityLink
from grids.models.party import MemberUnit, PartyBody, PartyBodySpell
from grids.models.post import Post, Role
from grids.models.words import Definition, Net, Panel

__all__ = [
    "Area",
    "AreaGrant",
    "AreaSpell",
    "AreaSuccession",
    "City",
    "Definition",
    "Department",
    "DepartmentGrant",
    "DepartmentSpell",
    "DutyTurn",
    "GroupMatter",
    "GroupMember",
    "GroupTask",
    "LeaderVisit",
    "Level",
    "MemberUnit",
    "Net",
    "Panel",
    "PartyBody",
    "PartyBodySpell",
    "Post",
    "ResponsibilityLink",
    "Role",
    "Rulebook",
    "StaffingRule",
    "WorkingGroup",
]

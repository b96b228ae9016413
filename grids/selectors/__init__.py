"""Questions about the ground: `rules` in force, who is `answering`, `staffing` and its gaps, the `tree`, the `duty`."""

from grids.selectors.answering import posts_of, residents_contacts, visits_to, visits_told, who_answers
from grids.selectors.duty import desks_of, own_desk_of, roster_of, working_groups_of
from grids.selectors.rules import (
    areas_above,
    definitions_of,
    desk_among,
    desk_of,
    groups_for,
    matters_of,
    nets_of,
    panels_of,
    rulebook_in_force,
    today_in,
)
from grids.selectors.staffing import party_cover, staffing_gaps, staffing_of
from grids.selectors.tree import (
    area_history,
    area_seen_by,
    children_of,
    counts_within,
    department_seen_by,
    departments_of,
    grid_of_residents,
)

__all__ = [
    "area_history",
    "area_seen_by",
    "areas_above",
    "children_of",
    "counts_within",
    "definitions_of",
    "department_seen_by",
    "departments_of",
    "desk_among",
    "desk_of",
    "desks_of",
    "grid_of_residents",
    "groups_for",
    "matters_of",
    "nets_of",
    "own_desk_of",
    "panels_of",
    "party_cover",
    "posts_of",
    "residents_contacts",
    "roster_of",
    "rulebook_in_force",
    "staffing_gaps",
    "staffing_of",
    "today_in",
    "visits_to",
    "visits_told",
    "who_answers",
    "working_groups_of",
]

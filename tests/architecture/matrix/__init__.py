"""Who gets what from which address: one row for every address of the house. An address without a row fails.

Each app has its own module of ROWS, and what belongs to none stands in `doors`. Read a row as: at this address, with
this method, whoever may gets `status`; who sees the place but may not gets `denied`; who does not see it gets 404; a
nameless caller gets the door (302 on pages, 401 in the API).
"""

from tests.architecture.matrix import (
    assessment,
    casework,
    doors,
    grids,
    insight,
    patrols,
    registers,
    whistle,
    workorders,
)
from tests.architecture.seeing import Row

APPS = (doors, workorders, patrols, registers, whistle, assessment, grids, insight, casework)


def _all() -> dict[str, list[Row]]:
    """An address told of twice would hide the rows of one."""
    rows: dict[str, list[Row]] = {}
    for app in APPS:
        twice = set(rows) & set(app.ROWS)
        assert not twice, f"{app.__name__} tells of {twice} once more"
        rows |= app.ROWS
    return rows


MATRIX = _all()

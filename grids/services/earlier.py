"""A city folder as if it held since an earlier day: a simulation lives in years before the folder's own first day.

The folder itself stays as it is; what is read is a copy in which its first day is another.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grids.folder import BadFolder, Loading, Problem
from grids.models import Rulebook

FIRST_DAY = "effective_from"


@contextmanager
def held_since(folder: Path, day: dt.date) -> Iterator[Path]:
    """A copy of the folder that holds since an earlier day; whatever began on its own first day begins then.

    Refuses with `BadFolder` a day after the folder's own, and a city that is loaded already with a later beginning.
    """
    settings = Loading(folder=folder, today=day).settings
    own = settings.get(FIRST_DAY)
    if not isinstance(own, dt.date) or day > own:
        reason = f"is {own}; a folder holds since that day or an earlier one"
        raise BadFolder([Problem("city.toml", 0, FIRST_DAY, reason)])
    later = Rulebook.objects.filter(city__slug=settings.get("slug", ""), effective_from__gt=day).first()
    if later is not None:
        reason = f"the city is loaded already, since {later.effective_from}; its past is not written anew"
        raise BadFolder([Problem("city.toml", 0, FIRST_DAY, reason)])
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.name))
        for path in [*copy.glob("*.toml"), *copy.glob("*.csv")]:
            path.write_bytes(path.read_bytes().replace(own.isoformat().encode(), day.isoformat().encode()))
        yield copy

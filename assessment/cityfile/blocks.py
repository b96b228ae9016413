"""Where a block of `assessment.toml` begins, so that what is wrong with it is told with its line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grids.folder import Loading, Problem

FILE = "assessment.toml"
_HEAD = re.compile(r"^\s*\[\[\s*([a-z_.]+)\s*\]\]")
NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list of texts"}

# The place of a block: the names and numbers that lead to it.
Place = tuple[str | int, ...]


def lines_of(path: Path) -> dict[Place, int]:
    """The line of each nested block: `("schemes", 0, "dimensions", 2)` stands in line 37."""
    found: dict[Place, int] = {}
    counted: dict[Place, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        head = _HEAD.match(line)
        if head:
            place: Place = ()
            *above, last = head[1].split(".")
            for name in above:
                place = (*place, name, counted.get((*place, name), 1) - 1)
            counted[(*place, last)] = counted.get((*place, last), 0) + 1
            found[(*place, last, counted[(*place, last)] - 1)] = number
    return found


def tell(loading: Loading, lines: dict[Place, int], place: Place, reason: str) -> None:
    """Notes what is wrong at a place: the line of its block, and the names that lead on from there."""
    block = place
    while block and block not in lines:
        block = block[:-1]
    field = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
    loading.problems.append(Problem(FILE, lines.get(block, 0), field, reason))


def shaped(
    loading: Loading, lines: dict[Place, int], place: Place, block: Any, shape: dict[str, Any], *, also: set[str]
) -> dict[str, Any]:
    """The values of a block, each of the type of what is meant where it is not given; TOML has types, and “1” is not 1.

    What cannot be taken is told and replaced by what is meant, so that reading goes on.
    """
    if not isinstance(block, dict):
        tell(loading, lines, place, "must be a block")
        return dict(shape)
    for name in sorted(block.keys() - set(shape) - also):
        tell(loading, lines, (*place, name), "is not a known key")
    said = {}
    for name, meant in shape.items():
        value = block.get(name, meant)
        if isinstance(meant, float) and type(value) is int:
            value = float(value)
        if not _fits(value, type(meant)):
            tell(loading, lines, (*place, name), f"must be {NAMES[type(meant)]}")
            value = meant
        said[name] = value
    return said


def blocks(loading: Loading, lines: dict[Place, int], place: Place, held: dict[str, Any]) -> list[Any]:
    """The repeated blocks of a name; none where it is something else."""
    found = held.get(str(place[-1]), [])
    if isinstance(found, list):
        return found
    tell(loading, lines, place, f"must be blocks that begin with [[{place[-1]}]]")
    return []


def _fits(value: Any, wanted: type) -> bool:
    """Exactly the type, since a truth value is a number too; a list must be one of texts; a number must be one."""
    if type(value) is not wanted:
        return False
    if isinstance(value, float):
        return -1e6 < value < 1e6
    return not isinstance(value, list) or all(isinstance(word, str) for word in value)

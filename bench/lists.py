"""A page of the queue: fifty open cases by their end, at the beginning and in the middle, however many are open."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure, measures, seconds
from bench.world import World, open_clocks, world
from casework.models import Case
from workorders.selectors.paging import BY_DUE, key_of, page_of

# Measured 0.8 to 1.6 for the first page and about 1 for one in the middle: an index answers both. Ten would be linear.
GROWTH_BOUNDS = {"first": 3.0, "middle": 3.0}


@measures("lists")
def lists(small: bool) -> Iterator[Figure]:
    """At a tenth of the open cases and at all of them."""
    total = 20_000 if small else 200_000
    place = world("lists")
    open_clocks(place, 1, total // 10, rungs=1)
    few = _pages(place)
    open_clocks(place, total // 10 + 1, total, rungs=1)
    many = _pages(place)
    sizes = {"open_cases": total}
    for name, before, after in zip(("first", "middle"), few, many, strict=True):
        yield Figure(f"lists.{name}_page", after * 1000, "ms", sizes=sizes)
        yield Figure(
            f"lists.{name}_page_growth_from_a_tenth", after / before, "ratio", GROWTH_BOUNDS[name], sizes=sizes
        )


def _pages(place: World) -> tuple[float, float]:
    cases = Case.objects.of_city(place.city).open()
    middle = key_of(cases.order_by("due_at", "id")[cases.count() // 2], BY_DUE)
    page_of(cases, BY_DUE)
    return (
        seconds(lambda: page_of(cases, BY_DUE), times=15),
        seconds(lambda: page_of(cases, BY_DUE, after=middle), times=15),
    )

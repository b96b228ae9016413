"""Which files of tests begin first, where two processes take file after file (`--dist loadfile`). Loaded by bin/test.

Long stories begin first, so that at the end no process waits for one. A browser's story, or one of servers that start,
waits more than it reckons: beside each of them begins one that reckons more than it waits.
"""

from itertools import chain, zip_longest

import pytest

WAITING = (
    "casework/test_chaos", "journeys/test_whole_line", "journeys/test_patrol_page", "insight/test_map_page",
    "journeys/test_patrols_live", "embedded/test_run", "journeys/test_visit_page", "journeys/test_keyboard",
    "embedded/",
)  # fmt: skip
# They ask every address for everybody, load whole cities, walk through whole lives.
RECKONING = (
    "architecture/test_matrix", "journeys/test_whistles", "workorders/test_stored_words", "architecture/test_odd_bytes",
    "architecture/", "whistle/test_simulation", "journeys/test_citizens", "journeys/", "whistle/test_who_may_blow",
    "grids/test_shuyang", "grids/test_hongqiao", "casework/test_lifecycle",
)  # fmt: skip
FIRST = [name for name in chain.from_iterable(zip_longest(WAITING, RECKONING)) if name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The place of its file among those that begin first; all others follow in their own order.

    What is named more closely (a file, not its folder) has its own place.
    """
    file = item.nodeid.removeprefix("tests/")
    named = [name for name in FIRST if file.startswith(name)]
    return FIRST.index(max(named, key=len)) if named else len(FIRST)

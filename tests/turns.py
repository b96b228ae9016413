"""Which tests begin first and which stay in one process, where two processes share them. Loaded by bin/test.

Long stories begin first, so that at the end no process waits for one; whoever shares a browser or a loaded city stays
together, so that neither is started twice.
"""

import pytest

# They wait for clocks, servers or a browser, and load whole cities.
FIRST = ("casework/test_chaos", "journeys/", "insight/test_map_page", "embedded/", "grids/test_shuyang",
         "grids/test_hongqiao", "workorders/test_simulation")  # fmt: skip
# One Chromium, or one of the five cities, for all tests of the file.
TOGETHER = ("journeys/", "insight/test_map_page", "grids/test_shuyang", "grids/test_hongqiao", "grids/test_dalad",
            "grids/test_xingdian", "grids/test_pingchang")  # fmt: skip


def pytest_itemcollected(item: pytest.Item) -> None:
    """Before xdist looks for the mark, which it does first of all that is done to a collection."""
    file = _file(item)
    if file.startswith(TOGETHER):
        item.add_marker(pytest.mark.xdist_group(file))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The place of its file among those that begin first; all others follow in their own order."""
    file = _file(item)
    return next((turn for turn, name in enumerate(FIRST) if file.startswith(name)), len(FIRST))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0].removeprefix("tests/")

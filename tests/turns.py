"""Which files of tests begin first, where two processes take file after file (`--dist loadfile`). Loaded by bin/test.

Long stories begin first, so that at the end no process waits for one.
"""

import pytest

# They wait for clocks, servers or a browser, load whole cities, or ask every address for everybody.
FIRST = (
    "casework/test_chaos", "journeys/", "insight/test_map_page", "embedded/test_run", "architecture/",
    "grids/test_shuyang", "grids/test_hongqiao", "workorders/test_stored_words", "casework/test_lifecycle",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The place of its file among those that begin first; all others follow in their own order."""
    file = item.nodeid.removeprefix("tests/")
    return next((turn for turn, name in enumerate(FIRST) if file.startswith(name)), len(FIRST))

"""Where the browser tests find Chromium, and what the run says where there is none. Loaded by bin/test.

A browser test carries `@pytest.mark.browser` and starts `chromium()` with `FLAGS`.
"""

import os
import shutil

import pytest

from tests import no_skips

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: Chromium refuses one as root. The others keep it from asking the network for anything.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
left_out: list[int] = []


def chromium() -> str | None:
    """The program, or nothing where the browser tests are left out."""
    named = os.environ.get("CHROMIUM")
    return next((found for name in ((named,) if named else NAMES) if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chromium():
        return
    without = [item for item in items if item.get_closest_marker("browser")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in without]
        _remember(len(without))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist tells its controller; all workers collect the same."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    for number in getattr(node, "workeroutput", {}).get("left_out", []):
        _remember(number)


def _remember(number: int) -> None:
    if not left_out:
        left_out.append(number)
        no_skips.skipped.append(f"{number} browser tests: no Chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left_out:
        terminalreporter.section("browser tests left out", sep="!", yellow=True)
        terminalreporter.write_line(
            f"{left_out[0]} tests need Chromium and none was found: `bin/test --browser` as root installs it "
            "on Debian, or name one, CHROMIUM=/path/to/chromium. (未找到 Chromium，已略过浏览器测试)"
        )

"""CI skips nothing: with GRIDWHISTLE_NO_SKIPS=1 a run in which a test was skipped or left out has failed.

Loaded by bin/test (`-p tests.no_skips`).
"""

import os

import pytest

FORBIDDEN = os.environ.get("GRIDWHISTLE_NO_SKIPS") == "1"
skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped.append(f"{report.nodeid}: {_reason(report.longrepr)}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        skipped.append(f"{report.nodeid}: {_reason(report.longrepr)}")


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if FORBIDDEN and skipped and exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FORBIDDEN and skipped:
        terminalreporter.section("skipped, which this run forbids", sep="!", red=True)
        for line in skipped:
            terminalreporter.write_line(line)

"""bin/mechanisms: which mechanisms of docs/mechanisms.csv no passing test carries.

A test carries one with `@pytest.mark.mechanism("2-22")`. Only such tests are run; this module is also the plugin that
picks them and hears how they ended. A skipped test carries nothing. What a run of all tests heard (`--hear FILE`) need
not be run again: `bin/mechanisms --heard FILE`.
"""

import argparse
import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).resolve().parents[2] / "docs" / "mechanisms.csv"
PROPERTY = "mechanism"


@dataclass(frozen=True)
class Mechanism:
    id: str
    app: str
    name: str
    support: str

    def belongs_to(self, app: str) -> bool:
        """Some are carried by two apps: `patrols+insight`."""
        return app in self.app.split("+")


passed: set[str] = set()
broken: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mechanisms", default="", help="run only the tests that carry these mechanisms, comma separated")
    parser.addoption("--hear", default="", help="a file for what passed and what broke")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = set(filter(None, config.getoption("--mechanisms").split(",")))
    for item in items:
        item.user_properties += [(PROPERTY, id_) for id_ in carried_by(item)]
    if not chosen:
        return
    kept = [item for item in items if chosen.intersection(carried_by(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def carried_by(item: pytest.Item) -> list[str]:
    return [str(id_) for mark in item.iter_markers("mechanism") for id_ in mark.args]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    ids = {str(value) for name, value in report.user_properties if name == PROPERTY}
    if report.when == "call" and report.passed:
        passed.update(ids)
    elif not report.passed:
        broken.update(ids)


def pytest_sessionfinish(session: pytest.Session) -> None:
    file = session.config.getoption("--hear")
    if file and not hasattr(session.config, "workerinput"):
        Path(file).write_text(json.dumps({"passed": sorted(passed), "broken": sorted(broken)}))


def read_catalogue(file: Path) -> list[Mechanism]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [
            Mechanism(row["id"], row["app"], row["mechanism"], row["platform_must_support"])
            for row in csv.DictReader(rows)
        ]


def without_passing_test(mechanisms: list[Mechanism], passed: set[str], broken: set[str]) -> list[Mechanism]:
    """One failing test among several that carry it is enough to doubt it."""
    return [mechanism for mechanism in mechanisms if mechanism.id not in passed or mechanism.id in broken]


def run_tests(ids: set[str]) -> int:
    words = ["-p", "tests.architecture.mechanisms", "-p", "tests.browsers", "--mechanisms", ",".join(sorted(ids))]
    # The long ones too, which bin/test leaves to CI.
    return int(pytest.main([*words, "-m", "", "-q", "-n", "2", "-r", "fE", "--no-header"]))


def as_table(mechanisms: list[Mechanism]) -> str:
    rows = [(each.id, each.app, each.name, each.support) for each in mechanisms]
    return "\n".join(f"{id_:<8}{app:<18}{name}  —  {support}" for id_, app, name, support in rows)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/mechanisms", description=__doc__.partition("\n")[0])
    parser.add_argument("--app", action="append", help="only the mechanisms of this app; may be said several times")
    parser.add_argument("--heard", action="append", help="what a run heard; nothing is run then")
    every = read_catalogue(CATALOGUE)
    told = parser.parse_args(words)
    apps = told.app or ["all"]
    asked = {app: [each for each in every if app == "all" or each.belongs_to(app)] for app in apps}
    for app, mechanisms in asked.items():
        if not mechanisms:
            known = ", ".join(sorted({each.app for each in every}))
            parser.error(f"no mechanism belongs to {app}; the apps are {known}")
    if told.heard:
        return max([report(mechanisms, app, *heard_in(told.heard)) for app, mechanisms in asked.items()])
    code = run_tests({mechanism.id for mechanisms in asked.values() for mechanism in mechanisms})
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        return code
    from tests.architecture import mechanisms as heard  # pytest loaded this module a second time, under its own name

    return max([report(mechanisms, app, heard.passed, heard.broken) for app, mechanisms in asked.items()])


def heard_in(files: list[str]) -> tuple[set[str], set[str]]:
    """What passed and what broke in several runs."""
    told = [json.loads(Path(file).read_text()) for file in files]
    return {id_ for one in told for id_ in one["passed"]}, {id_ for one in told for id_ in one["broken"]}


def report(asked: list[Mechanism], app: str, passed: set[str], broken: set[str]) -> int:
    missing = without_passing_test(asked, passed, broken)
    if missing:
        print(as_table(missing))
    of_app = "" if app == "all" else f" of {app}"
    print(f"{len(asked) - len(missing)} of {len(asked)} mechanisms{of_app} have a passing test")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""bin/_environment, with the real shell: a tree of empty locks, and a PATH on which there is no Python."""

import shutil
import subprocess
import sys

import pytest

from embedded.refusals import TREE

NEEDED = ("sh", "dirname", "cmp", "rm", "mkdir", "cp", "mv", "cat")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "path").mkdir()
    (tmp_path / "requirements").mkdir()
    shutil.copy(TREE / "bin" / "_environment", tmp_path / "bin")
    (tmp_path / "bin" / "try").write_text('. "$(dirname "$0")/_environment"; prepare "$1"; echo ready')
    for lock in ("production", "embedded", "test"):
        (tmp_path / "requirements" / f"{lock}.lock").write_text(f"# {lock}\n")
    for program in NEEDED:
        (tmp_path / "path" / program).symlink_to(shutil.which(program))
    return tmp_path


def prepare(tree, lock: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tree / "path" / "sh", tree / "bin" / "try", lock],
        env={"PATH": str(tree / "path")},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def install(tree, *locks: str) -> None:
    """The environment as a finished installation leaves it."""
    (tree / ".venv" / "bin").mkdir(parents=True)
    (tree / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tree / ".venv" / "installed").mkdir()
    for lock in locks:
        shutil.copy(tree / "requirements" / f"{lock}.lock", tree / ".venv" / "installed")


def test_without_a_python_one_sentence_says_which_is_needed(tree):
    ended = prepare(tree, "embedded")
    assert ended.returncode == 2
    assert "Python 3.11, 3.12 or 3.13 is needed" in ended.stderr
    assert ended.stdout == ""


def test_what_is_installed_is_not_installed_again(tree):
    install(tree, "production", "embedded", "test")
    for lock in ("production", "embedded", "test"):
        assert prepare(tree, lock).stdout == "ready\n"


@pytest.mark.parametrize("accident", ["changed lock", "interrupted", "python gone"])
def test_an_environment_that_is_not_what_the_lock_says_is_made_anew(tree, accident):
    install(tree, "production", "embedded")
    if accident == "changed lock":
        (tree / "requirements" / "embedded.lock").write_text("# another\n")
    elif accident == "interrupted":
        shutil.rmtree(tree / ".venv" / "installed")
    else:
        (tree / ".venv" / "bin" / "python").unlink()
    ended = prepare(tree, "embedded")
    assert ended.stdout == ""
    assert "Python 3.11, 3.12 or 3.13 is needed" in ended.stderr
    assert not (tree / ".venv").exists()


def test_more_packages_are_added_to_an_environment_that_is_right_so_far(tree):
    install(tree, "production", "embedded")
    prepare(tree, "test")
    assert (tree / ".venv" / "bin" / "python").exists()

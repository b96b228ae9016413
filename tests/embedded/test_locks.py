import re

import pytest

from embedded.refusals import TREE

LOCKS = ("production", "embedded", "test")


def text_of(lock: str) -> str:
    return (TREE / "requirements" / f"{lock}.lock").read_text()


def pins(lock: str) -> set[str]:
    return {line.rstrip(" \\") for line in text_of(lock).split("\n") if "==" in line}


@pytest.mark.parametrize(("smaller", "larger"), [("production", "embedded"), ("embedded", "test")])
def test_each_lock_holds_the_smaller_one_with_the_same_versions(smaller, larger):
    assert pins(smaller) - pins(larger) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_named_with_its_hashes_and_no_address(lock):
    for package in re.split(r"\n(?=\S)", text_of(lock).strip()):
        assert "--hash=sha256:" in package, package
    assert not re.search(r"://|--index|--find-links|@ file", text_of(lock))


def test_psycopg_3_stays_out_for_django_would_prefer_it():
    assert not any(pin.startswith(("psycopg==", "psycopg-")) for pin in pins("test"))


def test_what_celery_imports_for_redis_is_in_the_production_lock():
    assert any(pin.startswith("packaging==") for pin in pins("production"))

"""The standards page: versions of all rules, what the city stays close to, its targets with their present figures."""

from __future__ import annotations

import pytest

from assessment.selectors.standards import principles_of, rules_of, targets_of

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("0-29")
def test_what_the_work_stays_close_to_stands_on_the_page(client, cast):
    client.force_login(cast.worker)
    page = client.get("/boards/standards/").content.decode()
    for words in ("贴近基层", "贴近群众", "贴近岗位"):
        assert words in page


@pytest.mark.mechanism("0-30")
def test_each_target_has_its_figure_of_last_month(city, cast, order_at, clock):
    order_at("rated")
    clock.set(2026, 11, 2, 9, 0)
    figures = {target.standard.figure: target for target in targets_of(city)}
    assert list(figures) == ["covered", "on_time", "visited", "satisfied"]
    covered = figures["covered"]
    # Four grids, of which two have a worker.
    assert (covered.k, covered.n, covered.reached) == (2, 4, False)
    assert figures["on_time"].n > 0
    assert (figures["satisfied"].k, figures["satisfied"].n, figures["satisfied"].reached) == (1, 1, True)
    assert figures["visited"].reached is None


@pytest.mark.mechanism("0-39")
def test_the_versions_of_rulebooks_schemes_and_rules_stand_with_their_days(city, client, cast, clock):
    rules = rules_of(city)
    assert rules.book.version == 1
    assert rules.categories > 50
    assert rules.limits.count() == 7
    assert {scheme.code for scheme in rules.schemes} == {"workers", "departments", "communities"}
    client.force_login(cast.officer)
    page = client.get("/boards/standards/").content.decode()
    assert "公示 5 个工作日（规则 86）" in page
    assert "2026-01-01" in page


def test_principles_are_the_citys_own(city):
    assert [row.name for row in principles_of(city)] == ["贴近基层", "贴近群众", "贴近岗位"]


def test_who_holds_no_post_reads_no_citys_standards(client, cast):
    client.force_login(cast.outsider)
    assert client.get("/boards/standards/").status_code == 404

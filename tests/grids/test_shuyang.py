"""Shuyang, a county of 1,855 grids: its folder as it is delivered, its words where they belong."""

from __future__ import annotations

import pytest

from grids.models import Post, ResponsibilityLink
from grids.selectors import residents_contacts, staffing_gaps

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("4-2")
def test_a_household_of_shuyang_is_answered_for_on_four_levels(shuyang, read):
    grid = shuyang.grids[0]
    text = read(shuyang.reader, shuyang.page(grid))
    for kind in ("for the section", "for the village", "for the grid", "for households"):
        assert kind in text
    for kind, count in {"section": 480, "village": 480, "grid": 1855, "households": 1855}.items():
        assert ResponsibilityLink.objects.held().filter(area__city=shuyang.city, kind=kind).count() == count
    households = grid.links.get(kind="households")
    assert households.household
    assert f"{households.user.name} {grid.title} · {households.household}" in text


@pytest.mark.mechanism("4-3")
def test_a_grid_of_shuyang_without_its_party_member_is_reported(shuyang, read):
    assert staffing_gaps(shuyang.top, shuyang.rulebook) == []
    member = shuyang.held("grid_worker").first()
    Post.objects.filter(pk=member.pk).update(tags=[])
    [gap] = staffing_gaps(shuyang.top, shuyang.rulebook)
    assert (gap.area, gap.rule.tag, gap.missing) == (member.area, "党员", 1)
    assert "1 × 党员 missing" in read(shuyang.reader, shuyang.page(member.area))


@pytest.mark.mechanism("4-4")
def test_shuyangs_member_workers_are_unpaid(shuyang, read):
    workers = shuyang.held("grid_worker")
    assert set(workers.values_list("employment", flat=True)) == {"unpaid"}
    assert "unpaid" in read(shuyang.reader, shuyang.page(workers[0].area))


@pytest.mark.mechanism("4-5")
def test_members_without_office_hold_posts_with_an_area_and_a_public_promise(shuyang, read):
    member = shuyang.held("member_post").exclude(promise="").first()
    text = read(shuyang.reader, shuyang.page(member.area))
    assert f"{member.user.name} {member.title}" in text
    assert f"Promise: {member.promise}" in text
    assert member.title.startswith("无职党员岗：")


@pytest.mark.mechanism("4-35")
def test_shuyang_says_what_its_six_fixings_mean(shuyang, read):
    text = read(shuyang.reader, shuyang.page(shuyang.top))
    for name in ("定格", "定编", "定员", "定责", "定考", "定评"):
        definition = shuyang.rulebook.definitions.get(name=name)
        assert definition.text in text


@pytest.mark.mechanism("4-39")
def test_anybody_finds_the_head_and_the_worker_of_a_grid_and_the_phone_to_complain_to(shuyang, read):
    named = shuyang.held("grid_head", "grid_worker").filter(area__level__base=True, published=True)
    assert named.values("area").distinct().count() == 1855
    grid = shuyang.grids[7]
    worker = residents_contacts(grid).get(role__code="grid_worker").user
    worker.phone = "10000000000"
    worker.save(update_fields=["phone"])
    text = read(None, f"/grids/{grid.code}/")
    assert grid.title in text
    assert grid.parent.title in text
    assert shuyang.city.supervision_phone in text
    assert all(f"{post.user.name} {post.title}" in text for post in residents_contacts(grid))
    assert "10000000000" in text


@pytest.mark.mechanism("2-7")
def test_the_tree_of_shuyang_has_its_own_levels_and_counts(shuyang, shown_tree):
    assert shown_tree(shuyang) == ([1, 40, 480, 1855], "县 乡镇（街道） 村（社区） 网格")


def test_every_role_that_is_held_in_a_grid_of_shuyang_has_its_part(shuyang):
    assert shuyang.roles_without_a_part() == set()

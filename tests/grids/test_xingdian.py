"""Xingdian, a street of 59 grids: its folder as it is delivered, its words where they belong."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from grids.models import Area, Department, PartyBody
from grids.selectors import staffing_gaps
from grids.services import posts

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


@pytest.mark.mechanism("0-1")
def test_xingdians_leading_group_stands_on_the_streets_page_with_members_and_tasks(xingdian, read):
    text = read(xingdian.reader, xingdian.page(xingdian.top))
    group = xingdian.city.working_groups.get(code="joint-duty")
    assert group.name in text
    assert group.chair.name in text
    assert group.memberships.count() == 5
    assert all(seat.user.name in text for seat in group.memberships.all())
    assert group.tasks.count() == 3
    assert all(task.words in text for task in group.tasks.all())


@pytest.mark.mechanism("0-2")
def test_each_grid_of_xingdian_has_a_branch_or_where_that_was_not_possible_a_group(xingdian, read):
    kinds = Counter(xingdian.of(PartyBody).filter(area__level__base=True).values_list("kind", flat=True))
    assert set(kinds) == {"branch", "group"}
    assert sum(kinds.values()) == xingdian.grids.count() == 59
    body = xingdian.of(PartyBody).filter(kind="group").select_related("area", "parent").first()
    text = read(xingdian.reader, xingdian.page(body.area))
    assert body.name in text
    assert body.parent.name in text


@pytest.mark.mechanism("0-4")
def test_cadres_of_the_pilot_community_head_its_grids(xingdian, read):
    heads = xingdian.held("grid_head").filter(area__level__base=True)
    assert {head.area.parent.name for head in heads} == {"星兴社区"}
    assert all("两委干部" in head.tags for head in heads)
    text = read(xingdian.reader, xingdian.page(heads[0].area))
    assert f"{heads[0].user.name} 网格长（两委干部下沉）" in text
    assert "两委干部" in text


@pytest.mark.mechanism("0-5")
def test_street_and_each_community_of_xingdian_have_a_centre_with_its_own_desk(xingdian, read):
    desks = xingdian.of(Area).exclude(level__desk="")
    assert desks.count() == 1 + 14
    centres = xingdian.of(Department).filter(kind="centre", name__contains="网格化服务管理中心")
    assert set(centres.values_list("area", flat=True)) == set(desks.values_list("pk", flat=True))
    community = xingdian.on_level(2).first()
    assert community.level.desk in read(xingdian.reader, f"/duty/{community.code}/")


@pytest.mark.mechanism("0-7")
def test_xingdians_59_grids_are_drawn_into_the_system_with_live_figures(xingdian, client):
    assert all(grid.boundary and 300 <= grid.households <= 500 for grid in xingdian.grids)
    client.force_login(xingdian.reader)
    drawn = client.get(f"/map/areas.json?city=xingdian&level={xingdian.grids[0].level.rank}").json()
    assert len(drawn["features"]) == 59
    assert client.get("/map/counts.json?city=xingdian").status_code == 200


@pytest.mark.mechanism("0-8")
def test_xingdian_is_staffed_one_and_four_and_whoever_leaves_is_missed(xingdian, read):
    assert xingdian.people(xingdian.held("grid_worker")) == 295 == 59 * (1 + 4)
    assert staffing_gaps(xingdian.top, xingdian.rulebook) == []
    gone = xingdian.held("grid_worker").filter(employment="part_time").first()
    posts.dismiss(gone, on=TODAY)
    [gap] = staffing_gaps(xingdian.top, xingdian.rulebook)
    assert (gap.area, gap.rule.employment, gap.held, gap.missing) == (gone.area, "part_time", 3, 1)
    assert "Staff 1+4+X 1 part-time worker missing" in read(xingdian.reader, xingdian.page(gone.area))
    assert "1 part-time worker missing" in read(xingdian.reader, f"/organisation/{xingdian.top.code}/gaps/")


@pytest.mark.mechanism("0-41")
def test_a_grids_page_opens_with_the_four_firsts(xingdian, read):
    text = read(xingdian.reader, xingdian.page(xingdian.grids[0]))
    places = [text.index(f"第一{panel}") for panel in ("感知触角", "前沿阵地", "服务窗口", "共治平台")]
    assert places == sorted(places)
    assert "采集信息、发现风险" in text
    assert "Open work orders here" in text
    assert "第一感知触角" not in read(xingdian.reader, xingdian.page(xingdian.top))


@pytest.mark.mechanism("2-7")
def test_the_tree_of_xingdian_has_its_own_levels_and_counts(xingdian, shown_tree):
    assert shown_tree(xingdian) == ([1, 14, 59], "街道 社区（村） 网格")


def test_every_role_that_is_held_in_a_grid_of_xingdian_has_its_part(xingdian):
    assert xingdian.roles_without_a_part() == set()

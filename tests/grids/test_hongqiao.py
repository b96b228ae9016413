"""Hongqiao, a district of 992 grids: its folder as it is delivered, its words where they belong."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Count

from grids.jurisdiction import areas_where
from grids.selectors import desk_of, who_answers

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("2-5")
def test_a_grid_of_hongqiao_may_have_several_workers_and_a_worker_several_skills(hongqiao, read):
    crowded = hongqiao.grids.filter(posts__role__code="grid_worker").annotate(n=Count("posts")).filter(n__gte=2).first()
    workers = who_answers(crowded).workers
    assert len(workers) >= 2
    able = next(post for post in hongqiao.held("grid_worker") if len(post.skills) >= 2)
    text = read(hongqiao.reader, hongqiao.page(able.area))
    assert able.user.name in text
    assert all(skill in text for skill in able.skills)
    assert "多网合一、一网多格、一格一员、一员多能" in read(hongqiao.reader, hongqiao.page(hongqiao.top))


@pytest.mark.mechanism("2-6")
def test_the_three_platforms_of_hongqiao_have_different_rights(hongqiao):
    desks = [(level.desk, level.accepts) for level in hongqiao.city.levels.all()]
    assert desks == [("区级指挥平台", False), ("街道实战平台", True), ("社区基础平台", False), ("", False)]
    grid = hongqiao.grids[0]
    assert desk_of(grid).level.desk == "街道实战平台"
    chief = hongqiao.held("dispatcher").filter(area=desk_of(grid)).first().user
    secretary = hongqiao.held("community_secretary").get(area=grid.parent).user
    assert grid in areas_where(chief, "dispatch_in")
    assert hongqiao.top not in areas_where(chief, "dispatch_in")
    assert grid not in areas_where(secretary, "dispatch_in")
    assert grid in areas_where(secretary, "see_cases_in")


@pytest.mark.mechanism("2-30")
def test_ecology_and_appearance_workers_of_hongqiao_are_grid_workers_of_one_list(hongqiao, read):
    special = [post for post in hongqiao.held("grid_worker") if {"生态", "市容"} & set(post.skills)]
    assert len({post.role_id for post in special}) == 1
    assert len(special) > 100
    assert not hongqiao.city.roles.filter(code__in=["ecology_worker", "appearance_worker"]).exists()
    assert "全科网格" in read(hongqiao.reader, hongqiao.page(hongqiao.top))


@pytest.mark.mechanism("2-41")
def test_every_first_hand_of_street_and_community_in_hongqiao_heads_its_grid_by_office(hongqiao, read):
    by_office = hongqiao.held("grid_head").exclude(ex_officio_of=None)
    assert Counter(post.ex_officio_of.role.code for post in by_office) == {
        "party_secretary": 10, "office_director": 10, "community_secretary": 123,
    }  # fmt: skip
    assert all(post.user_id == post.ex_officio_of.user_id for post in by_office)
    street = hongqiao.on_level(2).first()
    text = read(hongqiao.reader, hongqiao.page(street))
    assert "网格长 · 党工委书记" in text
    assert "网格长 · 办事处主任" in text


@pytest.mark.mechanism("2-42")
def test_hongqiaos_merged_workers_keep_their_former_speciality_as_a_skill(hongqiao, read):
    assert hongqiao.people(hongqiao.held("grid_worker")) > 1000
    worker = hongqiao.held("grid_worker").filter(skills__contains=["生态"]).first()
    assert "生态" in read(hongqiao.reader, hongqiao.page(worker.area))


@pytest.mark.mechanism("2-7")
def test_the_tree_of_hongqiao_has_its_own_levels_and_counts(hongqiao, shown_tree):
    assert shown_tree(hongqiao) == ([1, 10, 123, 992], "区 街道 社区 基础网格")


def test_every_role_that_is_held_in_a_grid_of_hongqiao_has_its_part(hongqiao):
    assert hongqiao.roles_without_a_part() == set()


@pytest.mark.mechanism("2-8")
def test_the_labels_of_hongqiao_name_its_map(hongqiao):
    assert "2.5 维半立体实景地图" in hongqiao.city.labels

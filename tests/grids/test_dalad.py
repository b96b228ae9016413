"""Dalad, a banner of 235 grids: its folder as it is delivered, its words where they belong."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import Count

from grids.models import PartyBody, ResponsibilityLink
from grids.selectors import who_answers

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("3-1", "3-3")
def test_dalads_own_words_stand_on_its_page_and_its_template_on_the_grids(dalad, read):
    assert "一核四化双提升" in read(dalad.reader, dalad.page(dalad.top))
    grid = dalad.grids[0]
    assert "Staff 3+X" in read(dalad.reader, dalad.page(grid))
    rule = dalad.rulebook.staffing.get()
    assert (rule.name, rule.need, rule.level.base) == ("3+X", 3, True)


@pytest.mark.mechanism("3-2")
def test_four_nets_run_over_one_grid_of_dalad(dalad, read):
    text = read(dalad.reader, dalad.page(dalad.grids[0]))
    assert all(net in text for net in ("基层党建网", "综治维稳网", "民情联系网", "社会治理网"))


@pytest.mark.mechanism("3-5")
def test_social_workers_and_volunteers_are_dalads_1364_grid_workers(dalad, read):
    workers = dalad.held("grid_worker")
    assert dalad.people(workers) == 1364
    social, volunteers = workers.filter(tags__contains=["社工"]), workers.filter(title__contains="居民志愿者")
    assert social.count() + volunteers.count() == 1364
    assert "社工" in read(dalad.reader, dalad.page(social[0].area))
    assert "兼职网格员（居民志愿者）" in read(dalad.reader, dalad.page(volunteers[0].area))


@pytest.mark.mechanism("3-6")
def test_thirty_five_leaders_of_dalad_are_linked_and_named_where_they_are(dalad, read):
    links = ResponsibilityLink.objects.held().filter(area__city=dalad.city, kind="leader")
    assert links.values("user").distinct().count() == 35
    link = links.filter(area__level__rank=3).first()
    grid = link.area.children.first()
    assert f"leader's link {link.user.name}" in read(dalad.reader, dalad.page(grid))


@pytest.mark.mechanism("3-7")
def test_departments_supervise_grids_and_keep_a_contact_point(dalad, read):
    supervisors = dalad.held("grid_supervisor")
    assert supervisors.count() == 26
    assert all(post.department_id for post in supervisors)
    grid = supervisors[0].area.children.first()
    text = read(dalad.reader, dalad.page(grid))
    assert f"{supervisors[0].user.name} 网格监督员" in text
    assert "contact point" in text


@pytest.mark.mechanism("3-8")
def test_the_head_of_a_grid_in_dalad_is_the_secretary_of_its_branch(dalad, read):
    for grid in dalad.grids.prefetch_related("party_bodies"):
        [body], [head] = grid.party_bodies.all(), dalad.held("grid_head").filter(area=grid)
        assert head.title == {"branch": "网格长（党支部书记）", "group": "网格长（党小组组长）"}[body.kind]
    assert "网格长（党支部书记）" in read(dalad.reader, dalad.page(dalad.grids[0]))


@pytest.mark.mechanism("3-9")
def test_members_hold_posts_below_the_grid(dalad, read):
    for role, title in {"grid_informant": "网格信息员", "building_head": "楼栋长", "unit_head": "单元长"}.items():
        post = dalad.held(role).first()
        assert f"{post.user.name} {title}" in read(dalad.reader, dalad.page(post.area))


@pytest.mark.mechanism("3-24")
def test_police_enforcement_and_market_supervision_post_an_officer_to_each_grid(dalad, read):
    roles = ["posted_police", "posted_enforcement", "posted_market"]
    for role in roles:
        assert dalad.held(role).values("area").distinct().count() == 235
    posted = who_answers(dalad.grids[0]).posted
    assert [post.role.code for post in posted] == roles
    assert all(post.employment == "posted" and post.department.kind in ("station", "enforcement") for post in posted)
    text = read(dalad.reader, dalad.page(dalad.grids[0]))
    assert all(post.user.name in text and post.department.title for post in posted)


@pytest.mark.mechanism("3-27")
def test_units_of_the_neighbourhood_are_members_of_dalads_great_and_joint_committees(dalad, read):
    kinds = Counter(dalad.of(PartyBody).values_list("kind", flat=True))
    assert (kinds["great_committee"], kinds["joint_committee"]) == (6, 26)
    joined = (
        dalad.of(PartyBody).filter(kind__in=["great_committee", "joint_committee"]).annotate(n=Count("member_units"))
    )
    assert all(body.n for body in joined)
    text = read(dalad.reader, dalad.page(dalad.on_level(2)[0]))
    assert "“大党工委”" in text
    assert "工业街道辖区银行支行 (bank)" in text


@pytest.mark.mechanism("2-7")
def test_the_tree_of_dalad_has_its_own_levels_and_counts(dalad, shown_tree):
    assert shown_tree(dalad) == ([1, 6, 26, 235], "旗 街道 社区 网格")


def test_every_role_that_is_held_in_a_grid_of_dalad_has_its_part(dalad):
    assert dalad.roles_without_a_part() == set()

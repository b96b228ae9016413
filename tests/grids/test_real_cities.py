"""The five cities of the source documents, as their folders are delivered: counts, people, words where they belong."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db.models import Count

from grids import geo
from grids.jurisdiction import areas_where
from grids.models import Area, Department, PartyBody, Post, ResponsibilityLink, Role
from grids.selectors import counts_within, desk_of, party_cover, residents_contacts, staffing_gaps, who_answers
from grids.services import posts
from workorders.models import Category
from workorders.services import orders

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


def people(posts_held) -> int:
    return posts_held.values("user").distinct().count()


# --- 星甸 -------------------------------------------------------------------------------------------------------------
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
    assert people(xingdian.held("grid_worker")) == 295 == 59 * (1 + 4)
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


# --- 平昌 -------------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("1-10")
def test_a_building_of_pingchang_answers_through_named_heads_on_each_of_four_levels(pingchang, read):
    heads = pingchang.held("grid_head", "section_head").values_list("area__level__rank").annotate(Count("pk"))
    assert dict(heads.order_by()) == {1: 1, 2: 8, 3: 16}
    assert people(pingchang.held("grid_worker").filter(area__level__base=True)) == 147
    building = pingchang.grids[0]
    ladder = who_answers(building).ladder
    assert [rung.area.level.head_title for rung in ladder] == ["网格长", "网格长", "片长", "网格员"]
    text = read(pingchang.reader, pingchang.page(building))
    for rung in ladder[:3]:
        assert f"{rung.heads[0].user.name} {rung.area.level.head_title}" in text


@pytest.mark.mechanism("1-12")
def test_pingchangs_rule_of_150_households_stands_on_its_level_and_its_buildings_keep_it(pingchang, read):
    level = pingchang.grids[0].level
    assert (level.name, level.households_min, level.households_max) == ("楼栋", 100, 200)
    assert not [warning for warning in pingchang.loading.warnings if warning.field == "households"]
    mean = sum(pingchang.grids.values_list("households", flat=True)) / 147
    assert 130 < mean < 170
    assert "(rule 100–200)" in read(pingchang.reader, pingchang.page(pingchang.grids[0]))


@pytest.mark.mechanism("1-13")
def test_all_147_grids_of_pingchang_have_their_party_body_and_a_lost_one_is_reported(pingchang, read):
    cover = party_cover(pingchang.top)
    assert (cover.covered, cover.grids, cover.is_full) == (147, 147, True)
    assert "Party bodies on 147 of 147 grids full cover" in read(pingchang.reader, pingchang.page(pingchang.top))
    building = pingchang.grids[3]
    building.party_bodies.update(valid_to=TODAY)
    assert party_cover(pingchang.top).without == [building]
    report = read(pingchang.reader, f"/organisation/{pingchang.top.code}/gaps/")
    assert "Party bodies on 146 of 147 grids" in report
    assert building.title in report


@pytest.mark.mechanism("1-14")
def test_pingchang_calls_its_grids_red(pingchang, read):
    assert "红色网格" in read(pingchang.reader, pingchang.page(pingchang.top))


@pytest.mark.mechanism("1-17")
def test_neighbour_heads_are_named_where_they_hold_their_post(pingchang, read):
    neighbours = pingchang.held("neighbour_head")
    assert neighbours.count() == 16
    text = read(pingchang.reader, pingchang.page(neighbours[0].area))
    assert f"{neighbours[0].user.name} 邻长" in text


@pytest.mark.mechanism("1-33")
def test_how_a_worker_was_chosen_is_known_of_each(pingchang, read):
    workers = pingchang.held("grid_worker").filter(area__level__base=True)
    chosen = Counter(workers.values_list("source", flat=True))
    assert set(chosen) == {"nomination", "election", "self"}
    assert sum(chosen.values()) == 147
    for source, said in {"nomination": "nominated by the community", "election": "chosen by residents"}.items():
        assert said in read(pingchang.reader, pingchang.page(workers.filter(source=source)[0].area))
    assert "put himself forward" in read(pingchang.reader, pingchang.page(workers.filter(source="self")[0].area))


@pytest.mark.mechanism("1-34")
def test_old_members_old_cadres_veterans_and_volunteers_carry_their_tag(pingchang, read):
    workers = pingchang.held("grid_worker").filter(area__level__base=True)
    for tag in ("老党员", "老干部", "退役军人", "党员志愿者"):
        worker = workers.filter(tags__contains=[tag]).first()
        assert tag in read(pingchang.reader, pingchang.page(worker.area))


@pytest.mark.mechanism("1-35")
def test_six_nets_run_over_one_grid_of_pingchang(pingchang, read):
    text = read(pingchang.reader, pingchang.page(pingchang.grids[0]))
    names = [net.name for net in pingchang.city.nets.all()]
    assert names == ["党建", "物管", "环保", "维稳", "综治", "安全"]
    assert all(name in text[text.index("Nets over this grid") :] for name in names)


@pytest.mark.mechanism("1-36")
def test_judge_prosecutor_police_and_lawyer_answer_for_every_building(pingchang, read):
    building = pingchang.grids[0]
    experts = who_answers(building).experts
    assert [post.role.code for post in experts] == [
        "expert_judge",
        "expert_prosecutor",
        "expert_police",
        "expert_lawyer",
    ]
    text = read(pingchang.reader, pingchang.page(building))
    assert all(f"{post.user.name} {post.title}" in text for post in experts)
    with_experts = {post.area.path for post in pingchang.held("expert_judge")}
    assert all(any(grid.path.startswith(path) for path in with_experts) for grid in pingchang.grids)


@pytest.mark.mechanism("1-37")
def test_one_building_is_the_whole_scope_of_its_worker(pingchang):
    worker = pingchang.held("grid_worker").filter(area__level__base=True).first()
    assert list(areas_where(worker.user, "verify_in")) == [worker.area]
    assert worker.area.level.name == "楼栋"


@pytest.mark.mechanism("1-2")
def test_a_property_company_of_pingchang_is_a_unit_that_gets_orders_and_ratings(pingchang, read, clock, picture):
    company = pingchang.of(Department).get(code="property-1")
    assert company.kind == Department.Kind.COMPANY
    building = pingchang.grids[0]
    worker, desk = pingchang.held("grid_worker").get(area=building).user, pingchang.held("dispatcher").first().user
    officer = company.posts.get().user
    lng, lat = geo.inner_point(building.boundary)
    matter = Category.objects.get(rulebook=pingchang.rulebook, handler=company, code="030104")
    order = orders.report(by=worker, city=pingchang.city, category=matter, words="楼道堆物。", lng=lng, lat=lat)
    order = orders.dispatch(orders.accept(order, by=desk), by=desk, department=company)
    order = orders.finish(orders.sign_for(order, by=officer), by=officer, result="已清走。", pictures=[picture])
    order = orders.close(orders.verify(order, by=worker), by=desk)
    order = orders.rate(order, by=worker, stars=5, solved=True)
    assert (order.area, order.department, order.stars) == (building, company, 5)
    text = read(pingchang.reader, "/departments/property-1/")
    assert "company" in text
    assert officer.name in text


# --- 红桥 -------------------------------------------------------------------------------------------------------------
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


@pytest.mark.mechanism("2-7")
def test_each_citys_tree_has_its_own_levels_and_counts(hongqiao, xingdian, pingchang, dalad, shuyang, read):
    for city, counts, words in [
        (hongqiao, [1, 10, 123, 992], "区 街道 社区 基础网格"),
        (xingdian, [1, 14, 59], "街道 社区（村） 网格"),
        (pingchang, [1, 8, 16, 147], "平昌社区 基层社区 片区 楼栋"),
        (dalad, [1, 6, 26, 235], "旗 街道 社区 网格"),
        (shuyang, [1, 40, 480, 1855], "县 乡镇（街道） 村（社区） 网格"),
    ]:
        assert [count for _level, count in counts_within(city.top)] == counts
        assert [level.name for level in city.city.levels.all()] == words.split()
        text = read(city.reader, city.page(city.top))
        assert all(str(count) in text for count in counts)
        assert all(child.title in text for child in city.on_level(2))


@pytest.mark.mechanism("2-8")
def test_where_the_lowest_level_is_a_building_the_map_has_a_layer_of_buildings(pingchang, hongqiao, client, read):
    client.force_login(pingchang.reader)
    layer = client.get("/map/areas.json?city=pingchang&level=4").json()["features"]
    assert len(layer) == 147
    assert all("楼栋" in feature["properties"]["name"] for feature in layer)
    building = pingchang.grids[0]
    assert f"{building.households} households" in read(pingchang.reader, pingchang.page(building))
    assert "2.5 维半立体实景地图" in hongqiao.city.labels


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
    assert people(hongqiao.held("grid_worker")) > 1000
    worker = hongqiao.held("grid_worker").filter(skills__contains=["生态"]).first()
    assert "生态" in read(hongqiao.reader, hongqiao.page(worker.area))


# --- 达拉特 -----------------------------------------------------------------------------------------------------------
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
    assert people(workers) == 1364
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


# --- 沭阳 -------------------------------------------------------------------------------------------------------------
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


def test_every_role_that_is_held_in_a_grid_has_its_part(hongqiao, xingdian, pingchang, dalad, shuyang):
    for city in (hongqiao, xingdian, pingchang, dalad, shuyang):
        codes = set(city.held().filter(area__level__base=True).values_list("role__code", flat=True))
        assert not {code for code in codes if Role(code=code).part == Role.Part.OTHER}

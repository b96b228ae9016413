"""The five place folders hold what their places say of themselves: people, numbers, words. Files only."""

from collections import Counter

import pytest

from tests.cities.folders import CITIES, COUNTS, folder_of


@pytest.mark.mechanism("2-41")
def test_all_first_hands_of_hongqiao_are_grid_heads_by_office(hongqiao):
    heads = Counter(
        (hongqiao.areas[post["area"]]["level"], post["ex_officio_of"].split("-")[-1])
        for post in hongqiao.held("grid_head")
    )
    assert heads == {(2, "secretary"): 10, (2, "director"): 10, (3, "secretary"): 123}


@pytest.mark.mechanism("2-42")
def test_over_a_thousand_workers_of_hongqiao_cover_every_grid_and_keep_their_speciality(hongqiao):
    workers = hongqiao.held("grid_worker")
    assert len(workers) > 1000
    assert {post["area"] for post in workers} == {area["code"] for area in hongqiao.base()}
    former = [post for post in workers if {"生态", "市容"} & set(post["skills"].split(";"))]
    assert len(former) > 100
    assert any(";" in post["skills"] for post in former)


def test_the_community_of_the_report_has_seven_grids_and_seven_workers(hongqiao):
    (community,) = [area for area in hongqiao.level(3) if area["name"] == "十段社区"]
    assert hongqiao.areas[community["parent"]]["name"] == "丁字沽街道"
    assert sum(area["parent"] == community["code"] for area in hongqiao.base()) == 7
    assert sum(post["area"].startswith(community["code"]) for post in hongqiao.held("grid_worker")) == 7


@pytest.mark.mechanism("2-6")
def test_hongqiao_has_three_platforms(hongqiao):
    desks = [level["desk"] for level in hongqiao.words["levels"]]
    assert desks == ["区级指挥平台", "街道实战平台", "社区基础平台", ""]


def test_every_department_that_handles_has_an_officer_where_cases_are_accepted(hongqiao):
    staffed = {post["department"] for post in hongqiao.held("department_officer")}
    assert {category["handler"] for category in hongqiao.categories if category["handler"]} <= staffed
    assert len(hongqiao.held("district_leader")) >= 5
    assert {post["area"] for post in hongqiao.held("dispatcher")} >= {area["code"] for area in hongqiao.level(2)}


def test_xingdian_has_295_workers_one_and_four_in_each_of_59_grids(xingdian):
    kinds = Counter((post["area"], post["employment"]) for post in xingdian.held("grid_worker"))
    assert sum(kinds.values()) == 295
    assert kinds == {
        (area["code"], kind): number
        for area in xingdian.base()
        for kind, number in (("full_time", 1), ("part_time", 4))
    }
    rules = {rule["employment"]: rule["need"] for rule in xingdian.words["staffing"]}
    assert rules == {"full_time": 1, "part_time": 4}


@pytest.mark.mechanism("0-4")
def test_cadres_of_the_pilot_community_head_its_grids(xingdian):
    heads = xingdian.held("grid_head")
    assert {xingdian.areas[xingdian.areas[post["area"]]["parent"]]["name"] for post in heads} == {"星兴社区"}
    assert {post["tags"] for post in heads} == {"两委干部"}


def test_xingdian_has_eight_groups_fourteen_guard_posts_and_a_centre_at_each_level(xingdian):
    kinds = Counter(department["kind"] for department in xingdian.departments)
    names = [department["name"] for department in xingdian.departments]
    assert kinds["group"] == 8
    assert {"治安处突组", "小区治理组", "市政维护组", "街道综合行政执法大队"} <= set(names)
    assert sum(name.endswith("大联勤治安岗亭") for name in names) == 14
    assert sum(name.endswith("网格化服务管理中心") for name in names) == 15
    assert {matter["department"] for matter in xingdian.groups} == {
        department["code"] for department in xingdian.departments if department["kind"] == "group"
    }


def test_every_grid_of_xingdian_has_a_branch_or_else_a_group(xingdian):
    bodies = {body["area"]: body["kind"] for body in xingdian.party_bodies}
    assert {bodies[area["code"]] for area in xingdian.base()} == {"branch", "group"}
    (group,) = xingdian.working_groups
    assert group["name"] == "大联勤网格化社会治理工作领导小组"
    assert len(group["members"].split(";")) >= 3


def test_pingchang_has_its_heads_at_each_level(pingchang):
    def number(role, rank):
        return sum(pingchang.areas[post["area"]]["level"] == rank for post in pingchang.held(role))

    assert [number("grid_head", 1), number("grid_head", 2), number("section_head", 3)] == [1, 8, 16]
    assert [number("grid_worker", 1), number("grid_worker", 4)] == [8, 147]
    assert [level["head_title"] for level in pingchang.words["levels"]] == ["网格长", "网格长", "片长", "网格员"]


def test_every_building_of_pingchang_has_about_150_households_and_a_party_body(pingchang):
    households = [area["households"] for area in pingchang.base()]
    assert 145 < sum(households) / len(households) < 155
    bodies = [body for body in pingchang.party_bodies if body["kind"] in {"branch", "group"}]
    assert sorted(body["area"] for body in bodies) == sorted(area["code"] for area in pingchang.base())


def test_the_nine_lines_and_the_property_companies_of_pingchang_are_units(pingchang):
    names = [department["name"] for department in pingchang.departments]
    lines = ["党群", "政法", "经济", "安监", "环保", "民政", "文化", "城管", "物管"]
    assert [name for name in names if name.endswith("条口")] == [f"{line}条口" for line in lines]
    assert "平昌社区管理服务中心" in names
    assert sum("物业公司" in name for name in names) == 2
    assert {post["source"] for post in pingchang.held("grid_worker")} >= {"nomination", "election", "self"}


def test_dalad_has_1364_workers_at_least_three_a_grid_and_35_linked_leaders(dalad):
    workers = Counter(post["area"] for post in dalad.held("grid_worker"))
    assert sum(workers.values()) == 1364
    assert len(workers) == 235
    assert min(workers.values()) >= 3
    titles = Counter(post["title"] for post in dalad.held("district_leader"))
    assert titles == {"旗委常委": 6, "县级领导": 29}
    linked = {link["username"] for link in dalad.links if link["kind"] == "包联"}
    assert linked == {post["username"] for post in dalad.held("district_leader")}
    assert {link["area"] for link in dalad.links if link["kind"] == "包联"} >= {area["code"] for area in dalad.level(2)}


def test_dalad_has_its_party_bodies_with_members_and_its_posted_officers(dalad):
    kinds = Counter(body["kind"] for body in dalad.party_bodies)
    assert (kinds["great_committee"], kinds["joint_committee"]) == (6, 26)
    with_members = {unit["party_body"] for unit in dalad.member_units}
    assert with_members == {body["code"] for body in dalad.party_bodies if body["kind"].endswith("t_committee")}
    grids = {area["code"] for area in dalad.base()}
    for role in ("posted_police", "posted_enforcement", "posted_market"):
        assert {post["area"] for post in dalad.held(role)} == grids
    assert all(post["department"] for post in dalad.held("posted_police"))


@pytest.mark.mechanism("3-8")
def test_the_head_of_each_grid_of_dalad_leads_its_branch_or_group(dalad):
    bodies = {body["area"]: body["kind"] for body in dalad.party_bodies}
    grids = {area["code"] for area in dalad.base()}
    heads = {post["area"]: post["title"] for post in dalad.held("grid_head") if post["area"] in grids}
    titles = {"branch": "网格长（党支部书记）", "group": "网格长（党小组组长）"}
    assert heads == {code: titles[bodies[code]] for code in grids}


def test_dalad_names_the_posts_below_the_grid_and_the_supervisors_of_departments(dalad):
    titles = {post["title"] for post in dalad.posts if post["employment"] == "unpaid"}
    assert titles == {"网格信息员", "楼栋长", "单元长"}
    assert {post["area"] for post in dalad.held("grid_supervisor")} == {area["code"] for area in dalad.level(3)}
    assert sum(link["kind"] == "联系点" for link in dalad.links) == 26
    assert sum("公开选聘社区工作者" in post["tags"] for post in dalad.posts) == 215


def test_four_kinds_of_links_reach_from_the_town_down_to_the_households_of_shuyang(shuyang):
    reached = {kind: [] for kind in ("包片", "包村", "包网格", "包户")}
    for link in shuyang.links:
        reached[link["kind"]].append(link["area"])
    villages, grids = ([area["code"] for area in shuyang.level(rank)] for rank in (3, 4))
    assert sorted(reached["包片"]) == sorted(reached["包村"]) == villages
    assert sorted(reached["包网格"]) == sorted(reached["包户"]) == grids
    assert all(link["household"] for link in shuyang.links if link["kind"] == "包户")


def test_each_grid_of_shuyang_has_a_party_member_and_its_branch_secretary_as_head(shuyang):
    grids = sorted(area["code"] for area in shuyang.base())
    workers = shuyang.held("grid_worker")
    assert sorted(post["area"] for post in workers) == grids
    assert {(post["employment"], post["title"]) for post in workers} == {("unpaid", "党员义务网格员")}
    heads = {post["area"]: post["ex_officio_of"] for post in shuyang.held("grid_head")}
    assert heads == {code: f"{code[:12]}-secretary" for code in grids}
    assert all(post["promise"] for post in shuyang.held("member_post"))


def test_shuyang_has_two_centres_in_each_town_three_in_the_county_and_twenty_rooms(shuyang):
    towns = {area["code"] for area in shuyang.level(2)}
    names = Counter((department["area"] in towns, department["name"][-9:]) for department in shuyang.departments)
    assert names[True, "网格化服务管理中心"] == 40
    assert sum(department["name"].endswith("公共法律服务中心") for department in shuyang.departments) == 41
    assert sum(department["name"].endswith("专业调解室") for department in shuyang.departments) == 20
    assert {area["name"] for area in shuyang.areas.values()} >= {"桑墟镇", "颜集镇", "周项村"}


# The places' own words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        pytest.param("dalad", ["一核四化双提升"], marks=pytest.mark.mechanism("3-1")),
        pytest.param("pingchang", ["红色网格"], marks=pytest.mark.mechanism("1-14")),
        pytest.param("pingchang", ["单元最小化治理"], marks=pytest.mark.mechanism("1-37")),
        pytest.param(
            "hongqiao", ["多网合一、一网多格、一格一员、一员多能", "三级平台、四级网格", "街道吹哨、部门报到"]
        ),
        pytest.param("hongqiao", ["全科网格", "战区制、主官上、权下放"]),
        pytest.param("xingdian", ["大联勤", "一专四兼", "二级中心+网格", "3-4-6 工作要求"]),
        pytest.param("shuyang", ["六联", "六联六定", "六代六帮", "四级工作网格", "四事工作法", "二三四五工作模式"]),
        pytest.param("dalad", ["多网合一", "3+X", "1+1+N", "街道吹哨、单位报到"]),
    ],
)
def test_the_city_says_its_own_words(slug, words):
    assert set(words) <= set(folder_of(slug).words["labels"])


@pytest.mark.parametrize(
    ("slug", "nets"),
    [
        pytest.param(
            "pingchang", ["党建", "物管", "环保", "维稳", "综治", "安全"], marks=pytest.mark.mechanism("1-35")
        ),
        pytest.param(
            "dalad", ["基层党建网", "综治维稳网", "民情联系网", "社会治理网"], marks=pytest.mark.mechanism("3-2")
        ),
        pytest.param("hongqiao", ["网格党建", "基层治理", "保障民生", "服务企业"]),
    ],
)
def test_several_nets_lie_on_one_grid(slug, nets):
    assert [net["name"] for net in folder_of(slug).words["nets"]] == nets


@pytest.mark.mechanism("0-41")
def test_the_four_firsts_are_the_panels_of_a_grid(place):
    assert [panel["name"] for panel in place.words["panels"]] == [
        "第一感知触角", "第一前沿阵地", "第一服务窗口", "第一共治平台",
    ]  # fmt: skip


@pytest.mark.mechanism("4-35")
def test_six_links_and_six_fixings_are_defined(shuyang):
    names = [row["name"] for row in shuyang.words["definitions"]]
    assert names == ["定格", "定编", "定员", "定责", "定考", "定评", "联建", "联创", "联进", "联选", "联管", "联抓"]
    assert all(row["text"] for row in shuyang.words["definitions"])


def test_each_folder_says_what_is_real_drawn_and_invented_and_calls_its_catalogue_a_default():
    for slug in COUNTS:
        text = (CITIES / slug / "README.md").read_text(encoding="utf-8")
        assert all(word in text for word in ("真实 · Real", "示意 · Drawn", "虚构 · Invented", "默认目录"))

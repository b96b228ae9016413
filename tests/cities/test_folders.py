"""The five city folders hold what their places say of themselves: counts, codes, people, words. Files only."""

import csv
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from grids.permissions import CODENAMES

CITIES = Path(__file__).parents[2] / "config" / "cities"
VILLAGE = Path(__file__).parent / "village"
COUNTS = {
    "hongqiao": [1, 10, 123, 992],
    "xingdian": [1, 14, 59],
    "pingchang": [1, 8, 16, 147],
    "dalad": [1, 6, 26, 235],
    "shuyang": [1, 40, 480, 1855],
}
TABLES = [
    "departments", "groups", "roles", "posts", "links", "party_bodies",
    "member_units", "working_groups", "categories", "time_limits", "ladder",
]  # fmt: skip
MOMENT = re.compile(r"^(\d{1,2}%|due|due-\d+h|due\+\d+(work_day|work_hour|urgent_hour|natural_day))$")


class Folder:
    """A city folder, read as plainly as a person would."""

    def __init__(self, path):
        self.path = path
        self.words = tomllib.loads((path / "city.toml").read_text(encoding="utf-8"))
        self.calendar = tomllib.loads((path / "calendar.toml").read_text(encoding="utf-8"))
        features = json.loads((path / "areas.geojson").read_text(encoding="utf-8"))["features"]
        self.areas = {feature["properties"]["code"]: feature["properties"] for feature in features}
        self.lines = len(features)
        for name in TABLES:
            setattr(self, name, self.table(name))

    def table(self, name):
        with (self.path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    def level(self, rank):
        return [area for area in self.areas.values() if area["level"] == rank]

    def base(self):
        return self.level(len(self.words["levels"]))

    def held(self, role):
        return [post for post in self.posts if post["role"] == role]


def folder_of(slug):
    return Folder(VILLAGE if slug == "village" else CITIES / slug)


@pytest.fixture(scope="module", params=[*COUNTS, "village"])
def city(request):
    return folder_of(request.param)


@pytest.fixture(scope="module")
def hongqiao():
    return folder_of("hongqiao")


@pytest.fixture(scope="module")
def xingdian():
    return folder_of("xingdian")


@pytest.fixture(scope="module")
def pingchang():
    return folder_of("pingchang")


@pytest.fixture(scope="module")
def dalad():
    return folder_of("dalad")


@pytest.fixture(scope="module")
def shuyang():
    return folder_of("shuyang")


# Every folder --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", COUNTS)
def test_counts_by_level_are_those_of_the_place(slug):
    city = folder_of(slug)
    counts = [len(city.level(level["rank"])) for level in city.words["levels"]]
    assert counts == city.words["counts"] == COUNTS[slug]


def test_every_file_is_small_utf8_and_ends_its_lines_alike(city):
    for path in city.path.iterdir():
        assert path.stat().st_size < 1_000_000, path.name
        assert b"\r" not in path.read_bytes(), path.name
        path.read_text(encoding="utf-8")


def test_codes_have_the_length_of_their_level_and_begin_with_their_parents(city):
    lengths = {level["rank"]: level["code_length"] for level in city.words["levels"]}
    assert list(lengths.values()) == sorted(set(lengths.values()))
    assert len(city.areas) == city.lines
    for code, area in city.areas.items():
        assert code.isdigit()
        assert len(code) == lengths[area["level"]]
        if area["level"] == 1:
            assert area["parent"] is None
        else:
            assert code.startswith(area["parent"])
            assert city.areas[area["parent"]]["level"] == area["level"] - 1


def test_a_grid_is_its_community_and_a_sequence_without_a_gap(city):
    for parent, number in Counter(area["parent"] for area in city.base()).items():
        width = city.words["levels"][-1]["code_length"] - len(parent)
        wanted = {f"{parent}{place:0{width}d}" for place in range(1, number + 1)}
        assert wanted <= set(city.areas)


def test_names_are_unique_among_sisters(city):
    names = Counter((area["parent"], area["name"]) for area in city.areas.values())
    assert max(names.values()) == 1


def test_only_what_has_a_public_line_is_not_marked_as_drawn():
    real = {slug: [area["name"] for area in folder_of(slug).areas.values() if not area["drawn"]] for slug in COUNTS}
    assert real == {
        "hongqiao": ["红桥区"], "xingdian": [], "pingchang": [], "dalad": ["达拉特旗"], "shuyang": ["沭阳县"],
    }  # fmt: skip


def test_households_keep_to_the_rule_of_the_base_level(city):
    level = city.words["levels"][-1]
    counts = [area["households"] for area in city.base() if area["households"] is not None]
    assert all(level["households_min"] <= count <= level["households_max"] for count in counts)
    assert [entry["base"] for entry in city.words["levels"]] == [False] * (len(city.words["levels"]) - 1) + [True]


def test_exactly_one_level_accepts_reports_and_it_has_a_desk(city):
    assert [bool(level["desk"]) for level in city.words["levels"] if level["accepts"]] == [True]


def test_departments_stand_in_areas_and_under_departments(city):
    codes = [department["code"] for department in city.departments]
    assert len(codes) == len(set(codes))
    assert {department["area"] for department in city.departments} <= set(city.areas)
    assert {department["parent"] for department in city.departments} <= {"", *codes}
    groups = {department["code"] for department in city.departments if department["kind"] == "group"}
    items = [category["code"] for category in city.categories]
    for matter in city.groups:
        assert matter["department"] in groups
        assert any(item.startswith(matter["category"]) for item in items)


def test_the_catalogue_is_the_default_one_of_9_22_and_81_with_a_handler_for_each_item(city):
    departments = {department["code"] for department in city.departments}
    codes = [category["code"] for category in city.categories]
    assert Counter(map(len, codes)) == {2: 9, 4: 22, 6: 81}
    for category in city.categories:
        assert category["parent"] == category["code"][:-2]
        assert category["urgency"] in {"normal", "urgent"}
        assert category["handler"] in (departments if len(category["code"]) == 6 else {"", *departments})


def test_roles_allow_only_what_the_vocabulary_names(city):
    for role in city.roles:
        assert role["scope"] in {"area", "department"}
        assert set(role["permissions"].split()) <= CODENAMES
    allowed = {role["code"]: set(role["permissions"].split()) for role in city.roles}
    assert allowed["grid_worker"] == {"see_cases_in", "report_in", "verify_in"}
    assert allowed["department_officer"] == {"see_cases_in", "handle_in"}
    assert {code for code, words in allowed.items() if "unmask_in" in words} == {"dispatcher", "duty_chief"}
    assert {code for code, words in allowed.items() if "appoint_in" in words} == {"organiser"}


def test_every_post_names_a_role_a_place_and_one_person(city):
    roles = {role["code"]: role["scope"] for role in city.roles}
    places = {"area": set(city.areas), "department": {department["code"] for department in city.departments}}
    keys = {post["key"]: post for post in city.posts}
    assert len(keys) == len(city.posts)
    names = {}
    for post in city.posts:
        assert re.fullmatch(r"[a-z0-9._]+", post["username"])
        assert names.setdefault(post["username"], post["name"]) == post["name"]
        assert post[roles[post["role"]]], post["key"]
        for place, known in places.items():
            assert post[place] in {"", *known}
        assert post["employment"] in {"", "full_time", "part_time", "unpaid", "posted"}
        assert post["source"] in {"", "nomination", "election", "self", "office", "hired", "posted"}
        if post["ex_officio_of"]:
            assert keys[post["ex_officio_of"]]["username"] == post["username"]


def test_no_user_name_stands_in_two_cities():
    names = Counter(
        name for slug in [*COUNTS, "village"] for name in {post["username"] for post in folder_of(slug).posts}
    )
    assert [name for name, cities in names.items() if cities > 1] == []


def test_links_bodies_and_working_groups_point_at_what_exists(city):
    people = {post["username"] for post in city.posts}
    bodies = {body["code"] for body in city.party_bodies}
    for link in city.links:
        assert link["kind"] in {"包联", "包保", "包片", "包村", "包网格", "包户", "联系点"}
        assert link["username"] in people
        assert link["area"] in city.areas
    for body in city.party_bodies:
        assert body["area"] in city.areas
        assert body["parent"] in {"", *bodies}
    assert {unit["party_body"] for unit in city.member_units} <= bodies
    for group in city.working_groups:
        assert group["area"] in city.areas
        assert {group["chair"], *filter(None, group["members"].split(";"))} <= people


def test_limits_and_ladder_can_be_read_and_every_clock_ends_red(city):
    items = {category["code"] for category in city.categories}
    roles = {role["code"] for role in city.roles}
    clocks = {f"workorders.{stage}" for stage in ("accept", "dispatch", "sign", "handle", "verify", "close")}
    keys = Counter((limit["category"], limit["condition"], limit["clock"]) for limit in city.time_limits)
    assert max(keys.values()) == 1
    for limit in city.time_limits:
        assert limit["category"] in {"", *items}
        assert float(limit["amount"]) > 0
        assert limit["unit"] in {"urgent_hour", "work_hour", "work_day", "natural_day"}
        assert limit["basis"]
    assert {limit["clock"] for limit in city.time_limits if not limit["category"]} == clocks
    assert {rung["clock"] for rung in city.ladder if rung["moment"] == "due" and rung["lamp"] == "red"} == clocks
    for rung in city.ladder:
        assert MOMENT.match(rung["moment"]), rung
        assert rung["applies"] in {"any", "long", "short"}
        assert set(rung["tells"].split()) <= roles


def test_an_item_without_a_limit_has_no_clock_for_handling(city):
    limited = {limit["category"] for limit in city.time_limits if limit["clock"] == "workorders.handle"}
    patrols = {category["code"] for category in city.categories if category["name"].startswith("夜间巡防")}
    assert patrols
    assert not patrols & limited


def test_a_missing_and_a_broken_manhole_cover_have_different_limits(city):
    limits = {
        limit["condition"][:2]: (limit["amount"], limit["unit"])
        for limit in city.time_limits
        if limit["category"] == "030303" and limit["condition"]
    }
    assert limits == {"缺失": ("2", "urgent_hour"), "破损": ("4", "work_hour")}


def test_working_hours_are_eight_a_day(city):
    for period in city.calendar["periods"]:
        spans = [[int(part[:2]) * 60 + int(part[3:]) for part in span.split("-")] for span in period["hours"]]
        assert sum(end - start for start, end in spans) == 8 * 60
        assert spans == sorted(spans)


# Each place ----------------------------------------------------------------------------------------------------------


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
def test_the_four_firsts_are_the_panels_of_a_grid(city):
    assert [panel["name"] for panel in city.words["panels"]] == [
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

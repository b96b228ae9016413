"""What holds of every place folder: counts, codes, references, limits. Files only."""

import re
from collections import Counter

import pytest

from assessment import lifecycle as assessment
from grids.permissions import CODENAMES
from tests.cities.folders import COUNTS, folder_of
from whistle.lifecycle import CLOCKS as WHISTLE_CLOCKS
from whistle.lifecycle import REPLY as STATEMENT
from workorders.lifecycle import ASSIST, CLOCKS, LIMITS

MOMENT = re.compile(r"^(\d{1,2}%|due|due-\d+h|due\+\d+(\.\d+)?(work_day|work_hour|urgent_hour|natural_day))$")
# What an assessment goes through, each with its clock.
STAGES = assessment.LIMITS - assessment.BOUNDS


@pytest.mark.parametrize("slug", COUNTS)
def test_counts_by_level_are_those_of_the_place(slug):
    place = folder_of(slug)
    counts = [len(place.level(level["rank"])) for level in place.words["levels"]]
    assert counts == place.words["counts"] == COUNTS[slug]


def test_every_file_is_small_utf8_and_ends_its_lines_alike(place):
    for path in place.path.iterdir():
        assert path.stat().st_size < 1_000_000, path.name
        assert b"\r" not in path.read_bytes(), path.name
        path.read_text(encoding="utf-8")


def test_codes_have_the_length_of_their_level_and_begin_with_their_parents(place):
    lengths = {level["rank"]: level["code_length"] for level in place.words["levels"]}
    assert list(lengths.values()) == sorted(set(lengths.values()))
    assert len(place.areas) == place.lines
    for code, area in place.areas.items():
        assert code.isdigit()
        assert len(code) == lengths[area["level"]]
        if area["level"] == 1:
            assert area["parent"] is None
        else:
            assert code.startswith(area["parent"])
            assert place.areas[area["parent"]]["level"] == area["level"] - 1


def test_a_grid_is_its_community_and_a_sequence_without_a_gap(place):
    for parent, number in Counter(area["parent"] for area in place.base()).items():
        width = place.words["levels"][-1]["code_length"] - len(parent)
        wanted = {f"{parent}{place:0{width}d}" for place in range(1, number + 1)}
        assert wanted <= set(place.areas)


def test_names_are_unique_among_sisters(place):
    names = Counter((area["parent"], area["name"]) for area in place.areas.values())
    assert max(names.values()) == 1


def test_only_what_has_a_public_line_is_not_marked_as_drawn():
    real = {slug: [area["name"] for area in folder_of(slug).areas.values() if not area["drawn"]] for slug in COUNTS}
    assert real == {
        "hongqiao": ["红桥区"], "xingdian": [], "pingchang": [], "dalad": ["达拉特旗"], "shuyang": ["沭阳县"],
    }  # fmt: skip


def test_households_keep_to_the_rule_of_the_base_level(place):
    level = place.words["levels"][-1]
    counts = [area["households"] for area in place.base() if area["households"] is not None]
    assert all(level["households_min"] <= count <= level["households_max"] for count in counts)
    assert [entry["base"] for entry in place.words["levels"]] == [False] * (len(place.words["levels"]) - 1) + [True]


def test_exactly_one_level_accepts_reports_and_it_has_a_desk(place):
    assert [bool(level["desk"]) for level in place.words["levels"] if level["accepts"]] == [True]


def test_departments_stand_in_areas_and_under_departments(place):
    codes = [department["code"] for department in place.departments]
    assert len(codes) == len(set(codes))
    assert {department["area"] for department in place.departments} <= set(place.areas)
    assert {department["parent"] for department in place.departments} <= {"", *codes}
    groups = {department["code"] for department in place.departments if department["kind"] == "group"}
    items = [category["code"] for category in place.categories]
    for matter in place.groups:
        assert matter["department"] in groups
        assert any(item.startswith(matter["category"]) for item in items)


def test_the_catalogue_is_the_default_one_of_9_22_and_81_with_a_handler_for_each_item(place):
    departments = {department["code"] for department in place.departments}
    codes = [category["code"] for category in place.categories]
    assert Counter(map(len, codes)) == {2: 9, 4: 22, 6: 81}
    for category in place.categories:
        assert category["parent"] == category["code"][:-2]
        assert category["urgency"] in {"normal", "urgent"}
        assert category["handler"] in (departments if len(category["code"]) == 6 else {"", *departments})


def test_roles_allow_only_what_the_vocabulary_names(place):
    for role in place.roles:
        assert role["scope"] in {"area", "department"}
        assert set(role["permissions"].split()) <= CODENAMES
    allowed = {role["code"]: set(role["permissions"].split()) for role in place.roles}
    walks = {"patrol_in", "visit_in"}
    assert allowed["grid_worker"] == {"see_cases_in", "report_in", "verify_in", "keep_in", *walks}
    assert allowed["department_officer"] == {"see_cases_in", "handle_in", "name_risks_in"}
    assert {code for code, words in allowed.items() if "unmask_in" in words} == {"dispatcher", "duty_chief"}
    assert {code for code, words in allowed.items() if "appoint_in" in words} == {"organiser"}


def test_every_post_names_a_role_a_place_and_one_person(place):
    roles = {role["code"]: role["scope"] for role in place.roles}
    places = {"area": set(place.areas), "department": {department["code"] for department in place.departments}}
    keys = {post["key"]: post for post in place.posts}
    assert len(keys) == len(place.posts)
    names = {}
    for post in place.posts:
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


def test_links_bodies_and_working_groups_point_at_what_exists(place):
    people = {post["username"] for post in place.posts}
    bodies = {body["code"] for body in place.party_bodies}
    for link in place.links:
        assert link["kind"] in {"包联", "包保", "包片", "包村", "包网格", "包户", "联系点"}
        assert link["username"] in people
        assert link["area"] in place.areas
    for body in place.party_bodies:
        assert body["area"] in place.areas
        assert body["parent"] in {"", *bodies}
    assert {unit["party_body"] for unit in place.member_units} <= bodies
    for group in place.working_groups:
        assert group["area"] in place.areas
        assert {group["chair"], *filter(None, group["members"].split(";"))} <= people


def test_limits_and_ladder_can_be_read_and_every_clock_ends_red(place):
    items = {category["code"] for category in place.categories}
    roles = {role["code"] for role in place.roles}
    keys = Counter((limit["category"], limit["condition"], limit["clock"]) for limit in place.time_limits)
    assert max(keys.values()) == 1
    for limit in place.time_limits:
        assert limit["category"] in {"", *items}
        assert float(limit["amount"]) > 0
        assert limit["unit"] in {"urgent_hour", "work_hour", "work_day", "natural_day"}
        assert limit["basis"]
    assert {limit["clock"] for limit in place.time_limits if not limit["category"]} == LIMITS - {ASSIST}
    ends = {rung["clock"] for rung in place.ladder if rung["moment"] == "due" and rung["lamp"] == "red"}
    assert ends == {*CLOCKS, *WHISTLE_CLOCKS, STATEMENT, *STAGES}
    for rung in place.ladder:
        assert MOMENT.match(rung["moment"]), rung
        assert rung["applies"] in {"any", "long", "short"}
        assert set(rung["tells"].split()) <= roles


def test_an_item_without_a_limit_has_no_clock_for_handling(place):
    limited = {limit["category"] for limit in place.time_limits if limit["clock"] == "workorders.handle"}
    patrols = {category["code"] for category in place.categories if category["name"].startswith("夜间巡防")}
    assert patrols
    assert not patrols & limited


def test_a_missing_and_a_broken_manhole_cover_have_different_limits(place):
    limits = {
        limit["condition"][:2]: (limit["amount"], limit["unit"])
        for limit in place.time_limits
        if limit["category"] == "030303" and limit["condition"]
    }
    assert limits == {"缺失": ("2", "urgent_hour"), "破损": ("4", "work_hour")}


def test_working_hours_are_eight_a_day(place):
    for period in place.calendar["periods"]:
        spans = [[int(part[:2]) * 60 + int(part[3:]) for part in span.split("-")] for span in period["hours"]]
        assert sum(end - start for start, end in spans) == 8 * 60
        assert spans == sorted(spans)

"""Loading a city folder: whole or not at all, version by version, each breakage named with file, line and field."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casework.models import LadderRule, TimeLimit
from grids.folder import BadFolder
from grids.models import Area, AreaSpell, City, Department, Post, Rulebook
from grids.services.publishing import publish
from tests.cities.breaking import Breakage, everything, in_table, in_text, without
from tests.conftest import VILLAGE
from workorders.models import Category


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(VILLAGE, tmp_path / "village"))


def in_areas(place: int, geometry=None, **properties) -> Breakage:
    """Changes properties (or the line) of one area; the file keeps one feature a line."""

    def broken(folder: Path) -> None:
        path = folder / "areas.geojson"
        collection = json.loads(path.read_text("utf-8"))
        collection["features"][place]["properties"] |= properties
        if geometry is not None:
            collection["features"][place]["geometry"] = geometry
        lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in collection["features"])
        path.write_text('{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n", "utf-8")

    return broken


BOWTIE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
FAR_AWAY = {"type": "Polygon", "coordinates": [[[10, 10], [11, 10], [11, 11], [10, 11], [10, 10]]]}
LINE = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}

# What is broken, and what the refusal must name: file, and where it has one, line and field.
BREAKAGES = {
    "no city.toml": (without("city.toml"), "city.toml: the file is missing"),
    "city.toml is not TOML": (in_text("city.toml", "slug =", "slug"), "city.toml: "),
    "no slug": (in_text("city.toml", 'slug = "village"', ""), "city.toml: slug"),
    "an unknown time zone": (in_text("city.toml", "Asia/Shanghai", "Asia/Atlantis"), "city.toml: time_zone"),
    "counts that do not add up": (in_text("city.toml", "counts = [1, 2, 4]", "counts = [1, 2, 5]"), "counts"),
    "ranks with a gap": (in_text("city.toml", "rank = 3", "rank = 4"), "city.toml: levels"),
    "areas that are no GeoJSON": (in_text("areas.geojson", '"FeatureCollection"', "("), "areas.geojson: "),
    "a code with letters": (in_areas(1, code="12010699000A"), "areas.geojson:3: code"),
    "a code of the wrong length": (in_areas(1, code="1201069900011"), "areas.geojson:3: code"),
    "a code outside its parent's": (in_areas(1, code="999999990001"), "areas.geojson:3: code"),
    "a code given twice": (in_areas(2, code="120106990001"), "areas.geojson:4: code"),
    "a parent nobody knows": (in_areas(3, parent="120106990009"), "areas.geojson:5: parent"),
    "a grid directly under the street": (in_areas(3, parent="120106990"), "areas.geojson:5: parent"),
    "a line that crosses itself": (in_areas(3, geometry=BOWTIE), "areas.geojson:5: geometry"),
    "a line that is no area": (in_areas(3, geometry=LINE), "areas.geojson:5: geometry"),
    "a grid out of its community": (in_areas(3, geometry=FAR_AWAY), "areas.geojson:5: geometry"),
    "an unknown kind of grid": (in_areas(3, kind="round"), "areas.geojson:5: kind"),
    "households below zero": (in_areas(3, households=-1), "areas.geojson:5: households"),
    "no departments": (without("departments.csv"), "departments.csv: the file is missing"),
    "a department without a kind": (in_table("departments.csv", 2, kind="castle"), "departments.csv:2: kind"),
    "a department of no area": (in_table("departments.csv", 2, area="1"), "departments.csv:2: area"),
    "an unknown permission": (in_table("roles.csv", 2, permissions="fly_in"), "roles.csv:2: permissions"),
    "a role without a scope": (in_table("roles.csv", 2, scope="moon"), "roles.csv:2: scope"),
    "a post of an unknown role": (in_table("posts.csv", 2, role="king"), "posts.csv:2: role"),
    "a post nowhere": (in_table("posts.csv", 2, area=""), "posts.csv:2: area"),
    "one person with two names": (in_table("posts.csv", 3, username="worker"), "posts.csv:3: name"),
    "a date that is none": (in_table("posts.csv", 2, since="2026-02-30"), "posts.csv:2: since"),
    "a post by an office that is none": (in_table("posts.csv", 2, ex_officio_of="throne"), "posts.csv:2: ex_officio_of"),
    "a missing column": (in_text("posts.csv", "username", "user"), "posts.csv:1: username"),
    "a row too short": (in_text("posts.csv", ",full_time,", ","), "posts.csv:2: has"),
    "a file that is not UTF-8": (
        lambda folder: (folder / "roles.csv").write_bytes("代码".encode("gb18030")),
        "roles.csv: is not UTF-8",
    ),
    "a limit of no time": (in_table("time_limits.csv", 2, amount="0"), "time_limits.csv:2: amount"),
    "a limit that is no number": (in_table("time_limits.csv", 2, amount="soon"), "time_limits.csv:2: amount"),
    "a limit in moons": (in_table("time_limits.csv", 2, unit="moon"), "time_limits.csv:2: unit"),
    "a limit for an unknown stage": (in_table("time_limits.csv", 2, clock="workorders.sing"), "workorders.sing has limits"),
    "a limit for an unknown category": (in_table("time_limits.csv", 3, category="99"), "time_limits.csv: category"),
    "a rung at no moment": (in_table("ladder.csv", 2, moment="soon"), "ladder.csv:2: moment"),
    "a rung of no colour": (in_table("ladder.csv", 2, lamp="green"), "ladder.csv:2: lamp"),
    "a rung that tells nobody known": (in_table("ladder.csv", 2, tells="ghost"), "ladder.csv:2: tells"),
    "a clock that never turns red": (in_table("ladder.csv", 3, rung="reminder"), "workorders.accept"),
    "hours that are none": (in_text("calendar.toml", "08:00-12:00", "8-12"), "calendar.toml"),
    "hours that run backwards": (in_text("calendar.toml", "08:00-12:00", "12:00-08:00"), "calendar.toml"),
    "a category out of its class": (in_table("categories.csv", 3, parent="02"), "categories.csv:3: code"),
    "an item of no family of work": (in_table("categories.csv", 4, family=""), "categories.csv:4: family"),
    "a category nobody handles": (in_table("categories.csv", 3, handler="ghost"), "categories.csv:3: handler"),
    "no sources": (without("sources.csv"), "sources.csv: the file is missing"),
    "a source of no kind": (in_table("sources.csv", 2, kind="rumour"), "sources.csv:2: kind"),
    "a source without a name": (in_table("sources.csv", 3, name=""), "sources.csv:3: name"),
    "a source that asks for the moon": (in_table("sources.csv", 2, required="moon"), "sources.csv:2: required"),
    "a source that asks twice": (in_table("sources.csv", 5, optional="external_no"), "sources.csv:5: optional"),
    "a source whose code is no address": (in_table("sources.csv", 2, code="网格"), "sources.csv:2: code"),
    "a source that hides perhaps": (in_table("sources.csv", 2, hides_reporter="maybe"), "sources.csv:2: hides_reporter"),
    "a source given twice": (in_table("sources.csv", 3, code="patrol"), "sources.csv:3: code"),
    "a group for an unknown matter": (in_table("groups.csv", 2, category="9999"), "groups.csv: category"),
}  # fmt: skip


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_folder_is_refused_by_name_and_leaves_no_trace(city, folder, breakage):
    breaks, named = BREAKAGES[breakage]
    breaks(folder)
    before = everything()
    with pytest.raises(BadFolder) as refused:
        publish(folder)
    assert named in str(refused.value)
    assert everything() == before


def test_a_folder_that_is_not_there_is_refused_with_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        call_command("load_city", tmp_path / "nowhere")


def test_check_only_validates_and_prints_the_counts_last(city, capsys):
    before = everything()
    call_command("load_city", VILLAGE, check=True)
    assert capsys.readouterr().out.strip().splitlines()[-1] == "1/2/4"
    assert everything() == before


def test_a_second_load_is_rulebook_two_and_open_cases_keep_their_own_limits(city, folder, report, cast, clock):
    order = report()
    limit = order.deadlines.get().limit
    in_table("time_limits.csv", 2, amount="9")(folder)
    loading = publish(folder)
    assert loading.rulebook.version == 2
    order.refresh_from_db()
    assert (order.rulebook.version, order.deadlines.get().limit) == (1, limit)
    assert order.deadlines.get().amount == 0.25
    later = report(category=Category.objects.get(rulebook=loading.rulebook, code=order.category.code))
    assert (later.rulebook.version, later.deadlines.get().amount) == (2, 9.0)


def test_a_second_load_of_the_same_folder_adds_rules_and_nothing_else(city):
    ground = (Area, AreaSpell, Department, Post, City)
    before = [model.objects.count() for model in ground]
    publish(VILLAGE)
    assert [model.objects.count() for model in ground] == before
    assert Rulebook.objects.filter(city=city).count() == 2
    first, second = (LadderRule.objects.filter(rulebook__version=version).count() for version in (1, 2))
    assert first == second
    assert TimeLimit.objects.filter(rulebook__version=2).exists()


def test_a_renamed_area_keeps_its_old_name_in_its_history(city, folder):
    in_areas(1, name="甲里新社区")(folder)
    publish(folder)
    area = Area.objects.get(city=city, code="120106990001")
    assert area.name == "甲里新社区"
    assert [spell.name for spell in area.spells.all()] == ["甲里社区", "甲里新社区"]


def test_a_seat_with_a_new_holder_is_handed_over_and_the_old_holder_loses_his_rights(city, folder, cast):
    in_table("posts.csv", 3, username="newcomer", name="新来的")(folder)
    publish(folder)
    held = Post.objects.get(seat="worker2", until=None)
    assert held.user.username == "newcomer"
    assert not cast.worker2.posts.filter(until=None, role__code="grid_worker").exists()

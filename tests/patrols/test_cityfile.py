"""`patrols.toml`: whole or not at all, each breakage named with file, place and reason; units keep what they wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grids.folder import BadFolder
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from patrols.models import Checklist, KeyTime, PatrolRule, PointKind
from patrols.selectors.due import rule_of
from patrols.services.checklists import replace_checklist
from tests.cities.breaking import everything, in_table, in_text, without
from tests.cities.folders import CITIES, COUNTS
from tests.conftest import MORNING, VILLAGE
from tests.patrols.pointing import point

pytestmark = pytest.mark.django_db
FILE = "patrols.toml"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(VILLAGE, tmp_path / "village"))


@pytest.fixture
def rulebook(city):
    return rulebook_in_force(city, MORNING.date())


def of_patrols(old: str, new: str):
    return in_text(FILE, old, new)


def added(text: str):
    def broken(folder: Path) -> None:
        with (folder / FILE).open("a", encoding="utf-8") as file:
            file.write(text)

    return broken


def cut_to(marker: str, until: str):
    """Leaves out all from one marker to another."""

    def broken(folder: Path) -> None:
        text = (folder / FILE).read_text("utf-8")
        before, _found, rest = text.partition(marker)
        (folder / FILE).write_text(before + until + rest.partition(until)[2], "utf-8")

    return broken


BREAKAGES = {
    "not TOML": (of_patrols("[rule]", "[rule"), "patrols.toml: "),
    "an unknown part": (added("\n[[walks]]\ncode = 1\n"), "patrols.toml: walks: is not a known key"),
    "no rule": (cut_to("[rule]", "[[point_kinds]]"), "patrols.toml: rule: must be a table"),
    "an unknown figure": (of_patrols("radius_metres", "radius_miles"), "[rule]: radius_miles: is not a known key"),
    "a circle of nothing": (of_patrols("radius_metres = 50", "radius_metres = 0"), "radius_metres: “0” is not a whole number from 5 to 1000"),
    "a circle in words": (of_patrols("radius_metres = 50", 'radius_metres = "50"'), "radius_metres: “50” is not a whole"),
    "a fraction": (of_patrols("sample_seconds = 15", "sample_seconds = 1.5"), "sample_seconds: “1.5” is not a whole"),
    "a truth for a number": (of_patrols("top_speed_kmh = 25", "top_speed_kmh = true"), "top_speed_kmh: “True” is not a whole"),
    "more than the whole": (of_patrols("least_inside_percent = 70", "least_inside_percent = 101"), "least_inside_percent: “101”"),
    "tracks kept too long": (of_patrols("keep_days = 90", "keep_days = 91"), "keep_days: “91” is not a whole number from 1 to 90"),
    "no kind of point": (cut_to("[[point_kinds]]", "[[checklists]]"), "patrols.toml: point_kinds: no kind of point is named"),
    "kinds that are no blocks": (of_patrols("[rule]", 'point_kinds = 1\n[rule]'), "patrols.toml: "),
    "a kind without a code": (of_patrols('code = "school"', 'code = ""'), "[[point_kinds]]:1: code: is empty"),
    "a code that is none": (of_patrols('code = "school"', 'code = "学校"'), "[[point_kinds]]:1: code: “学校” is not made of"),
    "a code that is a number": (of_patrols('code = "school"', "code = 7"), "[[point_kinds]]:1: code: must be a text"),
    "a code too long": (of_patrols('code = "school"', f'code = "{"s" * 21}"'), "[[point_kinds]]:1: code: is longer than 20 signs"),
    "a kind twice": (of_patrols('code = "charging"', 'code = "school"'), "[[point_kinds]]:2: code: “school” stands in line 1"),
    "a kind without a name": (of_patrols('name = "学校"', 'name = "  "'), "[[point_kinds]]:1: name: is empty"),
    "a kind without an English name": (of_patrols('name_en = "School"', 'name_en = ""'), "[[point_kinds]]:1: name_en: is empty"),
    "no weight at all": (of_patrols("weight = 4", "weight = 0"), "[[point_kinds]]:1: weight: “0” is not a whole number from 1 to 9"),
    "an interval of years": (of_patrols("interval_days = 1", "interval_days = 366"), "[[point_kinds]]:1: interval_days: “366”"),
    "an unknown key of a kind": (of_patrols("weight = 4", "wheight = 4"), "[[point_kinds]]:1: wheight: is not a known key"),
    "a list of nobody": (of_patrols('department = "housing"', 'department = ""'), "[[checklists]]:1: department: is empty"),
    "a list of a stranger": (of_patrols('department = "housing"', 'department = "ghosts"'), "[[checklists]]:1: department: “ghosts” is not known"),
    "a list without a name": (of_patrols('name = "楼道与消防"', 'name = ""'), "[[checklists]]:1: name: is empty"),
    "a list twice": (
        added('\n[[checklists]]\ndepartment = "housing"\nname = "楼道与消防"\nitems = ["030101 x"]\n'),
        "[[checklists]]:3: name: “楼道与消防” of this unit stands in block 1 already",
    ),
    "matters to watch without end": (of_patrols('watch = "背街小巷"', f'watch = "{"看" * 301}"'), "[[checklists]]:2: watch: is longer"),
    "a list of no lines": (
        added('\n[[checklists]]\ndepartment = "parks"\nname = "绿化"\nitems = []\n'), "[[checklists]]:3: items: must hold 1 to 30 lines",
    ),
    "lines that are no list": (
        added('\n[[checklists]]\ndepartment = "parks"\nname = "绿化"\nitems = "030101 x"\n'), "[[checklists]]:3: items: must be a list of texts",
    ),
    "a line off the list": (of_patrols("030101 消防", "990101 消防"), "[[checklists]]:1: items: “990101” is no item of categories.csv: nothing else may be put upon"),
    "a line of a whole class": (of_patrols("030101 消防", "0301 消防"), "[[checklists]]:1: items: “0301” is no item"),
    "a line without words": (of_patrols("030101 消防通道是否畅通", "030101"), "[[checklists]]:1: items: “030101” says nothing to look at"),
    "a line without end": (of_patrols("消防通道是否畅通", "看" * 121), "[[checklists]]:1: items: the line of “030101” is longer than 120"),
    "a key time without a name": (of_patrols('name = "法定节假日"', 'name = ""'), "[[key_times]]:1: name: is empty"),
    "a key time twice": (of_patrols('name = "上学放学时段"', 'name = "法定节假日"'), "[[key_times]]:2: name: “法定节假日” stands in"),
    "a sort there is not": (of_patrols('sort = "holiday"', 'sort = "moon"'), "[[key_times]]:1: sort: “moon” is not one of"),
    "a period without days": (of_patrols('sort = "holiday"', 'sort = "period"'), "[[key_times]]:1: since: a sensitive period needs"),
    "a day in quotes": (of_patrols('sort = "holiday"', 'sort = "period"\nsince = "2026-01-01"'), "[[key_times]]:1: since: “2026-01-01” is not a date"),
    "a moment for a day": (
        of_patrols('sort = "holiday"', 'sort = "period"\nsince = 2026-01-01T10:00:00'), "[[key_times]]:1: since: “2026-01-01 10:00:00” is not a date",
    ),
    "an end before the beginning": (
        of_patrols('sort = "holiday"', 'sort = "period"\nsince = 2026-02-01\nuntil = 2026-01-01'), "[[key_times]]:1: until: lies before since",
    ),
    "hours that are none": (of_patrols('"07:20-08:10"', '"07:20–08:99"'), "[[key_times]]:2: hours: “07:20–08:99” is not a span like"),
    "hours that run backwards": (of_patrols('"07:20-08:10"', '"08:10-07:20"'), "[[key_times]]:2: hours: “08:10-07:20” is not a span"),
    "hours beyond the day": (of_patrols('"07:20-08:10"', '"23:00-24:30"'), "[[key_times]]:2: hours: “23:00-24:30” is not a span"),
    "school without hours": (cut_to("hours = [", "kinds = ["), "[[key_times]]:2: hours: daily hours are missing"),
    "an unknown kind": (of_patrols('kinds = ["school"]', 'kinds = ["castle"]'), "[[key_times]]:2: kinds: “castle” is not a kind of point of this file"),
    "an unknown area": (of_patrols('sort = "holiday"', 'sort = "holiday"\narea = "999"'), "[[key_times]]:1: area: “999” is not known"),
    "an unknown level": (of_patrols("team = 3", "team = 3\nlevel = 9"), "[[key_times]]:1: level: “9” is not one of the city's levels"),
    "a level in words": (of_patrols("team = 3", 'team = 3\nlevel = "2"'), "[[key_times]]:1: level: “2” is not one of"),
    "as often as never": (of_patrols("times = 2", "times = 0"), "[[key_times]]:1: times: “0” is not a whole number from 1 to 24"),
    "a team of one": (of_patrols("team = 3", "team = 1"), "[[key_times]]:1: team: “1” is not a whole number from 2 to 12"),
    "nothing that changes": (of_patrols("times = 2\nrounds = 1", "times = 1\nrounds = 0"), "[[key_times]]:1: times: changes nothing"),
    "an item taken from the catalogue": (
        in_table("categories.csv", 2, code="99"), "categories.csv",
    ),
}  # fmt: skip


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_broken_rules_of_patrols_are_refused_by_name_and_leave_no_trace(city, folder, breakage):
    breaks, named = BREAKAGES[breakage]
    breaks(folder)
    before = everything()
    with pytest.raises(BadFolder) as refused:
        publish(folder)
    assert named in str(refused.value)
    assert everything() == before


def test_the_village_walks_by_the_published_defaults(rulebook):
    rule = rulebook.patrol_rule
    told = {
        field.name: getattr(rule, field.name)
        for field in PatrolRule._meta.concrete_fields
        if field.name not in ("id", "rulebook")
    }
    assert told == {
        "radius_metres": 50, "accuracy_metres": 50, "sample_seconds": 15, "sample_metres": 10, "least_inside_percent": 70,
        "longest_gap_minutes": 10, "top_speed_kmh": 25, "most_skew_seconds": 120, "daily_minutes": 60,
        "daily_share_percent": 80, "keep_days": 90,
    }  # fmt: skip
    kinds = list(PointKind.objects.filter(rulebook=rulebook))
    assert [(kind.code, kind.weight, kind.interval_days) for kind in kinds][:2] == [
        ("school", 4, 1),
        ("charging", 3, 2),
    ]


def test_a_city_without_the_file_plans_nothing_and_walks_by_the_usual_figures(city, folder):
    without(FILE)(folder)
    book = publish(folder).rulebook
    assert not PatrolRule.objects.filter(rulebook=book).exists()
    assert not PointKind.objects.filter(rulebook=book).exists()
    assert (rule_of(book).radius_metres, rule_of(book).daily_minutes) == (50, 60)


def test_what_the_rule_leaves_out_is_the_products_default(city, folder):
    cut_to("radius_metres", "\n[[point_kinds]]")(folder)
    assert publish(folder).rulebook.patrol_rule.radius_metres == 50


def test_key_times_are_of_the_whole_city_unless_an_area_is_named(rulebook):
    times = KeyTime.objects.filter(rulebook=rulebook).order_by("pk")
    assert [(row.sort, row.area.parent, row.hours) for row in times] == [
        ("holiday", None, []), ("school", None, [[440, 490], [990, 1050]]),
    ]  # fmt: skip


def test_loading_the_same_file_again_makes_no_new_edition_of_a_list(city):
    before = list(Checklist.objects.values_list("pk", "until"))
    publish(VILLAGE)
    assert list(Checklist.objects.values_list("pk", "until")) == before


@pytest.mark.mechanism("0-13")
def test_a_list_that_its_unit_has_rewritten_stays_so_until_the_file_says_something_new(city, folder, cast):
    first = Checklist.objects.get(name="楼道与消防")
    ours = replace_checklist(first, by=cast.officer_b, lines=[("030101", "只看这一条")])
    publish(folder)
    assert Checklist.objects.get(name="楼道与消防", until=None) == ours
    of_patrols("消防通道是否畅通", "消防通道有没有被车占")(folder)
    publish(folder)
    newest = Checklist.objects.get(name="楼道与消防", until=None)
    assert newest.follows == ours
    assert newest.items.first().text == "消防通道有没有被车占"


def test_a_new_edition_of_the_file_is_what_points_are_looked_at_by(city, folder, cast, clock):
    where = point(checklist=Checklist.objects.get(name="楼道与消防"))
    of_patrols("消防通道是否畅通", "消防通道有没有被车占")(folder)
    publish(folder)
    where.refresh_from_db()
    assert where.checklist.items.first().text == "消防通道有没有被车占"


def test_points_of_a_kind_that_the_file_drops_are_warned_of_and_stay(city, folder, cast, clock):
    where = point(kind="elderly")
    cut_to('[[point_kinds]]\ncode = "elderly"', '[[point_kinds]]\ncode = "housing"')(folder)
    warnings = [str(warning) for warning in publish(folder).warnings]
    assert any("points of the kind “elderly” stand in the city" in warning for warning in warnings)
    where.refresh_from_db()
    assert where.ended_at is None


@pytest.mark.parametrize("slug", COUNTS)
def test_every_place_names_its_own_kinds_lists_and_key_times(slug):
    text = (CITIES / slug / FILE).read_text("utf-8")
    for part in ("[rule]", "[[point_kinds]]", "[[checklists]]", "[[key_times]]"):
        assert part in text
    assert 'sort = "holiday"' in text
    assert "rounds = " in text


def test_no_two_places_name_the_same_kinds():
    lines = {
        slug: tuple(line for line in (CITIES / slug / FILE).read_text("utf-8").splitlines() if line.startswith("code"))
        for slug in COUNTS
    }
    assert len(set(lines.values())) == len(COUNTS)

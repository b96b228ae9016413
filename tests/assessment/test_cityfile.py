"""`assessment.toml`: whole or not at all, each breakage named with its line; the same folder makes no new version."""

from __future__ import annotations

import datetime as dt
import shutil
import tomllib
from pathlib import Path

import pytest

from assessment.lifecycle import APPEAL, LIMITS, SHOW
from assessment.measures import all_measures
from assessment.models import HeavyReward, Indicator, LineAssessor, Scheme, Standard
from assessment.selectors.schemes import in_force_on, scheme_in_force
from casework.models import TimeLimit
from casework.selectors import limit_for
from grids.folder import BadFolder
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from tests.cities.breaking import everything, in_table, in_text, without
from tests.conftest import MORNING, VILLAGE

pytestmark = pytest.mark.django_db
FILE = "assessment.toml"
CITIES = Path(__file__).parents[2] / "config" / "cities"
FIVE = ("xingdian", "pingchang", "hongqiao", "dalad", "shuyang")


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(VILLAGE, tmp_path / "village"))


def of(old: str, new: str):
    return in_text(FILE, old, new)


def line_of(folder: Path, text: str) -> int:
    """In which line of the file a text stands first."""
    lines = (folder / FILE).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


BREAKAGES = {
    "an unknown measure": (of('measure = "valid_reports"', 'measure = "charm"'), "“charm” is not a known measure"),
    "a measure that cannot be counted for departments": (
        of('name = "按期办结率"\nname_en = "Handled in time"\nmeasure = "on_time"',
           'name = "按期办结率"\nname_en = "Handled in time"\nmeasure = "valid_reports"'),
        "“valid_reports” cannot be counted for departments",
    ),
    "weights that are not a hundred": (
        of('name_en = "Work orders"\nweight = 60', 'name_en = "Work orders"\nweight = 50'), "make 90, not 100"
    ),
    "indicators that do not make their dimension": (
        of('measure = "valid_reports"\nsort = "rate"\nweight = 20', 'measure = "valid_reports"\nsort = "rate"\nweight = 25'),
        "weigh 65, their dimension 60",
    ),
    "activity without the notice's ground": (
        of("cap = 3\non = false\nreason = ", "cap = 3\non = true\nreason = "), "must begin with 安保 (security) or 应急"
    ),
    "switched on what nobody can count yet": (
        of('measure = "volunteer_hours"\nsort = "each"\neach = 0.2\ncap = 5\non = false',
           'measure = "volunteer_hours"\nsort = "each"\neach = 0.2\ncap = 5\non = true'),
        "cannot be switched on yet",
    ),
    "judged by a row that is none": (of('judged_by = "on-time"', 'judged_by = "fame"'), "“fame” is not a share"),
    "two bands only": (
        of('[[schemes.bands]]\ngrade = "bottom"\ncolour = "yellow"\nname = "不合格"\nname_en = "Fail"\nleast = 0\n', ""),
        "three bands",
    ),
    "bands out of order": (of("least = 90", "least = 60"), "ever fewer points"),
    "a colour that is none": (of('colour = "red"', 'colour = "mauve"'), "“mauve” is not one of"),
    "a text where a number belongs": (of("weight = 40", 'weight = "40"'), "must be a number"),
    "an unknown key": (of("board_level = 1", "board_level = 1\nmood = 3"), "is not a known key"),
    "a level that is none": (of("board_level = 1", "board_level = 7"), "“7” is not the rank of a level"),
    "areas above their board": (of("level = 2\nboard_level = 1", "level = 1\nboard_level = 2"), "lie below the area"),
    "workers with a level": (of("board_level = 1", "level = 3\nboard_level = 1"), "Only a scheme of areas"),
    "a group that takes whom nobody knows": (of('"kind:company"', '"kind:circus"'), "“kind:circus” is not known"),
    "a scheme told twice": (of('code = "departments"', 'code = "workers"'), "“workers” stands here twice"),
    "an assessor who may not enter": (of('["duty_chief"]', '["worker"]'), "“worker” is not a post whose role holds"),
    "a limit that is missing": (of('show = "5 work_day"\n', ""), "this limit is missing"),
    "a limit that is none": (of('show = "5 work_day"', 'show = "soon"'), "“soon” is not a limit"),
    "a limit in the wrong file": (
        in_table("time_limits.csv", 2, clock="assessment.show"), "“assessment.show” belongs into assessment.toml"
    ),
    "a clock without its red rung": (
        in_text("ladder.csv", "assessment.show,any,due,due,red,office_director\n", ""), "assessment.show has limits but"
    ),
    "a ladder of a clock that is none": (
        in_text("ladder.csv", "assessment.show", "assessment.dream"), "“assessment.dream” is not a stage"
    ),
    "a merit that is none": (of("big_case =", "bravery ="), "is not one of"),
    "rewards that grow": (of("[3000, 1000]", "[1000, 3000]"), "each less"),
    "a target without a figure": (of('figure = "covered"\n', ""), "is not one of covered"),
}  # fmt: skip


@pytest.mark.parametrize(("breaks", "reason"), BREAKAGES.values(), ids=BREAKAGES)
def test_a_broken_file_is_refused_with_its_reason_and_leaves_nothing(folder, breaks, reason):
    breaks(folder)
    before = everything()
    with pytest.raises(BadFolder) as refused:
        publish(folder)
    assert reason in str(refused.value)
    assert everything() == before


def test_what_is_wrong_is_told_with_the_line_of_its_block(folder):
    of('measure = "valid_reports"', 'measure = "charm"')(folder)
    block = line_of(folder, 'measure = "charm"') - 4
    with pytest.raises(BadFolder) as refused:
        publish(folder)
    assert f"{FILE}:{block}: schemes.1.dimensions.1.indicators.2.measure" in str(refused.value)


def test_a_folder_without_the_file_is_that_of_a_city_that_does_not_assess(folder):
    without(FILE)(folder)
    in_text("city.toml", 'slug = "village"', 'slug = "elsewhere"')(folder)
    publish(folder)
    assert not Scheme.objects.filter(city__slug="elsewhere").exists()


def test_the_limits_of_all_stages_stand_in_the_rulebook_with_their_basis(city):
    book = rulebook_in_force(city, MORNING.date())
    found = TimeLimit.objects.filter(rulebook=book, clock__startswith="assessment.")
    assert set(found.values_list("clock", flat=True)) == LIMITS
    assert limit_for(book, SHOW, subject="").basis == "公示 5 个工作日（规则 86）"
    assert limit_for(book, APPEAL, subject="").amount == 3


@pytest.mark.mechanism("4-44")
def test_a_heavy_reward_of_a_grade_has_the_citys_sum(city):
    book = rulebook_in_force(city, MORNING.date())
    sums = HeavyReward.objects.filter(rulebook=book, merit="big_case").values_list("grade", "yuan")
    assert list(sums) == [(1, 3000), (2, 1000)]


def test_the_same_folder_makes_no_further_version(folder, city):
    publish(folder)
    publish(folder)
    assert set(Scheme.objects.filter(city=city).values_list("version", flat=True)) == {1}


def test_a_changed_scheme_is_the_next_version_from_the_next_month_and_this_month_keeps_the_old_one(folder, city):
    of('code = "workers"\nname = "网格员月度考核"', 'code = "workers"\nname = "网格员考核"')(folder)
    publish(folder)
    old, new = Scheme.objects.filter(city=city, code="workers").order_by("version")
    today = dt.datetime.now(city.zone).date()
    assert (old.state, new.state) == ("retired", "active")
    assert new.effective_from == (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    assert scheme_in_force(city, "workers", today.replace(day=1)) == old
    assert scheme_in_force(city, "workers", new.effective_from) == new
    assert Scheme.objects.filter(city=city, code="departments").count() == 1


def test_two_changes_in_one_month_leave_the_later_one_in_force(folder, city):
    for name in ("网格员考核", "网格员评议"):
        of('code = "workers"\nname = "', f'code = "workers"\nname = "{name}')(folder)
        publish(folder)
    latest = Scheme.objects.filter(city=city, code="workers").order_by("-version").first()
    assert latest.version == 3
    assert scheme_in_force(city, "workers", latest.effective_from) == latest


def test_a_scheme_that_the_folder_no_longer_names_goes_on_with_a_warning(folder, city):
    text = (folder / FILE).read_text("utf-8")
    head, _mark, rest = text.partition('\n[[schemes]]\ncode = "departments"')
    (folder / FILE).write_text(head + rest[rest.index("\n[[schemes]]") :], "utf-8")
    loading = publish(folder)
    assert "departments: is in force and no longer in this file" in "\n".join(map(str, loading.warnings))
    assert "departments" in {scheme.code for scheme in in_force_on(city, MORNING.date().replace(day=1))}


def test_a_line_is_entrusted_to_whom_the_folder_names(city):
    trusted = LineAssessor.objects.filter(city=city, scheme_code="communities")
    assert set(trusted.values_list("indicator_code", "user__username")) == {
        ("party", "organiser"), ("safety", "duty_chief"),
    }  # fmt: skip


@pytest.mark.mechanism("0-33", "0-28")
def test_xingdian_assesses_in_four_dimensions_and_its_volunteer_rows_wait():
    publish(CITIES / "xingdian")
    scheme = Scheme.objects.get(city__slug="xingdian", code="full-time")
    weights = {row.name: row.weight for row in scheme.dimensions.all() if row.weight}
    assert weights == {"工作制度": 20, "平台运用": 25, "工单实绩": 35, "群众评价": 20}
    assert [(band.colour, band.name, band.least) for band in scheme.bands.all()] == [
        ("red", "优秀", 90), ("blue", "合格", 70), ("yellow", "不合格", 0),
    ]  # fmt: skip
    waiting = Indicator.objects.filter(dimension__scheme=scheme, measure__in=["volunteer_hours", "service_ratings"])
    assert {(row.on, "志愿" in row.reason) for row in waiting} == {(False, True)}
    part = Scheme.objects.get(city__slug="xingdian", code="part-time")
    assert part.groups.get().holds == ["part_time", "unpaid"]


@pytest.mark.mechanism("1-8", "1-9", "1-21")
def test_pingchang_has_nine_lines_each_with_an_assessor_and_what_it_feeds_above():
    publish(CITIES / "pingchang")
    scheme = Scheme.objects.get(city__slug="pingchang", code="nine-lines")
    lines = ["党群", "政法", "经济", "安监", "环保", "民政", "文化", "城管", "物管"]
    assert [row.name for row in scheme.dimensions.all()] == lines
    assert sum(row.weight for row in scheme.dimensions.all()) == 100
    trusted = LineAssessor.objects.filter(city__slug="pingchang", scheme_code="nine-lines")
    assert trusted.count() == trusted.values("user").distinct().count() == len(lines)
    upper = Indicator.objects.filter(dimension__scheme=scheme).exclude(upper_code="")
    assert ("CG-2", "城市管理按期结案率") in set(upper.values_list("upper_code", "upper_name"))


def told(slug: str) -> dict[str, dict]:
    """The schemes of a shipped city as its file has them; that they load is proved where all folders are loaded."""
    return {one["code"]: one for one in tomllib.loads((CITIES / slug / FILE).read_text("utf-8"))["schemes"]}


def rows_of(scheme: dict) -> list[dict]:
    return [row for dimension in scheme["dimensions"] for row in dimension["indicators"]]


@pytest.mark.mechanism("2-19")
def test_hongqiao_gives_half_of_a_departments_year_to_the_streets():
    schemes = told("hongqiao")
    year = schemes["departments-year"]
    assert (year["span"], year["subject"]) == ("year", "department")
    assert [row["weight"] for row in rows_of(year) if row.get("measure") == "street_rating"] == [50]
    for code in ("rates-departments", "rates-streets", "rates-communities"):
        measured = {row["measure"]: row["weight"] for row in rows_of(schemes[code])}
        assert measured == {"responded": 30, "solved": 35, "satisfied": 35}


@pytest.mark.mechanism("3-18")
def test_in_dalad_the_word_of_the_person_concerned_is_the_greater_part_of_a_departments_score():
    weights = {one["code"]: one["weight"] for one in told("dalad")["departments"]["dimensions"]}
    assert weights["citizens"] > sum(weight for code, weight in weights.items() if code != "citizens")


@pytest.mark.parametrize("slug", FIVE)
def test_no_shipped_scheme_counts_activity(slug):
    activity = {name for name, row in all_measures().items() if row.activity}
    rows = [row for scheme in told(slug).values() for row in rows_of(scheme) if row.get("measure") in activity]
    assert {row["measure"] for row in rows} == activity
    assert all(row["on"] is False and "国办函〔2026〕12号" in row["reason"] for row in rows)


def test_the_standards_of_the_city_are_read_with_their_figures(city):
    book = rulebook_in_force(city, MORNING.date())
    assert list(Standard.objects.filter(rulebook=book, sort="target").values_list("figure", flat=True)) == [
        "covered", "on_time", "visited", "satisfied",
    ]  # fmt: skip

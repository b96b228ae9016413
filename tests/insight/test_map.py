"""The moving map's answers: what is coloured is what the reader may see; lines travel once; the cost stays the same."""

from __future__ import annotations

import json

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import Case
from casework.moment import now
from grids.models import Area, City
from grids.services import areas as ground
from insight.selectors import Tally, class_of, tallies
from insight.sheets import MOST_AREAS, atlas_of, features_of

STREET, FIRST, SECOND = "120106990", "120106990001", "120106990002"
GRID = "120106990001001"
# A place in a grid of the second community.
THERE = {"lng": 117.157, "lat": 39.165}


@pytest.mark.mechanism("0-7")
def test_each_area_shows_as_many_open_and_late_orders_as_the_reader_sees_in_it(report, cast, clock, figures):
    for _time in range(3):
        report()
    report(**THERE)
    clock.pass_(days=30)
    report()
    shown = figures(cast.dispatcher)
    for area in Area.objects.all():
        here = Case.objects.visible_to(cast.dispatcher).open().filter(area_path__startswith=area.path)
        late = here.filter(due_at__lte=now()).count()
        assert shown.get(area.code, [0, 0]) == [here.count(), late]
    assert shown[STREET] == [5, 4]
    assert shown[GRID] == [4, 3]


def test_two_readers_of_one_map_see_each_their_own_figures(report, cast, city, figures):
    report()
    report(by=cast.worker2, **THERE)
    assert figures(cast.dispatcher)[STREET] == [2, 0]
    assert figures(cast.community)[STREET] == [1, 0]
    assert SECOND not in figures(cast.community)


def test_a_closed_order_is_on_no_map(order_at, cast, figures):
    order_at("closed")
    assert figures(cast.dispatcher) == {}


def test_where_the_reader_oversees_nothing_no_figure_is_given_not_even_zero(report, cast, read):
    report(by=cast.worker2, **THERE)
    page = read(cast.community, f"/map/?area={STREET}").content.decode()
    assert "不在您的范围" in page or "not yours to see" in page
    own = read(cast.community, f"/map/?area={FIRST}")
    assert own.context["panel"].tally == Tally(0, 0)
    assert read(cast.community, f"/map/?area={SECOND}").context["panel"].tally is None


def test_somebody_without_a_post_sees_neither_lines_nor_figures(report, cast, read):
    report()
    for name in ("areas.json?level=1", "counts.json", "points.json?west=117&south=39&east=118&north=40"):
        assert read(cast.outsider, f"/map/{name}").status_code == 404
    page = read(cast.outsider, "/map/")
    assert page.status_code == 200
    assert "试点街道" not in page.content.decode()


def test_the_side_names_the_orders_the_reader_may_see_and_no_others(report, cast, read):
    report(words="三号楼垃圾外露。")
    report(by=cast.worker2, words="五号楼道堆物。", **THERE)
    seen = read(cast.dispatcher, f"/map/?area={STREET}").content.decode()
    assert "三号楼垃圾外露" in seen
    assert "五号楼道堆物" in seen
    own = read(cast.community, f"/map/?area={STREET}").content.decode()
    assert "三号楼垃圾外露" in own
    assert "五号楼道堆物" not in own


def test_the_side_says_who_answers_without_giving_whole_names(cast, read):
    page = read(cast.dispatcher, f"/map/?area={GRID}").content.decode()
    assert "林**" in page
    assert cast.worker.name not in page


def test_lines_the_reader_has_already_are_not_sent_again(cast, read, city):
    first = read(cast.dispatcher, "/map/areas.json?level=3")
    again = read(cast.dispatcher, "/map/areas.json?level=3", if_none_match=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    ground.touch_geometry(city)
    assert read(cast.dispatcher, "/map/areas.json?level=3", if_none_match=first["ETag"]).status_code == 200


def test_a_renamed_area_bears_its_new_name_at_once(cast, read, lines_of):
    first = read(cast.dispatcher, "/map/areas.json?level=2")
    community = Area.objects.get(code=FIRST)
    ground.rename(community, to="新甲里社区", on=community.valid_from)
    answer = read(cast.dispatcher, "/map/areas.json?level=2", if_none_match=first["ETag"])
    assert lines_of(answer)[FIRST]["properties"]["name"] == "新甲里社区"


def test_figures_that_have_not_changed_are_not_sent_again(report, cast, read):
    report()
    first = read(cast.dispatcher, "/map/counts.json")
    assert read(cast.dispatcher, "/map/counts.json", if_none_match=first["ETag"]).status_code == 304
    report()
    assert read(cast.dispatcher, "/map/counts.json", if_none_match=first["ETag"]).status_code == 200


def test_a_box_gives_the_areas_that_meet_it(cast, read, lines_of):
    east = read(cast.dispatcher, "/map/areas.json?level=2&west=117.155&south=39.161&east=117.157&north=39.162")
    assert list(lines_of(east)) == [SECOND]
    far = read(cast.dispatcher, "/map/areas.json?level=2&west=10&south=10&east=11&north=11")
    assert lines_of(far) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "level=x",
        "level=9",
        "level=1&west=1",
        "level=1&west=9&south=1&east=2&north=2",
        "level=1&west=nan&south=1&east=2&north=2",
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(cast, read, wrong):
    answer = read(cast.dispatcher, f"/map/areas.json?{wrong}")
    assert answer.status_code == 400
    assert len(answer.json()["sentence"]) > 5


def test_no_answer_holds_more_areas_than_it_may(city):
    sheet = atlas_of(city).sheets[3]
    answer = json.loads(features_of(sheet, sheet.within(None), most=3))
    assert len(answer["features"]) == 3
    assert answer["cut"] is True
    assert MOST_AREAS == 2_000


def test_points_are_the_open_orders_of_the_box_that_the_reader_may_see(report, cast, read):
    near = report()
    far = report(by=cast.worker2, **THERE)
    box = "west=117.15&south=39.16&east=117.158&north=39.166"

    def numbers(person, sides):
        return {point["number"] for point in read(person, f"/map/points.json?{sides}").json()["points"]}

    assert numbers(cast.dispatcher, box) == {near.number, far.number}
    assert numbers(cast.community, box) == {near.number}
    assert numbers(cast.dispatcher, "west=117.156&south=39.164&east=117.158&north=39.166") == {far.number}


@pytest.mark.parametrize("url", ["/map/counts.json", "/map/areas.json?level=3", f"/map/?area={STREET}"])
def test_the_map_asks_as_often_for_one_order_as_for_twelve(report, cast, client, url):
    report()
    client.force_login(cast.dispatcher)
    client.get(url)
    few = _queries(client, url)
    for _time in range(11):
        report()
    assert _queries(client, url) == few


def _queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_all_figures_of_a_city_are_one_question(report, cast, city, django_assert_num_queries):
    report()
    paths = 2  # where the reader may see cases: on areas, and for departments
    with django_assert_num_queries(1 + paths):
        found = tallies(cast.dispatcher, city)
    assert found[Area.objects.get(code=STREET).pk] == Tally(1, 0)


def test_open_cases_of_a_city_are_found_by_an_index(report, cast, city):
    report()
    cases = Case.objects.visible_to(cast.dispatcher).of_city(city).open().values_list("area_path")
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = cases.explain()
    assert "Index" in plan or "Bitmap" in plan
    assert "Seq Scan on casework_case" not in plan


def test_neighbours_share_one_line_on_every_level(city):
    for sheet in atlas_of(city).sheets.values():
        whole = shapely.union_all(sheet.shapes)
        assert shapely.coverage_is_valid(sheet.shapes)
        assert whole.area == pytest.approx(sum(shape.area for shape in sheet.shapes))


def test_each_level_appears_at_a_zoom_of_its_own(city):
    zooms = [sheet.zoom for _rank, sheet in sorted(atlas_of(city).sheets.items())]
    assert zooms == sorted(set(zooms))


@pytest.mark.parametrize(
    ("opened", "grids", "shade"),
    [(0, 1, 0), (1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 1, 3), (5, 1, 4), (1, 100, 1), (160, 100, 2), (0, 100, 0)],
)
def test_a_colour_means_open_orders_per_grid_on_every_level(opened, grids, shade):
    assert class_of(Tally(opened), grids) == shade


def test_without_a_script_the_page_lists_the_areas_below_and_draws_them(report, cast, read):
    report()
    page = read(cast.dispatcher, f"/map/?area={FIRST}").content.decode()
    assert '<svg class="m-still"' in page
    assert f"/map/?area={GRID}" in page
    assert "甲里社区 01 网格" in page


def test_the_map_opens_on_the_one_area_the_reader_oversees(cast, read):
    assert read(cast.community, "/map/").context["area"].code == FIRST
    assert read(cast.dispatcher, "/map/").context["area"].code == STREET


def test_an_area_is_found_by_part_of_its_name_and_by_its_code(cast, read):
    by_name = read(cast.dispatcher, "/map/?find=乙里").context["panel"].rows
    assert SECOND in {area.code for area, _tally in by_name}
    by_code = read(cast.dispatcher, f"/map/?find={GRID}").context["panel"].rows
    assert [area.code for area, _tally in by_code] == [GRID]


def test_an_unknown_code_is_refused_with_a_sentence(cast, read):
    answer = read(cast.dispatcher, "/map/?area=999")
    assert answer.status_code == 404
    assert "999" in answer.content.decode()


def test_an_area_of_another_city_is_not_there_for_the_reader(cast, read, lines_of):
    elsewhere = City.objects.create(slug="elsewhere", name="别处", geometry_version=1)
    level = elsewhere.levels.create(rank=1, name="区", code_length=6)
    since = Area.objects.first().valid_from
    ground.add_area(city=elsewhere, level=level, code="999001", name="别处区", parent=None, on=since)
    assert read(cast.dispatcher, "/map/?area=999001").status_code == 404
    assert list(lines_of(read(cast.dispatcher, "/map/areas.json?level=1&city=elsewhere"))) == [STREET]


def test_a_fragment_is_only_the_side_and_the_bar(cast, read):
    part = read(cast.dispatcher, f"/map/?area={FIRST}", hx_request="true")
    assert part.content.decode().count("<header") == 1  # the side's own head, not the page's
    assert part["HX-Push-Url"] == f"/map/?area={FIRST}"
    assert "HX-Request" in part["Vary"]

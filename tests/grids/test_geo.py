"""Where a point lies: one answer, always the same, on edges and corners too; and honest outside."""

import datetime as dt
import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest
import shapely
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embedded.servers import naming
from grids import geo
from grids.models import Area, City, Level
from grids.services import areas as services
from tests.conftest import PLACE

PATIENT = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def square(west, south, side=1.0, holes=()):
    shape = shapely.box(west, south, west + side, south + side)
    for hole in holes:
        shape = shape.difference(shapely.box(*hole))
    return json.loads(shapely.to_geojson(shape))


@pytest.fixture
def board(db):
    """A city of three by three squares under one area, the middle one with a hole; codes run from the south-west."""
    city = City.objects.create(slug="board", name="棋盘")
    upper = Level.objects.create(city=city, rank=1, name="区", code_length=2)
    lower = Level.objects.create(city=city, rank=2, name="格", code_length=4)
    day = dt.date(2026, 1, 1)
    top = services.add_area(
        city=city, level=upper, code="99", name="全区", parent=None, on=day, boundary=square(10, 20, side=3)
    )
    for row in range(3):
        for column in range(3):
            holes = [(11.4, 21.4, 11.6, 21.6)] if (row, column) == (1, 1) else []
            services.add_area(
                city=city, level=lower, code=f"99{row}{column}", name=f"{row}{column}", parent=top, on=day,
                boundary=square(10 + column, 20 + row, holes=holes),
            )  # fmt: skip
    return city


def code_at(city, lng, lat):
    area = geo.area_at((lng, lat), city=city)
    return area and area.code


@pytest.mark.parametrize(
    ("lng", "lat", "code"),
    [
        (10.5, 20.5, "9900"), (12.5, 22.5, "9922"),
        (11.0, 20.5, "9900"), (11.5, 21.0, "9901"),  # a shared edge: the lower code
        (11.0, 21.0, "9900"), (12.0, 22.0, "9911"),  # a corner of four
        (10.0, 20.0, "9900"), (13.0, 23.0, "9922"), (10.0, 21.0, "9900"),  # the city's own edge is inside
        (11.4, 21.5, "9911"), (11.5, 21.5, "99"),  # the hole's edge; in the hole only the area above answers
    ],
)  # fmt: skip
def test_a_point_lies_in_one_area_and_on_an_edge_in_that_of_the_lowest_code(board, lng, lat, code):
    assert {code_at(board, lng, lat) for _ in range(3)} == {code}


@pytest.mark.parametrize(
    "point",
    [(9.999999, 20.5), (13.000001, 20.5), (0, 0), (math.nan, 20.5), (10.5, math.nan), (math.inf, 20.5), (-500, 900)],
)
def test_outside_is_said_honestly(board, point):
    assert geo.area_at(point, city=board) is None


def test_the_answer_does_not_depend_on_the_order_in_which_areas_were_made(board):
    twin = City.objects.create(slug="twin", name="棋盘")
    upper = Level.objects.create(city=twin, rank=1, name="区", code_length=2)
    lower = Level.objects.create(city=twin, rank=2, name="格", code_length=4)
    day = dt.date(2026, 1, 1)
    top = services.add_area(
        city=twin, level=upper, code="99", name="全区", parent=None, on=day, boundary=square(10, 20, 3)
    )
    for old in Area.objects.filter(city=board, level__rank=2).order_by("-code"):
        services.add_area(
            city=twin, level=lower, code=old.code, name=old.name, parent=top, on=day, boundary=old.boundary
        )
    points = [(10 + x / 4, 20 + y / 4) for x in range(13) for y in range(13)]
    here, there = (geo.areas_at(points, city=city) for city in (board, twin))
    assert [area and area.code for area in here] == [area and area.code for area in there]


def test_an_area_that_has_ended_or_not_yet_begun_answers_for_nothing(board):
    today = dt.datetime.now(board.zone).date()
    cell = Area.objects.get(city=board, code="9900")
    services.end_area(cell, on=today)
    assert code_at(board, 10.5, 20.5) == "99"
    Area.objects.filter(pk=cell.pk).update(valid_from=today + dt.timedelta(days=1), valid_to=None)
    services.touch_geometry(board)
    assert code_at(board, 10.5, 20.5) == "99"


def test_a_new_day_is_a_new_map(board, monkeypatch):
    """An area announced for tomorrow answers tomorrow, though nothing was changed at midnight."""
    today = dt.datetime.now(board.zone).date()
    Area.objects.filter(city=board, code="9900").update(valid_from=today + dt.timedelta(days=1))
    services.touch_geometry(board)
    assert code_at(board, 10.5, 20.5) == "99"
    known = geo._grounds[board.pk]
    yesterdays = geo._read(board, (today - dt.timedelta(days=1), *known.mark[1:]))
    monkeypatch.setitem(geo._grounds, board.pk, yesterdays)
    assert geo.ground_of(board).mark[0] == today


def test_a_line_changed_by_somebody_else_is_seen_by_the_next_question(board):
    assert code_at(board, 10.5, 20.5) == "9900"
    Area.objects.filter(city=board, code="9900").update(boundary=square(30, 30))
    assert code_at(board, 10.5, 20.5) == "9900"  # nobody has said that the lines moved
    services.touch_geometry(board)
    assert (code_at(board, 10.5, 20.5), code_at(board, 30.5, 30.5)) == ("99", "9900")


def test_a_change_that_was_rolled_back_leaves_no_map_behind(board):
    with transaction.atomic():
        Area.objects.filter(city=board, code="9900").update(boundary=square(30, 30))
        services.touch_geometry(board)
        assert code_at(board, 30.5, 30.5) == "9900"
        transaction.set_rollback(True)
    services.touch_geometry(board)  # the very number that the other change had
    assert (code_at(board, 30.5, 30.5), code_at(board, 10.5, 20.5)) == (None, "9900")


CHANGE = """
import django; django.setup()
from grids.models import Area, City
from grids.services.areas import touch_geometry
Area.objects.filter(city__slug="village", level__rank=3).update(boundary={line})
touch_geometry(City.objects.get(slug="village"))
"""


@pytest.mark.django_db(transaction=True)
def test_a_line_changed_in_another_process_is_seen_here(city, settings):
    before = geo.area_at((PLACE["lng"], PLACE["lat"]), city=city)
    assert before.level.rank == 3
    here = naming(os.environ["DATABASE_URL"], settings.DATABASES["default"]["NAME"])
    subprocess.run(
        [sys.executable, "-c", CHANGE.format(line=square(30, 30))],
        check=True,
        env={**os.environ, "DATABASE_URL": here, "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    assert geo.area_at((PLACE["lng"], PLACE["lat"]), city=city).level.rank == 2
    assert geo.area_at((30.5, 30.5), city=city) is not None


def test_asking_costs_two_small_queries_once_the_map_is_known(board, django_assert_num_queries):
    geo.area_at((10.5, 20.5), city=board)
    with django_assert_num_queries(2):
        geo.area_at((10.6, 20.6), city=board)
    with django_assert_num_queries(1):
        geo.area_keys_at([(10.6, 20.6)] * 1000, city=board)


def test_the_line_of_a_point_is_one_question_once_the_map_is_known(city, django_assert_num_queries):
    point = (PLACE["lng"], PLACE["lat"])
    geo.line_at(point, city=city)
    with django_assert_num_queries(1):
        line = geo.line_at(point, city=city)
        assert [area.level.rank for area in line] == [1, 2, 3]
        assert [area.parent for area in line[1:]] == line[:-1]
        assert {area.city for area in line} == {city}
    assert line[-1] == geo.area_at(point, city=city)
    assert [area.pk for area in line] == [area.pk for area in Area.objects.above(line[-1])]
    assert geo.line_at((10, 10), city=city) == []


def test_the_line_of_a_point_follows_a_map_that_has_changed(city):
    point = (PLACE["lng"], PLACE["lat"])
    grid = geo.line_at(point, city=city)[-1]
    Area.objects.filter(pk=grid.pk).update(boundary=None)
    services.touch_geometry(city)
    assert grid not in geo.line_at(point, city=city)


def test_a_city_without_lines_is_all_outside(db):
    empty = City.objects.create(slug="empty", name="空")
    assert geo.line_at((1, 1), city=empty) == []
    assert geo.area_at((1, 1), city=empty) is None
    assert geo.areas_at([], city=empty) == []


on_the_board = st.tuples(
    st.one_of(st.floats(9.5, 13.5), st.sampled_from([10 + n / 10 for n in range(31)])),
    st.one_of(st.floats(19.5, 23.5), st.sampled_from([20 + n / 10 for n in range(31)])),
)


@PATIENT
@given(st.lists(on_the_board, min_size=1, max_size=30))
@example([(11.0, 21.0), (11.4, 21.4), (13.0, 20.0)])
def test_the_tree_answers_as_looking_at_every_area_would(board, points):
    rows = Area.objects.filter(city=board).order_by("-level__rank", "code").values_list("code", "boundary")
    shapes = [(code, shapely.from_geojson(json.dumps(line))) for code, line in rows]
    slowly = [
        next((code for code, shape in shapes if shape.intersects(shapely.Point(point))), None) for point in points
    ]
    at_once = [area and area.code for area in geo.areas_at(points, city=board)]
    one_by_one = [code_at(board, *point) for point in points]
    assert at_once == one_by_one == slowly


@PATIENT
@given(st.integers(0, 2**32 - 1))
def test_any_ground_of_touching_cells_has_one_answer_for_every_corner(seed):
    """Cells around random points, without gap or overlap: each corner lies in some cell, always in the same one."""
    dice = np.random.default_rng(seed)
    seeds = shapely.multipoints(dice.random((12, 2)))
    cells = np.array(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 1, 1)).geoms)
    ground = geo.Ground(mark=(dt.date.min, 0, 0), keys=np.arange(len(cells)), tree=shapely.STRtree(cells), shapes=cells)
    corners = shapely.get_coordinates(cells)
    found = ground.find(corners)
    assert (found >= 0).all()
    assert (found == ground.find(corners[::-1])[::-1]).all()
    assert (found == [ground.find([corner])[0] for corner in corners]).all()
    touching = [[n for n, cell in enumerate(cells) if cell.intersects(shapely.Point(corner))] for corner in corners]
    assert [min(several) for several in touching] == found.tolist()


# --- datums ----------------------------------------------------------------------------------------------------------

# The frame in which the public formula shifts; a strip along its edges is left to the next test.
in_china = st.tuples(st.floats(73.67, 135.04), st.floats(3.87, 53.54))


def metres(one, other) -> float:
    north = (one[1] - other[1]) * 111_320
    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(north, east)


@PATIENT
@given(in_china)
@example((116.397, 39.908))
def test_gcj02_comes_back_within_a_tenth_of_a_metre_all_over_china(point):
    shifted = geo.wgs84_to_gcj02(*point)
    assert 1 < metres(point, shifted) < 2_500
    assert metres(geo.to_wgs84(*shifted, "gcj02"), point) < 0.1


@PATIENT
@given(in_china)
@example((116.397, 39.908))
def test_bd09_comes_back_within_a_tenth_of_a_metre_all_over_china(point):
    shifted = geo.gcj02_to_bd09(*geo.wgs84_to_gcj02(*point))
    assert metres(geo.to_wgs84(*shifted, "bd09"), point) < 0.1


def test_a_known_place_is_shifted_by_the_known_distance():
    # Published figures of the public formula for the square in the capital's middle.
    assert metres(geo.wgs84_to_gcj02(116.3912022, 39.9075017), (116.39744, 39.90890)) < 2
    assert metres(geo.gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021)) < 0.1
    assert metres(geo._bd09_to_gcj02(116.404, 39.915), (116.39762729119315, 39.90865673957631)) < 0.5


@pytest.mark.parametrize("point", [(151.2, -33.87), (2.35, 48.85), (0.0, 0.0)])
def test_outside_the_frame_nothing_is_shifted(point):
    assert geo.wgs84_to_gcj02(*point) == geo.to_wgs84(*point, "gcj02") == point


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000"])
def test_wgs84_and_cgcs2000_are_taken_as_they_are(datum):
    assert geo.to_wgs84(117.15, 39.16, datum) == (117.15, 39.16)


@pytest.mark.parametrize("datum", ["", "WGS84", "beijing54", "gcj-02", None])
def test_an_unknown_datum_is_refused(datum):
    with pytest.raises(ValidationError):
        geo.to_wgs84(117.15, 39.16, datum)


@pytest.mark.parametrize("point", [(math.nan, 39), (117, math.nan), (math.inf, 39), (181, 39), (117, -91)])
@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_what_is_no_place_on_earth_is_refused(point, datum):
    with pytest.raises(ValidationError):
        geo.to_wgs84(*point, datum)


# --- lines -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        {"type": "Point", "coordinates": [1, 1]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Circle"},
        {},
    ],
)
def test_a_line_that_is_no_area_is_refused_with_its_reason(line):
    with pytest.raises(ValidationError):
        geo.shape_of(line)


def test_the_box_of_a_line_and_a_point_inside_it():
    line = square(10, 20, holes=[(10.2, 20.2, 10.8, 20.8)])
    assert geo.bounds_of(line) == {"west": 10, "south": 20, "east": 11, "north": 21}
    assert geo.bounds_of(None) == {"west": None, "south": None, "east": None, "north": None}
    assert shapely.from_geojson(json.dumps(line)).contains(shapely.Point(geo.inner_point(line)))


def test_joined_lines_leave_no_seam():
    line = geo.joined([square(10, 20), square(11, 20)])
    assert shapely.from_geojson(json.dumps(line)).equals(shapely.box(10, 20, 12, 21))

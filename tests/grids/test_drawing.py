"""The drawn lines: no gap, no overlap, compact, in reading order, always the same; and the command over a folder."""

import json
import math

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from grids.drawing import GRID, CannotDraw, divide, draw_tree, reading_order

quickly = settings(max_examples=40, deadline=None, derandomize=True)
TOWN = box(117.15, 39.16, 117.19, 39.19)
# Over 2,000 such outlines the least compact cell had 0.55 (a square has 0.79) and areas kept within 8 %.
LEAST_COMPACT, AREA_OFF = 0.5, 0.12


@st.composite
def outlines(draw, *, roughness=0.35):
    """Outlines around a point of China, from nearly round to bitten and starred."""
    lng, lat = draw(st.floats(90, 125)), draw(st.floats(20, 50))
    sides = draw(st.integers(5, 16))
    radii = draw(st.lists(st.floats(1 - roughness, 1), min_size=sides, max_size=sides))
    size, stretch = draw(st.floats(0.004, 0.3)), draw(st.floats(0.6, 1.6))
    angles = (2 * math.pi * side / sides for side in range(sides))
    ring = [
        (lng + size * stretch * radius * math.cos(angle), lat + size * radius * math.sin(angle))
        for angle, radius in zip(angles, radii, strict=True)
    ]
    return shapely.set_precision(Polygon(ring), GRID)


def flat(shape):
    """In metres, so that areas and lengths mean something."""
    shrink = math.cos(math.radians(shape.centroid.y))
    return shapely.transform(shape, lambda points: points * np.array([111_320 * shrink, 111_320]))


def compactness(shape):
    """The isoperimetric quotient: 1 for a circle, 0 for a thread."""
    metres = flat(shape)
    return 4 * math.pi * metres.area / metres.length**2


@quickly
@given(outlines(), st.integers(1, 14), st.integers(0, 1000))
def test_cells_fill_their_outline_without_gap_or_overlap(outline, parts, seed):
    cells = divide(outline, parts, seed)
    assert len(cells) == parts
    assert {cell.geom_type for cell in cells} == {"Polygon"}
    assert all(cell.is_valid and not cell.interiors for cell in cells)
    assert shapely.coverage_is_valid(cells)
    whole = shapely.coverage_union_all(cells)
    assert (whole.geom_type, list(whole.interiors)) == ("Polygon", [])
    assert shapely.hausdorff_distance(whole, outline) <= GRID
    assert sum(cell.area for cell in cells) == pytest.approx(whole.area, rel=1e-9)


@quickly
@given(outlines(), st.integers(2, 14))
def test_cells_are_compact_and_of_similar_area(outline, parts):
    areas = [flat(cell).area for cell in divide(outline, parts)]
    assert max(areas) < (1 + AREA_OFF) * sum(areas) / parts
    assert min(areas) > (1 - AREA_OFF) * sum(areas) / parts
    assert min(compactness(cell) for cell in divide(outline, parts)) > LEAST_COMPACT


@quickly
@given(outlines(roughness=0.85), st.integers(2, 10))
def test_a_ragged_outline_still_gives_connected_cells_that_fill_it(outline, parts):
    cells = divide(outline, parts)
    assert [cell.geom_type for cell in cells] == ["Polygon"] * parts
    assert shapely.coverage_is_valid(cells)
    assert shapely.hausdorff_distance(shapely.coverage_union_all(cells), outline) <= GRID


@quickly
@given(outlines(), st.integers(2, 12), st.integers(0, 50))
def test_the_same_outline_gives_the_same_cells_to_the_last_digit(outline, parts, seed):
    assert [cell.wkb for cell in divide(outline, parts, seed)] == [cell.wkb for cell in divide(outline, parts, seed)]


@quickly
@given(outlines(), st.integers(2, 14))
def test_cells_are_numbered_in_rows_from_north_to_south_and_from_west_to_east(outline, parts):
    centres = [(cell.centroid.x, cell.centroid.y) for cell in divide(outline, parts)]
    west, south, east, north = outline.bounds
    rows = max(
        1, round(math.sqrt(parts * (north - south) / ((east - west) * math.cos(math.radians((south + north) / 2)))))
    )
    places = [(math.floor(min((north - y) / (north - south) * rows, rows - 1)), x) for x, y in centres]
    assert places == sorted(places)


def test_a_square_town_is_read_like_a_page():
    cells = divide(box(0, 0, 0.03, 0.02), 6)
    order = [(round(cell.centroid.x / 0.01 - 0.5), round(cell.centroid.y / 0.01 - 0.5)) for cell in cells]
    assert order == [(0, 1), (1, 1), (2, 1), (0, 0), (1, 0), (2, 0)]


def test_one_row_is_read_from_west_to_east():
    places = np.array([[3.0, 0.2], [1.0, 0.8], [2.0, 0.5]])
    assert reading_order(places, (0, 0, 9, 1)) == [1, 2, 0]


def test_a_weight_is_a_share_of_the_ground_and_belongs_to_its_number():
    cells = divide(TOWN, [1, 1, 4, 2], seed=3)
    shares = [cell.area / TOWN.area for cell in cells]
    assert shares == pytest.approx([1 / 8, 1 / 8, 4 / 8, 2 / 8], abs=0.02)


def test_every_vertex_lies_on_the_grid_of_the_file():
    for cell in divide(TOWN, 7):
        points = shapely.get_coordinates(cell)
        assert np.abs(points - np.round(points, 6)).max() < 1e-11


def test_a_cell_torn_by_a_bay_gives_its_pieces_to_its_neighbours():
    comb = shapely.union_all([box(0, 0, 0.05, 0.01), *(box(x / 100, 0, x / 100 + 0.004, 0.04) for x in range(0, 5))])
    cells = divide(comb, 3)
    assert [cell.geom_type for cell in cells] == ["Polygon"] * 3
    assert shapely.coverage_is_valid(cells)
    assert shapely.coverage_union_all(cells).equals(shapely.set_precision(comb, GRID))


@pytest.mark.parametrize("parts", [0, [], [1, 0], [1, -1]])
def test_an_outline_is_not_divided_into_nothing(parts):
    with pytest.raises(ValueError, match="at least one part"):
        divide(TOWN, parts)


# A tree of areas -----------------------------------------------------------------------------------------------------


def family(*children_per_level, top="1"):
    """Codes and parents of a regular tree."""
    parents, level = {top: None}, [top]
    for children in children_per_level:
        level = [
            code + str(number)
            for code in level
            for number in range(1, children + 1)
            if not parents.update({code + str(number): code})
        ]
    return parents


@settings(max_examples=8, deadline=None, derandomize=True)
@given(outlines(), st.integers(2, 5), st.integers(2, 5))
def test_each_parent_is_exactly_the_union_of_its_children(outline, streets, grids):
    parents = family(streets, grids)
    lines = draw_tree(parents, {"1": outline})
    assert set(lines) == set(parents)
    for code in {parent for parent in parents.values() if parent}:
        children = [lines[child] for child, parent in parents.items() if parent == code]
        assert shapely.coverage_is_valid(children)
        assert shapely.coverage_union_all(children).equals(lines[code])
        assert all(lines[code].covers(child) for child in children)
    assert shapely.coverage_is_valid([lines[code] for code in parents if len(code) == 3])
    assert shapely.hausdorff_distance(lines["1"], outline) <= GRID


def test_areas_get_ground_for_as_many_grids_as_they_hold():
    parents = {"1": None, "11": "1", "12": "1", **{f"11{n}": "11" for n in range(1, 8)}, "121": "12"}
    lines = draw_tree(parents, {"1": TOWN})
    assert lines["11"].area / lines["12"].area == pytest.approx(7, rel=0.1)


def test_a_real_outline_among_sisters_is_kept_and_the_rest_is_drawn_around_it():
    real = Polygon([(117.16, 39.165), (117.175, 39.167), (117.172, 39.18), (117.161, 39.178)])
    parents = family(4, 3)
    lines = draw_tree(parents, {"1": TOWN, "12": real})
    assert shapely.hausdorff_distance(lines["12"], real) <= GRID
    sisters = [lines[code] for code in ("11", "12", "13", "14")]
    assert shapely.coverage_is_valid(sisters)
    assert shapely.coverage_union_all(sisters).equals(lines["1"])


def test_ground_that_no_given_child_covers_stays_open():
    urban = {"11": box(117.16, 39.165, 117.17, 39.175), "12": box(117.17, 39.165, 117.18, 39.175)}
    lines = draw_tree(family(2, 4), {"1": TOWN, **urban})
    assert shapely.hausdorff_distance(lines["1"], TOWN) <= GRID
    assert shapely.coverage_union_all([lines["11"], lines["12"]]).area == pytest.approx(0.0002, rel=1e-3)
    assert all(lines["1"].covers(lines[code]) for code in lines)


def test_drawing_again_over_what_was_drawn_changes_nothing():
    parents = family(5, 4)
    once = draw_tree(parents, {"1": TOWN})
    again = draw_tree(parents, {"1": once["1"]})
    assert {code: line.wkb for code, line in once.items()} == {code: line.wkb for code, line in again.items()}


@pytest.mark.parametrize(
    ("given_lines", "reason", "code"),
    [
        ({}, CannotDraw.NO_OUTLINE, "1"),
        ({"1": TOWN, "11": box(117.0, 39.0, 117.16, 39.17)}, CannotDraw.STICKS_OUT, "11"),
        (
            {"1": TOWN, "11": box(117.15, 39.16, 117.17, 39.19), "12": box(117.16, 39.16, 117.19, 39.19)},
            CannotDraw.OVERLAPS,
            "12",
        ),
        ({"1": TOWN, "11": TOWN}, CannotDraw.NO_ROOM, "1"),
    ],
)
def test_outlines_that_allow_no_drawing_are_refused_by_name(given_lines, reason, code):
    with pytest.raises(CannotDraw) as refusal:
        draw_tree(family(2, 2), given_lines)
    assert (refusal.value.reason, refusal.value.code) == (reason, code)


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A city folder whose district alone has a line."""
    rows = [feature(code, parent) for code, parent in family(3, 2).items()]
    rows[0]["geometry"] = json.loads(shapely.to_geojson(TOWN))
    rows[0]["properties"]["drawn"] = False
    write(tmp_path, rows[::-1])
    return tmp_path


def feature(code, parent):
    properties = {"code": code, "name": f"area {code}", "level": len(code), "parent": parent, "drawn": False}
    return {"type": "Feature", "properties": properties, "geometry": None}


def write(folder, rows):
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")


def rows_of(folder):
    return json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))["features"]


def test_the_command_draws_what_has_no_line_and_says_so_in_the_file(folder, capsys):
    call_command("draw_areas", folder)
    rows = rows_of(folder)
    assert [row["properties"]["code"] for row in rows] == sorted(family(3, 2), key=lambda code: (len(code), code))
    assert [row["properties"]["drawn"] for row in rows] == [False] + [True] * 9
    assert len((folder / "areas.geojson").read_text(encoding="utf-8").splitlines()) == len(rows) + 2
    call_command("draw_areas", folder, "--check")
    assert "1/3/6" in capsys.readouterr().out


def test_a_second_run_and_a_redrawing_leave_the_file_as_it_is(folder):
    call_command("draw_areas", folder)
    first = (folder / "areas.geojson").read_bytes()
    call_command("draw_areas", folder, "--redraw", "2")
    assert (folder / "areas.geojson").read_bytes() == first


def test_fewer_decimals_make_a_coarser_file_that_still_fits(folder):
    call_command("draw_areas", folder, "--decimals", "5")
    points = [point for row in rows_of(folder) for point in row["geometry"]["coordinates"][0]]
    assert all(round(number, 5) == number for point in points for number in point)
    call_command("draw_areas", folder, "--check")


def test_a_folder_whose_top_has_no_outline_is_refused_and_left_alone(folder):
    write(folder, [feature(code, parent) for code, parent in family(3, 2).items()])
    before = (folder / "areas.geojson").read_bytes()
    with pytest.raises(CommandError, match="1 "):
        call_command("draw_areas", folder)
    assert (folder / "areas.geojson").read_bytes() == before


def test_the_check_names_lines_that_are_missing_overlap_or_reach_out(folder):
    rows = [feature("1", None), feature("11", "1"), feature("12", "1"), feature("13", "1")]
    lines = [TOWN, box(117.15, 39.16, 117.17, 39.19), box(117.16, 39.16, 117.2, 39.19)]
    for row, line in zip(rows, lines, strict=False):
        row["geometry"] = json.loads(shapely.to_geojson(line))
    write(folder, rows)
    with translation.override("en"), pytest.raises(CommandError) as problems:
        call_command("draw_areas", folder, "--check")
    assert [sentence.split()[0] for sentence in str(problems.value).splitlines() if sentence[:1] == "1"] == ["13", "12"]
    assert len(str(problems.value).splitlines()) == 3


def test_the_check_tells_a_narrow_gap_from_open_ground(folder):
    rows = [feature("1", None), feature("11", "1"), feature("12", "1")]

    def lay(*lines):
        for row, line in zip(rows, lines, strict=True):
            row["geometry"] = json.loads(shapely.to_geojson(line))
        write(folder, rows)

    lay(TOWN, box(117.16, 39.165, 117.17, 39.175), box(117.17, 39.165, 117.18, 39.175))
    call_command("draw_areas", folder, "--check")
    lay(TOWN, box(117.15, 39.16, 117.17, 39.19), box(117.170004, 39.16, 117.19, 39.19))
    with pytest.raises(CommandError):
        call_command("draw_areas", folder, "--check")


@pytest.mark.parametrize(
    "words",
    [
        "not json",
        "{}",
        json.dumps({"features": [{"properties": {"code": "1"}}]}),
        json.dumps({"features": [feature("1", None), feature("1", None)]}),
        json.dumps({"features": [feature("12", "1")]}),
        json.dumps({"features": [feature("1", None) | {"geometry": {"type": "Point", "coordinates": [1, 2]}}]}),
    ],
)
def test_a_file_that_is_no_tree_of_areas_is_refused_with_a_sentence(folder, words):
    (folder / "areas.geojson").write_text(words, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("draw_areas", folder)
    assert (folder / "areas.geojson").read_text(encoding="utf-8") == words


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"areas\.geojson"):
        call_command("draw_areas", tmp_path)

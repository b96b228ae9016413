"""Areas are added, renamed, moved, merged and split; nothing is deleted, and the past keeps its names and parents."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.models import Case
from grids.models import Area, AreaSuccession, Level, ResponsibilityLink
from grids.selectors import area_history
from grids.services import areas
from tests.grids.conftest import MAY_DAY, STREET

pytestmark = pytest.mark.usefixtures("english")

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[117.0, 39.0], [117.1, 39.0], [117.1, 39.1], [117.0, 39.1], [117.0, 39.0]]],
}


@pytest.fixture
def add(city, place):
    """`add("001009", name=…)`: a third grid in the first community."""

    def make(digits: str, *, name: str = "甲里社区 09 网格", **facts) -> Area:
        level, parent = Level.objects.get(city=city, base=True), place("001")
        return areas.add_area(
            city=city, level=level, code=STREET + digits, name=name, parent=parent, on=MAY_DAY, **facts
        )

    return make


def test_a_new_area_lies_in_its_parents_path_and_begins_its_history(add, place):
    grid = add("001009", boundary=SQUARE)
    assert grid.path == f"{place('001').path}{grid.pk}/"
    assert (grid.west, grid.north) == (117.0, 39.1)
    [spell] = grid.spells.all()
    assert (spell.name, spell.parent, spell.since, spell.until) == (grid.name, place("001"), MAY_DAY, None)


def test_a_code_that_is_or_was_in_use_is_refused_for_ever(add, place):
    with pytest.raises(ValidationError, match="codes are never used again"):
        add("001001")
    areas.end_area(place("001001"), on=MAY_DAY)
    with pytest.raises(ValidationError, match="codes are never used again"):
        add("001001")
    assert Area.objects.filter(code=f"{STREET}001001").count() == 1


def test_an_area_cannot_skip_a_level(city, place):
    with pytest.raises(ValidationError, match="directly in one of the level above"):
        areas.move(place("001001"), under=place(""), on=MAY_DAY)


@pytest.mark.mechanism("1-1")
def test_a_renamed_area_keeps_its_old_name_in_its_history(place):
    before = place("001").name
    areas.rename(place("001"), to="甲里第一社区", on=MAY_DAY)
    newest, oldest = area_history(place("001"))
    assert (newest.name, newest.on, newest.until) == ("甲里第一社区", MAY_DAY, None)
    assert (oldest.name, oldest.until) == (before, MAY_DAY)


@pytest.mark.parametrize("name", ["", "  "])
def test_an_area_is_never_without_a_name(place, name):
    with pytest.raises(ValidationError, match="needs a name"):
        areas.rename(place("001"), to=name, on=MAY_DAY)


def test_an_area_that_moves_takes_along_what_lies_in_it_and_keeps_its_old_parent_in_the_history(city, place):
    # A whole community cannot move in a village of one street, so a grid stands for it; its path is the subtree.
    grid = areas.move(place("001001"), under=place("002"), on=MAY_DAY)
    assert place("001001").path == f"{place('002').path}{grid.pk}/"
    now, before = area_history(place("001001"))
    assert (now.parent, now.on) == (place("002"), MAY_DAY)
    assert (before.parent, before.until) == (place("001"), MAY_DAY)


def test_open_cases_follow_a_moved_area_and_closed_ones_stay_where_they_were_settled(order_at, place):
    closed, going_on = order_at("closed"), order_at("dispatched")
    was = closed.area_path
    areas.move(place("001001"), under=place("002"), on=MAY_DAY)
    paths = dict(Case.objects.values_list("pk", "area_path"))
    assert paths[going_on.pk] == place("001001").path
    assert paths[closed.pk] == was
    assert was != place("001001").path


def test_a_merged_area_ends_and_its_line_and_households_go_to_the_survivor(place):
    first, second = place("001001"), place("001002")
    together = first.households + second.households
    areas.merge([first], into=second, on=MAY_DAY)
    assert place("001001").valid_to == MAY_DAY
    assert place("001002").households == together
    assert place("001002").west == min(first.west, second.west)
    assert AreaSuccession.objects.get().how == AreaSuccession.How.MERGED
    assert any(chapter.succession for chapter in area_history(place("001001")))


def test_people_bodies_and_open_cases_go_on_in_the_survivor_of_a_merger(order_at, cast, place):
    closed, going_on = order_at("closed"), order_at("finished")
    areas.merge([place("001001")], into=place("001002"), on=MAY_DAY)
    survivor = place("001002")
    assert cast.worker.posts.get(until=None).area == survivor
    assert survivor.party_bodies.get().code == "PB-1"
    assert survivor.links.get(until=None).user == cast.worker
    cases = Case.objects.in_bulk()
    assert (cases[going_on.pk].area, cases[going_on.pk].area_path) == (survivor, survivor.path)
    assert cases[closed.pk].area == place("001001")


def test_the_worker_of_a_merged_grid_goes_on_verifying_there(order_at, cast, place):
    from workorders.models import WorkOrder
    from workorders.services import orders

    order = order_at("finished")
    areas.merge([place("001001")], into=place("001002"), on=MAY_DAY)
    assert orders.verify(WorkOrder.objects.get(pk=order.pk), by=cast.worker).status == "verified"


def test_whoever_answered_for_both_areas_answers_once_after_the_merger(cast, place):
    for digits in ("001001", "001002"):
        ResponsibilityLink.objects.create(kind="contact", user=cast.leader, area=place(digits), since=MAY_DAY)
    areas.merge([place("001001")], into=place("001002"), on=dt.date(2026, 6, 1))
    links = ResponsibilityLink.objects.filter(kind="contact", user=cast.leader)
    assert [link.area for link in links.filter(until=None)] == [place("001002")]
    assert links.count() == 2


@pytest.mark.parametrize("digits", ["002001", "001"])
def test_only_neighbours_of_one_parent_merge(place, digits):
    with pytest.raises(ValidationError, match="one parent"):
        areas.merge([place(digits)], into=place("001002"), on=MAY_DAY)
    assert place(digits).valid_to is None


def test_an_area_does_not_merge_into_itself_or_into_one_that_has_ended(place):
    with pytest.raises(ValidationError):
        areas.merge([place("001001")], into=place("001001"), on=MAY_DAY)
    areas.end_area(place("001002"), on=MAY_DAY)
    with pytest.raises(ValidationError, match="has ended already"):
        areas.merge([place("001001")], into=place("001002"), on=MAY_DAY)


def test_a_split_area_ends_and_its_people_and_open_cases_go_on_in_the_first_part(order_at, cast, place):
    order = order_at("dispatched")
    parts = [{"code": f"{STREET}00100{n}", "name": f"甲里社区 0{n} 网格"} for n in (7, 8)]
    first, second = areas.split(place("001001"), parts=parts, on=MAY_DAY)
    assert place("001001").valid_to == MAY_DAY
    assert {row.new for row in AreaSuccession.objects.filter(old=place("001001"))} == {first, second}
    assert cast.worker.posts.get(until=None).area == first
    assert Case.objects.get(pk=order.pk).area == first


def test_a_split_needs_two_parts_and_an_empty_area(place):
    with pytest.raises(ValidationError, match="at least two"):
        areas.split(place("001001"), parts=[{"code": f"{STREET}001007", "name": "一"}], on=MAY_DAY)
    parts = [{"code": f"{STREET}00{n}", "name": "一"} for n in (7, 8)]
    with pytest.raises(ValidationError, match="first"):
        areas.split(place("001"), parts=parts, on=MAY_DAY)


def test_a_failed_split_leaves_no_trace(place):
    parts = [{"code": f"{STREET}001007", "name": "一"}, {"code": f"{STREET}001002", "name": "二"}]
    with pytest.raises(ValidationError):
        areas.split(place("001001"), parts=parts, on=MAY_DAY)
    assert place("001001").valid_to is None
    assert not Area.objects.filter(code=f"{STREET}001007").exists()


def test_what_has_ended_is_neither_renamed_nor_moved_nor_ended_again(place):
    areas.end_area(place("001001"), on=MAY_DAY)
    for change in (
        lambda: areas.rename(place("001001"), to="别名", on=MAY_DAY),
        lambda: areas.move(place("001001"), under=place("002"), on=MAY_DAY),
        lambda: areas.end_area(place("001001"), on=MAY_DAY),
    ):
        with pytest.raises(ValidationError, match="has ended already"):
            change()

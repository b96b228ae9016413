"""Working groups steer with members and tasks; functional groups take the matters of their kind."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from grids.models import WorkingGroup
from grids.selectors import groups_for, matters_of, working_groups_of
from grids.services import groups
from tests.grids.conftest import MAY_DAY
from workorders.services import orders

pytestmark = pytest.mark.usefixtures("english")

JUNE = dt.date(2026, 6, 1)


@pytest.fixture
def group(city) -> WorkingGroup:
    return WorkingGroup.objects.get(city=city, code="lead")


def sitting(group: WorkingGroup) -> set[str]:
    return set(group.memberships.filter(until=None).values_list("user__username", flat=True))


@pytest.mark.mechanism("0-1")
def test_a_leading_group_has_a_chair_members_and_tasks(group, cast, place):
    assert group.chair == cast.secretary
    assert sitting(group) == {"director", "supervisor"}
    [task] = group.tasks.all()
    assert (task.words, task.done_on) == ("统筹网格工作", None)
    with_tasks = groups.add_task(group, words="研究兜底事项", since=MAY_DAY, owner=cast.director, due_on=JUNE)
    groups.finish_task(with_tasks, on=JUNE)
    [shown] = working_groups_of(place(""))
    assert [(row.words, row.done_on) for row in shown.tasks.all()] == [("统筹网格工作", None), ("研究兜底事项", JUNE)]


def test_a_task_is_done_once_and_belongs_to_somebody_of_the_group(group, cast):
    with pytest.raises(ValidationError, match="does not sit in"):
        groups.add_task(group, words="别的事", since=MAY_DAY, owner=cast.worker)
    with pytest.raises(ValidationError, match="has this task already"):
        groups.add_task(group, words="统筹网格工作", since=MAY_DAY)
    task = group.tasks.get()
    groups.finish_task(task, on=JUNE)
    with pytest.raises(ValidationError, match="done already"):
        groups.finish_task(task, on=JUNE)


def test_seating_is_harmless_twice_and_whoever_is_left_out_leaves(group, cast):
    for _again in range(2):
        groups.seat(group, members=[cast.director, cast.leader], on=JUNE)
    assert sitting(group) == {"director", "leader"}
    assert group.memberships.get(user=cast.supervisor).until == JUNE
    assert group.memberships.count() == 3


def test_a_dissolved_group_is_shown_no_more_and_its_past_is_kept(group, place):
    groups.dissolve(group, on=JUNE)
    assert working_groups_of(place("")) == []
    assert group.memberships.count() == 2


@pytest.mark.mechanism("0-6")
def test_a_matter_is_sorted_to_the_functional_group_of_its_kind(city, rulebook, place):
    estates = city.departments.get(code="estates")
    assert groups_for("060301", rulebook, place("001001")) == [estates]
    assert groups_for("030104", rulebook, place("001001")) == [estates]
    assert groups_for("030103", rulebook, place("001001")) == []
    assert matters_of([estates], rulebook) == {estates.pk: ["030104", "0603"]}


@pytest.mark.mechanism("0-6")
def test_an_order_is_dispatched_to_a_functional_group_and_handled_by_its_officer(
    order_at, cast, city, rulebook, picture
):
    order = order_at("accepted")
    [group] = groups_for("060301", rulebook, order.area)
    order = orders.dispatch(order, by=cast.dispatcher, department=group)
    assert order.department.kind == "group"
    order = orders.finish(
        orders.sign_for(order, by=cast.officer_b), by=cast.officer_b, result="已清。", pictures=[picture]
    )
    assert order.status == "finished"


@pytest.mark.mechanism("0-6")
def test_the_groups_page_names_the_matters_it_takes(cast, read):
    text = read(cast.dispatcher, "/departments/estates/")
    assert "functional group" in text
    assert "0603" in text
    assert "030104" in text

"""Checklists by unit: a new edition replaces, the old one stays; what one looks for on patrol stands on them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from casework.refusals import NotNow
from patrols.models import Checklist
from patrols.selectors.admitted import admitted_today, lines_of
from patrols.selectors.rounds import round_of
from patrols.services import planning
from patrols.services.checklists import end_checklist, replace_checklist, write_checklist
from tests.casework.threads import at_once
from tests.conftest import MORNING
from tests.patrols.pointing import department, point, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LINES = [("030101", "消防通道"), ("060101", "垃圾"), ("040201", "独居老人近况")]


@pytest.fixture
def written(cast) -> Checklist:
    return write_checklist(
        by=cast.officer_b, department=department(), name="三件事", lines=LINES, watch="门口堆积的报纸"
    )


def said(checklist: Checklist) -> list[tuple[str, str]]:
    return [(line.item, line.text) for line in checklist.items.all()]


def test_a_unit_writes_a_list_and_its_lines_keep_their_order(written):
    assert said(written) == LINES
    assert (written.until, written.follows, written.watch) == (None, None, "门口堆积的报纸")


@pytest.mark.mechanism("2-31")
def test_hazards_hygiene_and_lonely_people_stand_on_the_round_of_who_walks(cast, written):
    where = point("七号楼", kind="elderly", checklist=written)
    planning.make_rounds(MORNING.date())
    stop = round_of(cast.worker, MORNING.date()).stops.get()
    assert stop.point == where
    lines = lines_of(stop.point.checklist, stop.point.area, admitted_today(village()))
    assert [line.item for line in lines] == ["030101", "060101", "040201"]
    assert [line.place for line in lines] == [1, 2, 3]


@pytest.mark.mechanism("0-13")
def test_a_new_edition_replaces_and_the_old_one_stays_readable(cast, written, clock):
    where = point(checklist=written)
    clock.set(2026, 10, 12, 9, 0)
    second = replace_checklist(written, by=cast.officer_b, lines=LINES[:1], watch="夜间")
    written.refresh_from_db()
    where.refresh_from_db()
    assert (written.until, second.follows, second.until) == (second.made_at, written, None)
    assert said(written) == LINES
    assert (said(second), second.watch, second.name) == (LINES[:1], "夜间", "三件事")
    assert where.checklist == second


def test_an_edition_is_replaced_once(cast, written):
    replace_checklist(written, by=cast.officer_b, lines=LINES[:1])
    with pytest.raises(NotNow):
        replace_checklist(written, by=cast.officer_b, lines=LINES)
    with pytest.raises(NotNow):
        end_checklist(written, by=cast.officer_b)


def test_points_of_a_list_that_ends_stay_without_one(cast, written):
    where = point(checklist=written)
    end_checklist(written, by=cast.officer_b)
    where.refresh_from_db()
    assert where.checklist is None
    assert where.ended_at is None
    assert lines_of(where.checklist, where.area, admitted_today(village())) == []


def test_a_list_that_is_over_is_no_list_for_a_point(cast, written):
    end_checklist(written, by=cast.officer_b)
    written.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        point(checklist=written)
    assert list(refused.value.message_dict) == ["checklist"]


def test_only_the_units_own_people_write_for_it(cast, written):
    for other in (cast.officer, cast.worker, cast.duty_chief):
        with pytest.raises(PermissionDenied):
            write_checklist(by=other, department=department(), name="别人的", lines=LINES)
        with pytest.raises(PermissionDenied):
            replace_checklist(written, by=other, lines=LINES)


@pytest.mark.parametrize(
    "lines", [[], LINES * 11, [("030101", "")], [("030101", "看" * 121)], [("", "看")], [("03", "看")]]
)
def test_lines_that_are_none_are_refused_and_nothing_is_written(cast, lines):
    with pytest.raises(ValidationError) as refused:
        write_checklist(by=cast.officer_b, department=department(), name="空", lines=lines)
    assert list(refused.value.message_dict) == ["lines"]
    assert not Checklist.objects.filter(name="空").exists()


def test_every_line_that_is_wrong_is_told_at_once(cast):
    with pytest.raises(ValidationError) as refused:
        write_checklist(
            by=cast.officer_b, department=department(), name="错", lines=[("030101", "好"), ("1", "一"), ("2", "二")]
        )
    assert len(refused.value.message_dict["lines"]) == 2


def test_a_name_stands_once_a_unit(cast, written):
    with pytest.raises(ValidationError) as refused:
        write_checklist(by=cast.officer_b, department=department(), name=" 三件事 ", lines=LINES)
    assert list(refused.value.message_dict) == ["name"]
    assert write_checklist(by=cast.officer, department=department("sanitation"), name="三件事", lines=LINES)


@pytest.mark.django_db(transaction=True)
def test_two_next_editions_at_once_are_one(cast):
    first = write_checklist(by=cast.officer_b, department=department(), name="三件事", lines=LINES)
    answers = at_once(*[lambda: replace_checklist(first, by=cast.officer_b, lines=LINES[:1])] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["Checklist", "NotNow"]
    assert Checklist.objects.filter(name="三件事", until=None).count() == 1

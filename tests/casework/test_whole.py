"""A case read whole, in one statement, is what it is when it is read row by row."""

from __future__ import annotations

import pytest

from casework.models import Case, Deadline, Event, Pause, Rung
from casework.services import clocks, doors
from casework.templatetags.cases import tell
from casework.whole import whole
from workorders.models import WorkOrder


def columns(row) -> dict:
    """All that a row holds, deferred columns left out."""
    names = {each.attname for each in row._meta.concrete_fields} - row.get_deferred_fields()
    return {name: getattr(row, name) for name in names}


@pytest.fixture
def lived(order_at) -> WorkOrder:
    """An order with ended, running and paused clocks, read again without anything that belongs to it."""
    order = doors.lock(order_at("handling"))
    clocks.pause_clocks(order, reason="等材料")
    return WorkOrder.objects.get(pk=order.pk)


def test_clocks_pauses_rungs_and_events_are_the_rows_of_their_tables(lived, django_assert_num_queries):
    with django_assert_num_queries(1):
        whole(lived, {}, {})
    plain = WorkOrder.objects.get(pk=lived.pk)
    with django_assert_num_queries(0):
        found = list(lived.deadlines.all())
        rows = [row for clock in found for row in (*clock.rungs.all(), *clock.pauses.all())]
    assert [columns(clock) for clock in found] == [columns(clock) for clock in plain.deadlines.all()]
    assert [columns(event) for event in lived.events.all()] == [columns(e) for e in plain.events.order_by("-seq")]
    stored = {(type(row), row.pk): columns(row) for table in (Rung, Pause) for row in table.objects.all()}
    assert rows
    assert all(columns(row) == stored[type(row), row.pk] for row in rows)


def test_what_belongs_to_it_is_known_and_need_not_be_asked(lived, django_assert_num_queries):
    whole(lived, {}, {})
    plain = Case.objects.select_related("area__level", "city", "department", "rulebook", "reported_by").get(pk=lived.pk)
    with django_assert_num_queries(0):
        for name in ("area", "city", "department", "rulebook", "reported_by"):
            ours, theirs = getattr(lived, name), getattr(plain, name)
            assert columns(ours).items() <= columns(theirs).items()
        assert lived.area.level == plain.area.level
        assert all(str(clock.holder) and clock.case is lived for clock in lived.deadlines.all())


def test_its_history_is_told_without_another_question(lived, django_assert_num_queries, cast):
    told = [(line.who, line.sentence) for line in tell(WorkOrder.objects.get(pk=lived.pk))]
    read = whole(lived, {}, {})
    lived.reporter  # noqa: B018  (the order's own, which no case has)
    with django_assert_num_queries(1):  # the calendar's mark: outside of a request nothing is remembered
        assert [(line.who, line.sentence) for line in tell(lived, read=read)] == told


def test_lists_of_the_app_above_come_along_as_they_are(lived):
    found = whole(lived, {"own": "select words from workorders_workorder where case_ptr_id = %(case)s"}, {})
    assert found.lists["own"] == [{"words": lived.words}]


def test_a_case_without_clocks_or_persons_is_whole_too(lived):
    Rung.objects.filter(case=lived).delete()
    Pause.objects.all().delete()
    Deadline.objects.filter(case=lived).delete()
    read = whole(lived, {}, {})
    assert list(lived.deadlines.all()) == []
    assert len(list(lived.events.all())) == Event.objects.filter(case=lived).count()
    assert read.people

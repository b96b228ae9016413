"""Entry control: what is on no published list and not admitted for a time is not put upon grid workers (rules 6.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from casework.refusals import NotNow, NotYours
from grids.services.publishing import publish
from patrols.models import Admission, Checklist
from patrols.selectors.admitted import admitted_on, admitted_today, catalogue_of, lines_of
from patrols.services import admissions
from patrols.services.checklists import write_checklist
from tests.casework.threads import at_once
from tests.conftest import MORNING, VILLAGE
from tests.patrols.pointing import department, grid, point, somebody, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()
IN_A_MONTH = dt.date(2026, 11, 9)


def applied(**changes) -> Admission:
    fields = {
        "by": somebody("officer_b"), "department": department(), "sort": "temporary", "name": "自建房安全排查",
        "reason": "百日行动。", "until": IN_A_MONTH,
    }  # fmt: skip
    return admissions.apply_for(**{**fields, **changes})


def permanent(**changes) -> Admission:
    return applied(sort="permanent", until=None, name="楼道堆物", **changes)


def refused(act, field: str) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    assert list(error.value.message_dict) == [field]
    return error.value.message_dict[field][0]


def listed(code: str):
    return lambda: write_checklist(
        by=somebody("officer_b"), department=department(), name="排查", lines=[(code, "看一看")]
    )


def test_an_item_on_no_list_may_not_be_put_upon_grid_workers():
    refused(listed("T00001"), "lines")
    refused(listed("030"), "lines")
    assert not Checklist.objects.filter(name="排查").exists()


def test_a_temporary_item_is_admitted_under_a_code_of_its_own_and_may_then_be_listed(cast):
    asked = applied()
    assert asked.state_on(TODAY) == Admission.State.ASKED
    refused(listed(f"T{asked.pk:05d}"), "lines")
    told = admissions.admit(asked, by=cast.duty_chief, answer="同意。")
    assert told.code == f"T{asked.pk:05d}"
    assert listed(told.code)().items.get().item == told.code


def test_when_its_time_is_over_its_lines_fall_away_by_themselves(cast, clock):
    told = admissions.admit(applied(), by=cast.duty_chief)
    lines = [("030104", "楼道"), (told.code, "自建房")]
    checklist = write_checklist(by=cast.officer_b, department=department(), name="排查", lines=lines)
    where = point(checklist=checklist)
    assert [line.text for line in lines_of(where.checklist, where.area, admitted_today(village()))] == [
        "楼道",
        "自建房",
    ]
    last, after = admitted_on(village(), IN_A_MONTH), admitted_on(village(), IN_A_MONTH + dt.timedelta(days=1))
    assert [line.text for line in lines_of(where.checklist, where.area, last)] == ["楼道", "自建房"]
    assert [line.text for line in lines_of(where.checklist, where.area, after)] == ["楼道"]
    clock.set(2026, 11, 10, 9, 0)
    assert told.state_on(IN_A_MONTH + dt.timedelta(days=1)) == Admission.State.OVER
    refused(lambda: write_checklist(by=cast.officer_b, department=department(), name="再来", lines=lines), "lines")


def test_what_is_ended_before_its_time_falls_away_at_once(cast):
    told = admissions.admit(applied(), by=cast.duty_chief)
    where = point(checklist=listed(told.code)())
    with pytest.raises(ValidationError):
        admissions.end(told, by=cast.officer_b, because=" ")
    admissions.end(told, by=cast.officer_b, because="排查已完成")
    assert lines_of(where.checklist, where.area, admitted_today(village())) == []
    with pytest.raises(NotNow):
        admissions.end(told, by=cast.officer_b, because="又一次")


def test_a_permanent_item_needs_a_code_of_the_published_catalogue(cast):
    asked = permanent()
    refused(lambda: admissions.admit(asked, by=cast.duty_chief), "code")
    refused(lambda: admissions.admit(asked, by=cast.duty_chief, code="999999"), "code")
    asked.refresh_from_db()
    assert asked.state_on(TODAY) == Admission.State.ASKED
    assert admissions.admit(asked, by=cast.duty_chief, code="030104").code == "030104"
    refused(lambda: permanent(code="999999"), "code")


def test_what_leaves_the_list_stays_off_until_the_list_is_published_anew(cast, city, clock):
    """Items leave when they are no longer needed, before the next catalogue says so too."""
    now_on = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)  # the village's rulebook was published in real time
    told = admissions.admit(permanent(code="030104"), by=cast.duty_chief)
    assert admitted_today(city).admits("030104", grid().path)
    Admission.objects.filter(pk=told.pk).update(ended_at=now_on)
    assert not admitted_today(city).admits("030104", grid().path)
    assert admitted_today(city).admits("030101", grid().path)
    Admission.objects.filter(pk=told.pk).update(ended_at=now_on - dt.timedelta(days=400))
    assert admitted_today(city).admits("030104", grid().path)
    publish(VILLAGE)
    assert admitted_today(city).admits("030104", grid().path)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": None}, "until"), ({"until": TODAY - dt.timedelta(days=1)}, "until"),
        ({"until": TODAY + dt.timedelta(days=366)}, "until"), ({"sort": "permanent"}, "until"), ({"code": "030104"}, "code"),
        ({"sort": "eternal"}, "sort"), ({"name": " "}, "name"), ({"name": "长" * 81}, "name"), ({"reason": ""}, "reason"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)  # fmt: skip
def test_an_application_that_lacks_something_is_refused_and_leaves_no_trace(changes, field):
    refused(lambda: applied(**changes), field)
    assert not Admission.objects.exists()


def test_a_unit_applies_for_its_own_ground_and_only_its_own_people_apply(cast):
    with pytest.raises(PermissionDenied):
        applied(by=cast.officer)
    with pytest.raises(PermissionDenied):
        applied(by=cast.worker)
    narrower = admissions.admit(applied(area=grid("001001")), by=cast.duty_chief)
    checklist = listed(narrower.code)()
    here, there = point(checklist=checklist), point(short="002001", checklist=checklist)
    admitted = admitted_today(village())
    assert len(lines_of(checklist, here.area, admitted)) == 1
    assert lines_of(checklist, there.area, admitted) == []


def test_only_who_may_admit_decides_and_never_on_his_own_application(cast):
    asked = applied()
    for other in (cast.officer_b, cast.worker, cast.dispatcher, cast.community):
        with pytest.raises(PermissionDenied):
            admissions.admit(asked, by=other)
    Admission.objects.filter(pk=asked.pk).update(asked_by=cast.duty_chief)
    with pytest.raises(NotYours):
        admissions.admit(asked, by=cast.duty_chief)
    assert admissions.admit(asked, by=cast.director).admitted


def test_what_is_refused_says_why_and_is_decided_once(cast):
    asked = applied()
    refused(lambda: admissions.refuse(asked, by=cast.duty_chief, answer=""), "answer")
    told = admissions.refuse(asked, by=cast.duty_chief, answer="应由物业负责。")
    assert told.state_on(TODAY) == Admission.State.REFUSED
    with pytest.raises(NotNow):
        admissions.admit(asked, by=cast.director)
    with pytest.raises(NotNow):
        admissions.end(asked, by=cast.officer_b, because="x")
    assert not admitted_today(village()).let_in


def test_an_application_is_taken_back_by_its_unit_and_by_nobody_else(cast):
    asked = applied()
    with pytest.raises(NotYours):
        admissions.end(asked, by=cast.duty_chief, because="x")
    told = admissions.end(asked, by=cast.officer_b, because="不需要了")
    assert told.state_on(TODAY) == Admission.State.WITHDRAWN
    with pytest.raises(NotNow):
        admissions.admit(asked, by=cast.duty_chief)


def test_a_temporary_item_whose_day_has_passed_is_not_admitted_any_more(cast, clock):
    asked = applied(until=TODAY)
    clock.set(2026, 10, 10, 9, 0)
    refused(lambda: admissions.admit(asked, by=cast.duty_chief), "until")


def test_the_tables_themselves_know_what_an_admission_is(cast):
    told = admissions.admit(applied(), by=cast.duty_chief)
    for broken in ({"until": None}, {"code": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Admission.objects.filter(pk=told.pk).update(**broken)


def test_the_catalogue_is_its_lowest_entries():
    codes = {item.code for item in catalogue_of(village(), TODAY)}
    assert len(codes) == 81
    assert {len(code) for code in codes} == {6}


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(cast):
    asked = applied()
    answers = at_once(
        lambda: admissions.admit(asked, by=cast.duty_chief),
        lambda: admissions.refuse(asked, by=cast.director, answer="不"),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Admission", "NotNow"]

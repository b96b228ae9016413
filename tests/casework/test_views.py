"""The working calendar's pages and the state of the house: who may change what, and that a bad line changes nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.models import CalendarDay, Deadline, SetAside
from casework.moment import now
from casework.services.follow import move_clocks_of_changed_calendars
from casework.year import runs_of

NEW_YEAR = dt.date(2027, 1, 1)


@pytest.fixture
def page(client):
    """`page(person, "/calendar/")`: what the person gets; with fields, what he gets for sending them."""

    def ask(person, url: str, **fields):
        client.force_login(person)
        return client.post(url, fields) if fields else client.get(url)

    return ask


def days_of(city, year: int = 2027) -> dict[str, tuple[str, str]]:
    rows = CalendarDay.objects.filter(city=city, day__year=year)
    return {row.day.isoformat(): (row.kind, row.name) for row in rows}


def test_everybody_with_a_post_reads_the_year_with_its_holidays_by_name(cast, city, page):
    shown = page(cast.worker, "/calendar/?year=2026")
    words = shown.content.decode()
    assert shown.status_code == 200
    assert "国庆" in words
    assert words.count('class="yr-month"') == 12
    assert 'action="/calendar/paste/"' not in words


def test_somebody_without_a_post_has_no_calendar(cast, page):
    assert page(cast.outsider, "/calendar/").status_code == 404


def test_a_year_not_yet_published_says_so(cast, page):
    assert page(cast.worker, "/calendar/?year=2027").context["unpublished"]
    assert not page(cast.worker, "/calendar/?year=2026").context["unpublished"]


def test_the_organiser_enters_a_day_and_its_source_is_he(cast, city, page):
    answer = page(cast.organiser, "/calendar/day/", day="2027-01-01", kind="off", name="元旦")
    assert answer.status_code == 302
    entered = CalendarDay.objects.get(city=city, day=NEW_YEAR)
    assert (entered.kind, entered.name, entered.source) == ("off", "元旦", cast.organiser.name)


def test_entering_a_listed_day_again_changes_it(cast, city, page):
    page(cast.organiser, "/calendar/day/", day="2027-01-01", kind="off", name="元旦")
    page(cast.organiser, "/calendar/day/", day="2027-01-01", kind="work", name="元旦调休")
    assert days_of(city) == {"2027-01-01": ("work", "元旦调休")}


def test_a_removed_day_is_an_ordinary_one_again(cast, city, page):
    page(cast.organiser, "/calendar/day/", day="2027-01-01", kind="off", name="元旦")
    assert page(cast.organiser, "/calendar/remove/", day="2027-01-01").status_code == 302
    assert days_of(city) == {}
    assert page(cast.organiser, "/calendar/remove/", day="2027-01-01").status_code == 404


def test_many_days_are_pasted_at_once(cast, city, page):
    lines = "2027-01-01 off 元旦\n\n2027-02-13 班 春节 调休\r\n2027-02-15 休 春节"
    page(cast.organiser, "/calendar/paste/", lines=lines)
    assert days_of(city) == {
        "2027-01-01": ("off", "元旦"), "2027-02-13": ("work", "春节 调休"), "2027-02-15": ("off", "春节"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-13-01 off 元旦", "2027-13-01"),
        ("2027-01-02 holiday 元旦", "holiday"),
        ("2027-01-02 off", "off"),
        ("2027-01-01 work 元旦", "2027-01-01"),
        ("2207-01-02 off 元旦", "2207-01-02"),
        (f"2027-01-02 off {'长' * 41}", "40"),
    ],
)
def test_one_bad_line_is_named_with_its_number_and_nothing_is_changed(cast, city, page, line, said):
    answer = page(cast.organiser, "/calendar/paste/", lines=f"2027-01-01 off 元旦\n{line}")
    errors = answer.context["paste_form"].errors["lines"]
    assert answer.status_code == 422
    assert len(errors) == 1
    assert "2" in errors[0]
    assert said in errors[0]
    assert days_of(city) == {}
    assert line in answer.content.decode()  # what was written is not lost


def test_every_bad_line_is_named_at_once(cast, page):
    answer = page(cast.organiser, "/calendar/paste/", lines="x\ny\n2027-01-01 off 元旦")
    assert len(answer.context["paste_form"].errors["lines"]) == 2


def test_a_day_that_is_no_date_is_refused_on_the_page(cast, city, page):
    answer = page(cast.organiser, "/calendar/day/", day="1 January", kind="off", name="元旦")
    assert answer.status_code == 422
    assert "day" in answer.context["day_form"].errors
    assert days_of(city) == {}


@pytest.mark.parametrize("part", ["worker", "dispatcher", "secretary", "officer", "supervisor", "leader"])
@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/calendar/day/", {"day": "2027-01-01", "kind": "off", "name": "元旦"}),
        ("/calendar/paste/", {"lines": "2027-01-01 off 元旦"}),
        ("/calendar/remove/", {"day": "2026-10-01"}),
    ],
)
def test_those_who_do_not_look_after_the_calendar_change_nothing(cast, city, page, part, url, fields):
    before = days_of(city) | days_of(city, 2026)
    assert page(getattr(cast, part), url, **fields).status_code == 403
    assert days_of(city) | days_of(city, 2026) == before


def test_somebody_from_elsewhere_does_not_even_learn_that_there_is_a_calendar(cast, city, page):
    assert page(cast.outsider, "/calendar/day/", day="2027-01-01", kind="off", name="元旦").status_code == 404
    assert days_of(city) == {}


def test_a_change_is_not_made_by_looking(cast, client):
    client.force_login(cast.organiser)
    assert client.get("/calendar/paste/").status_code == 405


def test_after_a_change_the_page_says_how_many_clocks_have_still_to_follow(cast, city, page, order_at):
    order_at("handling")
    open_clocks = Deadline.objects.open().filter(case__city=city).count()
    answer = page(cast.organiser, "/calendar/day/", day="2026-10-12", kind="off", name="庆典")
    behind = page(cast.organiser, answer["Location"]).context["following"]
    assert (behind.open, behind.behind) == (open_clocks, open_clocks)
    move_clocks_of_changed_calendars()
    after = page(cast.organiser, "/calendar/").context["following"]
    assert (after.open, after.behind) == (open_clocks, 0)


def test_days_one_after_the_other_of_one_name_are_one_line(city):
    def day(number: int, name: str, kind: str = "off") -> CalendarDay:
        return CalendarDay(city=city, day=dt.date(2026, 10, number), kind=kind, name=name, source="library")

    runs = runs_of([day(1, "国庆"), day(2, "国庆"), day(3, "中秋"), day(5, "中秋"), day(6, "中秋", "work")])
    assert [[row.day.day for row in run.days] for run in runs] == [[1, 2], [3], [5], [6]]


def test_the_state_of_the_house_is_shown_to_organisers_and_supervisors_alone(cast, page):
    for part in ("organiser", "supervisor"):
        assert page(getattr(cast, part), "/status/").status_code == 200
    for part in ("worker", "dispatcher", "secretary", "officer", "leader"):
        assert page(getattr(cast, part), "/status/").status_code == 403
    assert page(cast.outsider, "/status/").status_code == 404


def test_a_case_that_was_set_aside_stands_there_with_its_error(cast, page, report):
    order = report()
    until = now() + dt.timedelta(minutes=10)
    type(order).objects.filter(pk=order.pk).update(set_aside_until=until)
    SetAside.objects.create(
        case=order, rung="workorders.handle due", error="ValueError('x < y')", at=now(), until=until
    )
    shown = page(cast.organiser, "/status/")
    assert shown.context["aside_total"] == 1
    assert order.number in shown.content.decode()
    assert "ValueError(&#x27;x &lt; y&#x27;)" in shown.content.decode()


def test_a_rung_that_waits_shows_as_lag(cast, page, report, clock):
    report()
    assert page(cast.organiser, "/status/").context["lag"] == 0
    clock.pass_(sweep=False, days=2)
    shown = page(cast.organiser, "/status/")
    assert shown.context["lag"] > 3600
    assert not shown.context["awake"]

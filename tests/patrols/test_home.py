"""The worker's first page, his tasks on the phone, and the size of its type."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patrols.selectors.drawing import drawing_of
from tests.patrols.walking import point_at, round_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def seat(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str = "home", **asked) -> str:
    return seat(person).get(reverse(name), asked).content.decode()


@pytest.mark.mechanism("2-33")
def test_the_home_shows_the_own_grid_four_ways_to_act_and_the_call_for_help(cast):
    html = page(cast.worker)
    assert "甲里社区 01 网格" in html
    assert "林小满" in html
    for name in ("field_report", "field_tasks", "field_patrol", "field_visits", "field_sos"):
        assert f'href="{reverse(name)}' in html


def test_what_waits_is_shown_with_its_clock_and_what_to_do(cast, order_at):
    look_again, check = order_at("finished"), order_at("checking")
    response = seat(cast.worker).get(reverse("home"))
    assert {order.pk for order in response.context["home"].tasks} == {look_again.pk, check.pk}
    html = response.content.decode()
    assert "回看" in html
    assert "核实" in html
    assert html.count('class="ring-fg"') == 2


def test_a_late_task_says_so_in_words_and_not_by_colour_alone(cast, order_at, clock):
    order_at("finished")
    clock.pass_(hours=30)
    html = page(cast.worker)
    assert 'class="ring late"' in html
    assert "超" in html
    assert "1 件超时" in html


def test_an_empty_home_says_so_in_words(cast):
    html = page(cast.worker)
    assert "没有等您办的事" in html
    assert "今天没有给您排巡查。" in html


def test_the_next_two_points_and_how_many_were_seen(cast):
    stops = round_with(cast.worker, *[point_at(place, name=f"点 {place}") for place in range(4)]).stops
    stops.filter(place=1).update(state="seen")
    response = seat(cast.worker).get(reverse("home"))
    assert [stop.place for stop in response.context["home"].ahead.next] == [2, 3]
    html = response.content.decode()
    assert "今日 4 点，已看 1 点" in html
    assert "data-near" in html


def test_the_small_drawing_holds_the_points_it_speaks_of(cast):
    points = [point_at(place) for place in (2, 9)]
    drawing = drawing_of(points[0].area, [(point.lng, point.lat) for point in points], close=True)
    for point in points:
        x, y = drawing.frame.at(point.lng, point.lat)
        assert drawing.left < x < drawing.left + drawing.width
        assert drawing.top < y < drawing.top + drawing.height


@pytest.mark.parametrize("part", ["lists", "tiles"])
def test_the_parts_refresh_by_themselves(cast, part):
    html = page(cast.worker, part=part)
    assert "<html" not in html
    assert "tile" in html if part == "tiles" else "tasks" in html


def test_the_home_costs_the_same_with_one_task_and_with_three(cast, order_at, django_assert_max_num_queries):
    order_at("finished")
    phone = seat(cast.worker)
    phone.get(reverse("home"))
    with django_assert_max_num_queries(40) as one:
        phone.get(reverse("home"))
    order_at("finished")
    order_at("finished")
    with django_assert_max_num_queries(40) as three:
        phone.get(reverse("home"))
    assert len(three) == len(one)


def test_who_holds_no_post_is_told_what_is_missing(cast):
    for name in ("home", "field_tasks", "field_patrol"):
        assert "您还没有岗位" in page(cast.outsider, name)


def test_no_forbidden_word_stands_on_a_worker_s_page(cast, order_at):
    """国办函〔2026〕12号: no clocking in, no points, no ranking, no time online."""
    order_at("finished")
    round_with(cast.worker, point_at(1))
    for name in ("home", "field_tasks", "field_patrol", "field_sos", "field_help"):
        assert not re.search("打卡|签到|积分|排名|在线时长", page(cast.worker, name)), name


# --- tasks ------------------------------------------------------------------------------------------------------------------
def test_the_tasks_page_lists_what_waits_and_the_own_reports(cast, order_at):
    waiting, mine = order_at("finished"), order_at("accepted")
    html = page(cast.worker, "field_tasks")
    assert reverse("field_task", args=[waiting.number]) in html
    assert mine.number in html


def test_two_taps_lead_from_the_home_to_verifying_with_photos(cast, order_at, upload):
    order = order_at("finished")
    phone = seat(cast.worker)
    assert reverse("field_task", args=[order.number]) in phone.get(reverse("home")).content.decode()
    html = phone.get(reverse("field_task", args=[order.number])).content.decode()
    assert 'type="file"' in html
    said = {"seen": order.event_count, "note": "现场已清。", "photos": upload()}
    answer = phone.post(reverse("field_task_step", args=[order.number, "verify"]), said)
    assert answer.url == reverse("field_tasks")
    order.refresh_from_db()
    assert (order.status, order.photos.filter(moment="after").count()) == ("verified", 2)


def test_what_is_missing_is_asked_for_on_the_same_phone_page_and_nothing_changes(cast, order_at):
    order = order_at("checking")
    answer = seat(cast.worker).post(reverse("field_task_step", args=[order.number, "check"]), {})
    assert answer.status_code == 422
    assert 'class="screen task"' in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "checking"


def test_somebody_quicker_is_told_and_nothing_is_done(cast, order_at):
    order = order_at("finished")
    seen = order.event_count - 1
    answer = seat(cast.worker).post(reverse("field_task_step", args=[order.number, "verify"]), {"seen": seen})
    assert answer.status_code == 409
    order.refresh_from_db()
    assert order.status == "finished"


def test_a_task_of_another_ground_is_not_there(cast, order_at):
    order = order_at("finished")
    assert seat(cast.worker2).get(reverse("field_task", args=[order.number])).status_code == 404


# --- large type ---------------------------------------------------------------------------------------------------------------
def test_large_type_is_switched_by_a_plain_form_and_kept(cast):
    phone = seat(cast.worker)
    answer = phone.post(reverse("field_type"), {"type": "large", "next": reverse("field_tasks")})
    assert answer.url == reverse("field_tasks")
    assert 'data-type="large"' in phone.get(reverse("home")).content.decode()
    phone.post(reverse("field_type"), {"type": "usual"})
    assert "data-type=" not in phone.get(reverse("home")).content.decode().split("<body")[0]


def test_the_switch_leads_nowhere_else(cast):
    answer = seat(cast.worker).post(reverse("field_type"), {"type": "large", "next": "https://example.org/"})
    assert answer.url == reverse("home")

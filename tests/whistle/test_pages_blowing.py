"""Blowing from the page, what stands beside a work order, and notices with their receipts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from tests.conftest import PLACE
from tests.whistle.conftest import staff
from whistle.models import Notice, Whistle

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """`page(user, "whistle", number)`: the page as that person gets it."""

    def get(user, name, *args, **query):
        client.force_login(user)
        return client.get(reverse(name, args=args), query)

    return get


def html(response) -> str:
    return response.content.decode()


# --- blowing ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def said(clock):
    """What the form of a whistle sends; fields may be changed."""

    def make(**changes):
        fields = {
            "sort": "work", "words": "十段社区无主空地，垃圾堆积。", "spring": "masses", "place": "空地东侧", **PLACE, "datum": "wgs84",
            "meet_at": (clock.now + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"), "item": "1", "complex": "yes",
            "called_1": "department:parks", "asked_1": "移植树木", "called_2": "department:sanitation",
            "effort_on_1": f"{clock.now:%Y-%m-%d}", "effort_words_1": "社区已清理两次",
        }  # fmt: skip
        return {**fields, **changes}

    return make


def test_blowing_shows_first_who_will_be_called_and_by_when_and_nothing_has_gone_out(client, said, cast):
    client.force_login(cast.secretary)
    shown = client.post(reverse("blow"), said())
    assert shown.status_code == 200
    assert not Whistle.objects.exists()
    assert not Notice.objects.exists()
    for words in ("园林绿化所", "10 月 9 日 11:42", "10 月 9 日 12:42", "不能悄悄收回", "移植树木"):
        assert words in html(shown), words
    sent = client.post(reverse("blow"), said(confirmed="1"))
    whistle = Whistle.objects.get()
    assert sent["Location"] == reverse("whistle", args=[whistle.number])
    assert whistle.status == "calling"
    assert whistle.summonses.count() == 2


def test_a_second_press_of_the_button_blows_no_second_whistle(client, said, cast):
    client.force_login(cast.secretary)
    one, two = (client.post(reverse("blow"), said(confirmed="1"))["Location"] for _press in range(2))
    assert one == two
    assert Whistle.objects.count() == 1


def test_changing_something_keeps_what_was_said(client, said, cast):
    client.force_login(cast.secretary)
    back = client.post(reverse("blow"), said(change="1"))
    assert back.status_code == 200
    assert "十段社区无主空地" in html(back)
    assert not Whistle.objects.exists()
    assert 'class="errors"' not in html(back)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"effort_on_1": "", "effort_words_1": ""}, "请先写明街道先行处置了什么"),
        ({"item": ""}, "请选择吹哨清单事项"),
        ({"lng": "117.5"}, "集合地点不在"),
        ({"called_1": "", "asked_1": "", "called_2": ""}, "请至少召集一家"),
        ({"meet_at": "2026-10-08T10:00"}, "时间须在以后"),
    ],
)
def test_what_is_missing_is_asked_for_at_its_field_and_nothing_goes_out(client, said, cast, changes, words):
    client.force_login(cast.secretary)
    response = client.post(reverse("blow"), said(**changes))
    assert response.status_code == 422
    assert words in html(response)
    assert not Whistle.objects.exists()


def test_a_community_applies_with_the_same_page(client, said, cast):
    client.force_login(cast.community)
    shown = client.post(reverse("blow"), said())
    assert "提出申请" in html(shown)
    assert "街道须在" in html(shown)
    client.post(reverse("blow"), said(confirmed="1"))
    assert Whistle.objects.get().status == "raised"
    assert Notice.objects.filter(user=cast.secretary, about="raised").exists()


def test_who_may_neither_blow_nor_apply_is_told_so(page, cast):
    for user in (cast.worker, cast.officer, cast.outsider):
        response = page(user, "blow")
        assert response.status_code == 403
        assert "您的岗位不能吹哨" in html(response)


def test_an_order_brings_its_words_and_a_matter_its_history_and_from_the_third_on_its_cause(page, order_at, blow, cast):
    order = order_at("handling")
    fresh = html(page(cast.secretary, "blow", order=order.number))
    assert order.words in fresh
    assert f'value="{order.number}"' in fresh
    first = blow()
    second = blow(again=first, words="同一空地又堆垃圾。")
    assert "已吹哨 2 次" in html(page(cast.secretary, "blow", again=second.number))
    assert 'name="cause"' in html(page(cast.secretary, "blow", again=second.number))
    assert page(cast.secretary, "blow", order="GD20990101-00001").status_code == 404


def test_the_page_says_of_each_kind_who_may_and_by_when(page, cast):
    found = html(page(cast.secretary, "blow"))
    for words in ("工作推进哨", "攻坚克难哨", "应急哨", "签收 1 个工作小时", "只有党工委书记", "不分昼夜"):
        assert words in found, words
    assert "社区吹哨党员报到" not in found


# --- beside a work order ---------------------------------------------------------------------------------------------
def test_an_orders_page_leads_to_blowing_and_shows_the_whistle_that_runs(page, order_at, blow, cast):
    order = order_at("handling")
    assert f"?order={order.number}" in html(page(cast.secretary, "order", order.number))
    assert f"?order={order.number}" not in html(page(cast.officer, "order", order.number))
    whistle = blow(order=order)
    running = html(page(cast.secretary, "order", order.number))
    assert whistle.number in running
    assert "吹哨中" in running
    assert f"?order={order.number}" not in running


def test_an_orders_page_asks_one_question_more_at_most_and_none_for_others(page, order_at, cast):
    order = order_at("handling")
    for user, more in ((cast.secretary, 1), (cast.officer, 0), (cast.worker, 0)):
        with CaptureQueriesContext(connection) as asked:
            page(user, "order", order.number)
        assert sum("whistle_whistle" in query["sql"] for query in asked) == more


# --- notices ---------------------------------------------------------------------------------------------------------
def test_the_bell_counts_what_is_unread_and_opening_a_notice_leaves_its_receipt(client, page, blow, cast):
    whistle = blow()
    assert "1 条未读通知" in html(page(cast.officer, "desk"))
    listed = page(cast.officer, "notices")
    assert "您被召集" in html(listed)
    notice = Notice.objects.get(user=cast.officer)
    opened = client.post(reverse("notice", args=[notice.pk]))
    assert opened["Location"] == reverse("whistle", args=[whistle.number])
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "通知，没有未读" in html(page(cast.officer, "desk"))


def test_nobody_sees_or_opens_anothers_notice(client, page, blow, cast):
    blow()
    notice = Notice.objects.get(user=cast.officer)
    assert page(cast.officer_b, "notices").context["page"].rows == []
    client.force_login(cast.officer_b)
    assert client.post(reverse("notice", args=[notice.pk])).status_code == 404
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_reading_the_whistle_itself_is_reading_what_was_told_of_it(page, blow, cast):
    whistle = blow()
    page(cast.officer, "whistle", whistle.number, part="moving")
    assert Notice.objects.get(user=cast.officer).read_at is None  # a page that refreshes by itself reads nothing
    page(cast.officer, "whistle", whistle.number)
    receipts = page(cast.secretary, "whistle", whistle.number).context["receipts"]
    assert {notice.user_id for notice in receipts.notices if notice.read_at} == {cast.officer.pk}


def test_all_can_be_marked_as_read_at_once(client, blow, cast):
    blow(), blow(words="另一处")
    client.force_login(cast.officer)
    client.post(reverse("read_all"))
    assert not Notice.objects.filter(user=cast.officer, read_at=None).exists()
    assert Notice.objects.filter(user=staff("parks"), read_at=None).count() == 2


# The rooms above tell theirs in words of their own (`templates/assessment/notices/`).
@pytest.mark.parametrize("about", [each for each in Notice.About.values if each not in ("board", "appeal", "reward")])
def test_every_notice_has_its_sentence(page, blow, cast, about):
    whistle = blow()
    Notice.objects.filter(user=cast.officer).update(about=about)
    assert escape(whistle.title) in html(page(cast.officer, "notices"))


def test_notices_cost_the_same_for_one_and_for_many(page, blow, cast):
    costs = []
    for turn in range(3):
        blow(words=f"第 {turn} 处")
        with CaptureQueriesContext(connection) as asked:
            page(cast.officer, "notices")
        costs.append(len(asked))
    assert len(set(costs[1:])) == 1

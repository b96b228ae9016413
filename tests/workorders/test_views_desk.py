"""The desk: rail, rows, preview, and its parts for a page that is already open."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from workorders.models import Category, SavedView, WorkOrder
from workorders.services import orders, presence


@pytest.fixture
def desk(client):
    """`desk(user, view="late")`: the desk as that person gets it."""

    def get(user, **query):
        client.force_login(user)
        return client.get(reverse("desk"), query)

    return get


def test_the_desk_shows_views_rows_and_the_first_order(desk, report, cast):
    order = report()
    html = desk(cast.dispatcher).content.decode()
    assert html.count(order.number) >= 3  # row, its link, preview
    assert "新上报" in html
    assert 'aria-current="true"' in html


def test_an_opened_order_stands_in_the_preview(desk, report, cast):
    first, second = report(), report()
    html = desk(cast.dispatcher, open=second.number).content.decode()
    assert f'class="prev-b" data-number="{second.number}"' in html
    assert "panes-one" in html
    assert f'class="prev-b" data-number="{first.number}"' not in html


def test_opening_what_is_not_visible_is_not_found(desk, report, cast):
    assert desk(cast.officer, open=report().number).status_code == 404


@pytest.mark.parametrize(("part", "has", "lacks"), [("rail", "新上报", "data-row"), ("rows", "data-row", "rail-foot")])
def test_a_part_is_a_part(desk, report, cast, part, has, lacks):
    report()
    html = desk(cast.dispatcher, part=part).content.decode()
    assert has in html
    assert lacks not in html
    assert "<html" not in html


def test_an_unknown_view_or_part_is_the_desk_itself(desk, report, cast):
    report()
    response = desk(cast.dispatcher, view="nonsense", part="nonsense", after="nonsense")
    assert response.status_code == 200
    assert "我的" in response.content.decode()


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00%2B23:59_1", "x", "_"])
def test_a_mangled_page_key_shows_the_first_page(client, report, cast, key):
    order = report()
    client.force_login(cast.dispatcher)
    response = client.get(f"{reverse('desk')}?view=open&after={key}")
    assert response.status_code == 200
    assert order.number in response.content.decode()


def test_the_main_action_names_where_it_goes(desk, order_at, cast, sanitation):
    order = order_at("accepted")
    html = desk(cast.dispatcher).content.decode()
    assert "派遣到环卫所" in html
    assert reverse("step", args=[order.number, "dispatch"]) in html
    assert html.count("btn-main") == 1


def test_an_empty_view_says_so_and_where_to_go(desk, cast):
    html = desk(cast.dispatcher, view="late").content.decode()
    assert "这里没有工单" in html
    assert "?view=open" in html


def test_a_search_without_a_hit_says_so(desk, report, cast):
    report()
    html = desk(cast.dispatcher, q="不存在的词").content.decode()
    assert "没有符合的工单" in html
    assert "搜索「不存在的词」" in html


def test_a_whole_number_leads_to_its_order(desk, report, cast):
    order = report()
    assert desk(cast.dispatcher, q=order.number).url == reverse("order", args=[order.number])


def test_a_filter_that_is_not_understood_is_said(desk, report, cast):
    report()
    assert "认不出" in desk(cast.dispatcher, source="rumour").content.decode()


def test_who_may_report_can_do_so_from_the_desk_and_nobody_else(desk, cast):
    assert reverse("report") in desk(cast.dispatcher).content.decode()
    assert reverse("report") not in desk(cast.officer).content.decode()


def test_no_list_ever_names_a_resident(desk, report, cast):
    report(source="resident", reporter={"name": "宋知秋", "phone": "10000001234"})
    html = desk(cast.dispatcher).content.decode()
    assert "宋知秋" not in html
    assert "10000001234" not in html


def test_who_sees_nothing_sees_an_explanation(desk, cast):
    response = desk(cast.outsider)
    assert response.status_code == 200
    assert "还没有岗位" in response.content.decode()


def test_pages_follow_one_another(desk, report, cast, monkeypatch):
    monkeypatch.setattr("workorders.selectors.paging.page_of.__kwdefaults__", {"after": "", "before": "", "size": 2})
    made = [report().number for _turn in range(3)]
    first = desk(cast.dispatcher, view="open")
    assert first.context["queue"].page.before == ""
    second = desk(cast.dispatcher, view="open", after=first.context["queue"].page.after)
    assert [order.number for order in second.context["queue"].page.rows] == made[2:]
    assert 'rel="prev"' in second.content.decode()


def test_the_desk_costs_the_same_with_one_order_and_with_thirty(desk, report, cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk(cast.dispatcher, view="open")
        return len(asked)

    report()
    cost()  # fills what a process reads once
    one = cost()
    for _turn in range(29):
        report()
    SavedView.objects.create(user=cast.dispatcher, name="垃圾", query="view=open&q=垃圾")
    with_own = cost()
    SavedView.objects.create(user=cast.dispatcher, name="路灯", query="view=open&source=patrol&area=120106990001")
    assert cost() == with_own + 1  # the areas of all of them; the count stays one question
    SavedView.objects.all().delete()
    assert cost() == one


def test_the_desk_speaks_english_by_a_switch(client, report, cast):
    report()
    client.force_login(cast.dispatcher)
    client.cookies["django_language"] = "en"
    html = client.get(reverse("desk")).content.decode()
    assert "New reports" in html
    assert "15 min left" in html


def test_a_person_keeps_views_of_his_own_and_takes_them_away(client, desk, report, cast):
    report(words="井盖松动。")
    client.force_login(cast.dispatcher)
    page = client.post(reverse("keep_view"), {"name": "井盖", "query": "view=open&q=井盖&after=x&open=y"}, follow=True)
    html = page.content.decode()
    assert "已保存视图「井盖」" in html
    kept = SavedView.objects.get()
    assert (kept.user, kept.query) == (cast.dispatcher, "view=open&q=%E4%BA%95%E7%9B%96")
    assert f'?mine={kept.pk}&amp;view=open&amp;q=%E4%BA%95%E7%9B%96" aria-current="page">井盖<b>1</b>' in html
    assert "井盖<b>" not in desk(cast.duty_chief).content.decode()
    client.force_login(cast.duty_chief)
    assert client.post(reverse("drop_view", args=[kept.pk])).status_code == 404
    client.force_login(cast.dispatcher)
    client.post(reverse("drop_view", args=[kept.pk]))
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_is_not_kept_and_the_same_name_means_the_new_list(client, cast):
    client.force_login(cast.dispatcher)
    assert "toast-error" in client.post(reverse("keep_view"), {"name": " "}, follow=True).content.decode()
    assert not SavedView.objects.exists()
    for query in ("view=open", "view=late"):
        client.post(reverse("keep_view"), {"name": "我的", "query": query})
    assert [kept.query for kept in SavedView.objects.all()] == ["view=late"]


def test_twenty_views_are_enough(client, cast):
    client.force_login(cast.dispatcher)
    for number in range(21):
        client.post(reverse("keep_view"), {"name": f"视图 {number}", "query": "view=open"})
    assert SavedView.objects.count() == 20


@pytest.fixture
def quiet_cache():
    cache.clear()
    yield
    cache.clear()


def test_a_colleague_at_work_on_an_order_is_shown_in_its_row_and_preview(desk, report, cast, quiet_cache):
    order = report()
    desk(cast.duty_chief, view="new", open=order.number)
    html = desk(cast.dispatcher, view="new").content.decode()
    assert html.count("值班长 夏白露 正在处理") == 2  # row and preview
    assert "row-busy" in html
    assert "正在处理" not in desk(cast.duty_chief, view="new").content.decode()


def test_who_only_looks_on_is_not_at_work(desk, report, cast, quiet_cache):
    order = report()
    desk(cast.leader, view="open", open=order.number)
    assert "正在处理" not in desk(cast.dispatcher, view="new").content.decode()


def test_presence_passes_after_a_minute_and_stays_while_the_page_says_so(desk, report, cast, quiet_cache, monkeypatch):
    order = report()
    desk(cast.duty_chief, view="new", open=order.number)
    now = presence.time.time()
    monkeypatch.setattr(presence.time, "time", lambda: now + 61)
    assert presence.others_at([order.pk], cast.dispatcher) == {}
    desk(cast.duty_chief, view="new", part="rows", at=order.number)
    assert presence.others_at([order.pk], cast.dispatcher) == {order.pk: "值班长 夏白露"}
    presence.leave(order.pk, cast.duty_chief)
    assert presence.others_at([order.pk], cast.dispatcher) == {}


def test_without_the_cache_nobody_is_shown_and_nothing_fails(desk, report, cast, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    order = report()
    assert desk(cast.duty_chief, view="new", open=order.number).status_code == 200
    presence.leave(order.pk, cast.duty_chief)
    html = desk(cast.dispatcher, view="new").content.decode()
    assert order.number in html
    assert "正在处理" not in html


def test_a_step_from_a_page_that_is_out_of_date_shows_what_changed_and_keeps_what_was_said(client, report, cast):
    order = report()
    orders_before = WorkOrder.objects.get(pk=order.pk).event_count
    orders.accept(order, by=cast.duty_chief, note="我来办。")
    client.force_login(cast.dispatcher)
    answer = client.post(
        reverse("step", args=[order.number, "refuse"]),
        {"seen": orders_before, "reason": "secret", "words": "请另行反映。"},
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "刚刚有别人改动了这件工单" in html
    assert html.index("夏白露") < html.index("待派遣")
    assert WorkOrder.objects.get(pk=order.pk).status == "accepted"


def test_a_step_still_possible_waits_for_a_second_look_and_then_goes_through(client, order_at, cast, sanitation):
    order = order_at("accepted")
    seen = order.event_count
    client.force_login(cast.duty_chief)
    client.post(reverse("step", args=[order.number, "tag"]), {"tags": ["key"], "seen": seen})
    client.force_login(cast.dispatcher)
    said = {"department": sanitation.pk, "note": "尽快。"}
    answer = client.post(reverse("step", args=[order.number, "dispatch"]), {**said, "seen": seen})
    assert answer.status_code == 409
    assert 'value="尽快。"' in answer.content.decode()
    answer = client.post(reverse("step", args=[order.number, "dispatch"]), {**said, "seen": seen + 1})
    assert answer.status_code == 302


def test_one_s_own_and_the_house_s_own_events_are_no_surprise(client, order_at, cast, sanitation, clock):
    order = order_at("accepted")
    seen = order.event_count
    client.force_login(cast.dispatcher)
    client.post(reverse("step", args=[order.number, "tag"]), {"tags": ["key"], "seen": seen})
    clock.pass_(minutes=31)
    assert WorkOrder.objects.get(pk=order.pk).event_count > seen + 1
    answer = client.post(reverse("step", args=[order.number, "dispatch"]), {"department": sanitation.pk, "seen": seen})
    assert answer.status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999", "²"])
def test_a_mangled_count_of_events_is_none(client, report, cast, seen):
    order = report()
    client.force_login(cast.dispatcher)
    assert client.post(reverse("step", args=[order.number, "accept"]), {"seen": seen}).status_code == 302


@pytest.mark.mechanism("2-35")
def test_an_urgent_order_says_whom_to_call_at_each_level(desk, report, cast, category):
    urgent = Category.objects.filter(rulebook=category.rulebook, urgency="urgent", handler__isnull=False).first()
    for user in (cast.worker, cast.community, cast.secretary):
        user.phone = "13900000000"
        user.save()
    order = report(category=urgent)
    html = desk(cast.dispatcher, view="new", open=order.number).content.decode()
    assert "紧急：逐级联系人" in html
    calls = html[html.index('class="sec calls"') : html.index('<dl class="sug"')]
    assert calls.index("林小满") < calls.index("谢霜降") < calls.index("秦立秋")
    plain = report()
    assert "逐级联系人" not in desk(cast.dispatcher, view="new", open=plain.number).content.decode()

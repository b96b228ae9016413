"""The desk: rail, rows, preview, and its parts for a page that is already open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


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


def test_the_desk_costs_the_same_with_one_order_and_with_three(desk, report, cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk(cast.dispatcher, view="open")
        return len(asked)

    report()
    cost()  # fills what a process reads once
    one = cost()
    report()
    report()
    assert cost() == one


def test_the_desk_speaks_english_by_a_switch(client, report, cast):
    report()
    client.force_login(cast.dispatcher)
    client.cookies["django_language"] = "en"
    html = client.get(reverse("desk")).content.decode()
    assert "New reports" in html
    assert "15 min left" in html

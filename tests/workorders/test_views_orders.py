"""One order's page, the one address of every step, and the look behind the mask."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from casework.models import Event
from workorders.models import Reporter, Unmasking, WorkOrder
from workorders.services import orders


@pytest.fixture
def page(client):
    """`page(user, order)`: the order's page as that person gets it."""

    def get(user, order, **query):
        client.force_login(user)
        return client.get(reverse("order", args=[order.number]), query)

    return get


@pytest.fixture
def take(client):
    """`take(user, order, "accept", note="…")`: the step as that person's browser sends it."""

    def post(user, order, step, **said):
        client.force_login(user)
        return client.post(reverse("step", args=[order.number, step]), said)

    return post


def test_the_page_shows_facts_stages_clocks_history_and_place(page, order_at, cast):
    html = page(cast.dispatcher, order_at("handling")).content.decode()
    for words in ("3 号楼前垃圾外露", "120106990001001", "环卫所", "处置", "甲里社区", "只增不改", 'class="place"'):
        assert words in html


def test_the_page_says_why_the_deadline_is_what_it_is(page, order_at, cast, category):
    days_long = type(category).objects.get(rulebook=category.rulebook, code="030102")
    html = page(cast.dispatcher, order_at("handling", category=days_long)).content.decode()
    assert "为什么是 10 月 12 日 10:42" in html
    assert "2 个工作日，10 月 10 日 调休上班计入" in html.replace("；", "，")
    assert "day-off" in html


def test_what_is_not_visible_is_not_found_and_says_so(page, order_at, cast):
    response = page(cast.outsider, order_at("handling"))
    assert response.status_code == 404
    assert "不在您的范围内" in response.content.decode()


def test_a_number_that_never_was_is_not_found_in_the_same_words(client, report, cast):
    order = report()
    client.force_login(cast.outsider)
    known = client.get(reverse("order", args=[order.number])).content.decode().replace(order.number, "")
    unknown = client.get(reverse("order", args=["GD20990101-00001"])).content.decode()
    strip = lambda html: html.split('id="main"')[1].replace("GD20990101-00001", "")  # noqa: E731
    assert strip(known) == strip(unknown)


@pytest.mark.parametrize(
    ("status", "who", "buttons"),
    [
        ("reported", "dispatcher", {"accept", "refuse", "ask_check", "join", "tag"}),
        ("accepted", "dispatcher", {"dispatch", "offer", "question", "join", "tag"}),
        ("dispatched", "officer", {"sign_for", "send_back"}),
        (
            "handling", "officer",
            {"finish", "plan", "progress", "hand_to", "send_back", "ask_longer", "ask_parking"},
        ),
        ("finished", "worker", {"verify", "rework"}),
        ("verified", "dispatcher", {"close", "rework", "tag"}),
        ("closed", "worker", {"rate"}),
        ("reported", "worker", {"keep", "settle", "withdraw"}),
        ("handling", "dispatcher", {"recall", "tag"}),
        ("ruling", "duty_chief", {"uphold", "grant", "name_owner", "press", "file_clue", "tag"}),
        ("parked", "duty_chief", {"review", "resume", "press", "file_clue", "tag"}),
        ("handling", "supervisor", {"press", "file_clue"}),
        ("handling", "leader", set()),
    ],
)  # fmt: skip
def test_a_button_stands_there_only_for_whom_it_is(page, order_at, cast, status, who, buttons):
    order = order_at(status)
    html = page(getattr(cast, who), order).content.decode()
    steps = order.lifecycle.by_name
    assert {name for name in steps if reverse("step", args=[order.number, name]) in html} == buttons
    mains = {step.name for step in order.lifecycle.leaving(status) if step.main}
    assert html.count("btn-main") == len(mains & buttons)


def test_where_nothing_is_to_be_done_the_page_says_who_is_expected(page, order_at, cast):
    assert "等环卫所处置，并上传办后照片。" in page(cast.dispatcher, order_at("handling")).content.decode()


def test_the_whole_line_goes_through_one_address(take, report, cast, sanitation, upload):
    order = report()
    line = [
        (cast.dispatcher, "accept", {}),
        (cast.dispatcher, "dispatch", {"department": sanitation.pk, "note": "请带夹子"}),
        (cast.officer, "sign_for", {}),
        (cast.officer, "finish", {"result": "已清运", "photos": [upload(), upload()]}),
        (cast.worker, "verify", {"note": "看过"}),
        (cast.dispatcher, "close", {}),
        (cast.worker, "rate", {"solved": "yes", "stars": "5", "words": "很快"}),
    ]
    for user, step, said in line:
        response = take(user, order, step, **said)
        assert (response.status_code, response.url) == (302, reverse("order", args=[order.number])), step
    order = WorkOrder.objects.get(pk=order.pk)
    assert (order.status, order.stars, order.photos.filter(moment="after").count()) == ("rated", 5, 2)


def test_a_step_says_what_it_did(take, page, report, cast):
    order = report()
    take(cast.dispatcher, order, "accept")
    assert f"{order.number} 已受理，现在是「待派遣」。" in page(cast.dispatcher, order).content.decode()


def test_what_is_missing_is_asked_for_on_the_same_page_and_nothing_has_changed(take, order_at, cast):
    order = order_at("handling")
    before = Event.objects.count()
    response = take(cast.officer, order, "finish", result="已清运并冲洗")
    html = response.content.decode()
    assert (response.status_code, Event.objects.count()) == (422, before)
    assert 'href="#finish_photos"' in html
    assert "已清运并冲洗" in html


def test_a_refusal_of_the_service_stands_in_the_form(take, order_at, cast, sanitation, city):
    order = order_at("reported")
    response = take(cast.dispatcher, order, "refuse", reason="nothing_new", words=" ")
    assert response.status_code == 422
    assert "refuse_words" in response.content.decode()
    assert WorkOrder.objects.get(pk=order.pk).status == "reported"


def test_the_wrong_person_is_refused_before_his_form_is_read(take, order_at, cast):
    response = take(cast.worker, order_at("reported"), "refuse")
    assert response.status_code == 403
    assert "不由您来办" in response.content.decode()


def test_the_wrong_moment_is_a_conflict_with_a_sentence(take, order_at, cast):
    response = take(cast.dispatcher, order_at("reported"), "close")
    assert response.status_code == 409
    assert escape("待结案") in response.content.decode()


def test_pressing_twice_changes_nothing_the_second_time(take, report, cast):
    order = report()
    assert take(cast.dispatcher, order, "accept").status_code == 302
    assert take(cast.dispatcher, order, "accept").status_code == 409
    assert order.events.filter(verb="accepted").count() == 1


def test_an_unknown_step_is_not_found(take, report, cast):
    assert take(cast.dispatcher, report(), "explode").status_code == 404


def test_a_step_on_what_is_not_visible_is_not_found(take, report, cast):
    assert take(cast.outsider, report(), "accept").status_code == 404


def test_a_step_is_never_taken_by_a_link(client, report, cast):
    client.force_login(cast.dispatcher)
    assert client.get(reverse("step", args=[report().number, "accept"])).status_code == 405


def test_a_step_leads_back_to_the_desk_it_came_from_and_nowhere_else(take, report, cast):
    assert take(cast.dispatcher, report(), "accept", next="/orders/?view=new").url == "/orders/?view=new"
    order = report()
    assert take(cast.dispatcher, order, "accept", next="https://elsewhere.example/").url == f"/orders/{order.number}/"


# --- the reporter ----------------------------------------------------------------------------------------------------
@pytest.fixture
def resident_order(report):
    return report(source="resident", reporter={"name": "宋知秋", "phone": "10000001234", "id_number": "110000"})


def test_a_reporter_is_masked_to_everybody(page, resident_order, cast):
    for user in (cast.dispatcher, cast.worker, cast.leader):
        html = page(user, resident_order).content.decode()
        assert "宋＊＊" in html
        assert "宋知秋" not in html
        assert "10000001234" not in html


def test_only_who_may_unmask_is_offered_to(page, resident_order, cast):
    address = reverse("unmask", args=[resident_order.number])
    assert address in page(cast.dispatcher, resident_order).content.decode()
    assert address not in page(cast.worker, resident_order).content.decode()


def test_a_look_behind_the_mask_needs_a_reason_and_leaves_a_trace(client, resident_order, cast):
    client.force_login(cast.dispatcher)
    address = reverse("unmask", args=[resident_order.number])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert Unmasking.objects.count() == 0
    response = client.post(address, {"reason": "回访"})
    assert "宋知秋" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    look = Unmasking.objects.get()
    assert (look.by, look.reason, look.order) == (cast.dispatcher, "回访", resident_order)


def test_who_may_not_unmask_is_refused(client, resident_order, cast):
    client.force_login(cast.worker)
    response = client.post(reverse("unmask", args=[resident_order.number]), {"reason": "好奇"})
    assert response.status_code == 403
    assert Unmasking.objects.count() == 0


def test_an_erased_reporter_cannot_be_unmasked(page, resident_order, cast):
    Reporter.objects.filter(order=resident_order).update(name="", phone="", erased_at=resident_order.opened_at)
    html = page(cast.dispatcher, resident_order).content.decode()
    assert "已应要求删除" in html
    assert reverse("unmask", args=[resident_order.number]) not in html


# --- the moving part, the cost, what people wrote --------------------------------------------------------------------
def test_the_moving_part_says_that_something_happened_meanwhile(page, report, cast):
    order = report()
    quiet = page(cast.dispatcher, order, part="moving", seen=order.event_count).content.decode()
    assert "有了变化" not in quiet
    assert "<html" not in quiet
    orders.accept(order, by=cast.dispatcher)
    assert "有了变化" in page(cast.dispatcher, order, part="moving", seen=order.event_count).content.decode()


def test_the_page_costs_the_same_however_much_has_happened(page, report, cast, order_at, picture, clock):
    def cost(order) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(cast.leader, order)
        return len(asked)

    short = cost(report())
    long = order_at("closed", pictures=[picture] * 3)
    assert cost(long) <= short + 2  # a department more to ask about, and the photos' own question stays one


def test_what_people_write_is_shown_as_text(page, report, cast):
    order = report(words="<img src=x onerror=alert(1)>", place='"><script>alert(1)</script>')
    html = page(cast.dispatcher, order).content.decode()
    assert "<img src=x" not in html
    assert "<script>alert" not in html

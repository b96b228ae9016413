"""The pages of the whistle: the list for each of the cast, the board on site, the signed papers."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from casework.moment import now
from tests.whistle.conftest import planned, replied, summons, there
from whistle.models import Whistle
from whistle.services.codes import current_code
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """`page(user, "whistle", number)`: the page as that person gets it."""

    def get(user, name, *args, **query):
        client.force_login(user)
        return client.get(reverse(name, args=args), query)

    return get


@pytest.fixture
def take(client):
    """`take(user, whistle, "sign", …)`: the step as that person's browser sends it."""

    def post(user, whistle, step, **said):
        client.force_login(user)
        return client.post(reverse("whistle_step", args=[whistle.number, step]), said)

    return post


def html(response) -> str:
    return response.content.decode()


def rail(response) -> dict[str, int | None]:
    """The views of the rail with their counts."""
    return {view.code: count for view, count in response.context["rail"]}


def numbers(response) -> list[str]:
    return [row.number for row in response.context["rows"]]


# --- the list --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "views"),
    [
        ("secretary", {"running", "raised", "audit", "rate", "second", "late", "over"}),
        ("dispatcher", {"running", "audit", "late", "over"}),
        ("duty_chief", {"running", "rule", "audit", "second", "late", "over"}),
        ("community", {"running", "raised", "audit", "rate", "late", "over"}),
        ("worker", {"running", "late", "over"}),
        ("officer", {"sign", "arrive", "hand", "returned", "over"}),
        ("leader", {"calls", "running", "second", "late", "over"}),
        ("supervisor", {"running", "second", "late", "over"}),
        ("member", {"calls", "over"}),
    ],
)
def test_each_of_the_cast_has_the_views_of_his_posts(page, cast, who, part, views):
    assert set(rail(page(who(part), "whistles"))) == views


def test_a_department_sees_what_it_has_to_do_next(page, blow, cast):
    whistle = blow(meet_at=now() + dt.timedelta(hours=6))
    assert numbers(page(cast.officer, "whistles", view="sign")) == [whistle.number]
    STEPS["sign"](whistle, by=cast.officer)
    assert numbers(page(cast.officer, "whistles", view="sign")) == []
    assert numbers(page(cast.officer, "whistles", view="arrive")) == [whistle.number]
    there(whistle, "sanitation")
    assert numbers(page(cast.officer, "whistles", view="arrive")) == []
    assert numbers(page(cast.officer, "whistles", view="hand")) == [whistle.number]
    assert numbers(page(cast.officer_b, "whistles", view="arrive")) == []


def test_a_reply_that_did_not_pass_comes_back_to_its_department_until_it_is_given_again(page, whistle_at, cast, clock):
    whistle = whistle_at("handling", departments=("sanitation",))
    said = {"received_at": now(), "spoke_with": "书记", "measures": "已清运", "finish_on": clock.now.date()}
    STEPS["reply"](whistle, by=cast.officer, **said)
    assert numbers(page(cast.secretary, "whistles", view="audit")) == [whistle.number]
    STEPS["audit"](whistle, by=cast.secretary, passed=False, words="缺解决时限")
    assert numbers(page(cast.officer, "whistles", view="returned")) == [whistle.number]
    STEPS["reply"](whistle, by=cast.officer, **said)
    assert numbers(page(cast.officer, "whistles", view="returned")) == []


def test_the_street_sees_what_waits_for_it(page, whistle_at, cast):
    raised, settled = whistle_at("raised"), whistle_at("settled")
    found = rail(page(cast.secretary, "whistles"))
    assert (found["raised"], found["rate"], found["running"]) == (1, 1, 0)
    assert numbers(page(cast.secretary, "whistles", view="raised")) == [raised.number]
    assert numbers(page(cast.secretary, "whistles", view="rate")) == [settled.number]


def test_a_leader_sees_the_second_whistle_that_calls_him(page, whistle_at, cast):
    whistle_at("louder")
    second = Whistle.objects.get(level=2)
    assert numbers(page(cast.leader, "whistles", view="calls")) == [second.number]
    assert "二次哨" in html(page(cast.leader, "whistles", view="second"))


def test_who_has_nothing_is_told_so_and_an_outsider_has_no_post(page, cast):
    assert "没有正在进行的吹哨" in html(page(cast.worker, "whistles", view="running"))
    assert "workorders/no_post.html" in [t.name for t in page(cast.outsider, "whistles").templates]


def test_the_list_costs_the_same_for_one_row_and_for_five(page, blow, cast):
    costs = []
    for many in (1, 4):
        for turn in range(many):
            blow(words=f"第 {turn} 处堆物", meet_at=now() + dt.timedelta(hours=3 + turn))
        page(cast.secretary, "whistles", view="running")
        with CaptureQueriesContext(connection) as asked:
            page(cast.secretary, "whistles", view="running")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_pages_of_the_list_follow_one_another_by_key(page, blow, cast, monkeypatch):
    monkeypatch.setattr("workorders.selectors.paging.page_of.__kwdefaults__", {"after": "", "before": "", "size": 2})
    blown = [blow(words=f"第 {turn} 处", meet_at=now() + dt.timedelta(hours=3)).number for turn in range(3)]
    first = page(cast.secretary, "whistles", view="running")
    assert numbers(first) == blown[:2]
    second = page(cast.secretary, "whistles", **dict(parse_qsl(first.context["next_url"].partition("?")[2])))
    assert numbers(second) == blown[2:]


def test_parts_of_the_list_come_without_the_frame(page, blow, cast):
    whistle = blow()
    for part, words in (("rail", "进行中"), ("rows", whistle.number)):
        found = html(page(cast.secretary, "whistles", part=part))
        assert words in found
        assert "<html" not in found


# --- one whistle -----------------------------------------------------------------------------------------------------
def test_the_page_shows_who_is_here_who_is_late_and_what_happened(page, blow, cast, clock):
    whistle = blow()
    clock.pass_(minutes=20)
    there(whistle, "parks")
    clock.pass_(minutes=20)
    found = html(page(cast.secretary, "whistle", whistle.number))
    for words in (
        "1 家未到场",
        "园林绿化所",
        "环卫所",
        "副主任",
        "位置 0 米",
        "时间线",
        "督查室跟踪督办",
        "十段社区无主空地",
    ):
        assert words in found, words
    assert "15 分" in found  # how late the second is


@pytest.mark.parametrize(
    "status", ["raised", "calling", "handling", "settled", "rated", "declined", "withdrawn", "louder"]
)
@pytest.mark.parametrize("who", ["secretary", "officer", "supervisor"])
def test_every_status_has_its_page_for_all_who_see_it(page, whistle_at, cast, status, who):
    whistle = whistle_at(status)
    response = page(getattr(cast, who), "whistle", whistle.number)
    sees = who != "officer" or status not in ("raised", "declined")
    assert response.status_code == (200 if sees else 404)
    if sees:
        assert (
            escape(str(whistle.lifecycle.statuses[whistle.status])) in html(response) or response.context["board"].runs
        )


def test_the_page_costs_the_same_for_two_units_and_for_six(page, blow, cast):
    costs = []
    for departments in (("parks", "sanitation"), ("parks", "sanitation", "municipal", "housing", "police", "heating")):
        whistle = there(blow(departments=departments, meet_at=now() + dt.timedelta(hours=2)), departments[0])
        page(cast.supervisor, "whistle", whistle.number)
        with CaptureQueriesContext(connection) as asked:
            page(cast.supervisor, "whistle", whistle.number)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_what_is_not_visible_is_not_found(page, blow, cast):
    whistle = blow()
    assert page(cast.outsider, "whistle", whistle.number).status_code == 404
    assert page(cast.officer_b, "whistle", whistle.number).status_code == 404
    assert page(cast.secretary, "whistle", "SZ20990101-00001").status_code == 404


def test_only_the_street_sees_the_code_the_points_and_the_receipts(page, blow, cast):
    whistle = there(blow(), "parks")
    code = current_code(whistle)[0]
    street, unit = (html(page(user, "whistle", whistle.number)) for user in (cast.secretary, cast.officer))
    assert f"<b>{code}</b>" in street
    assert f"<b>{code}</b>" not in unit
    assert 'class="pt"' in street
    assert 'class="pt"' not in unit
    assert "通知与回执" in street
    assert "通知与回执" not in unit


def test_a_unit_reads_its_own_marks_and_not_its_neighbours(page, whistle_at, cast):
    whistle = whistle_at("rated")
    unit, street = (html(page(user, "whistle", whistle.number)) for user in (cast.officer, cast.secretary))
    assert unit.count("4.5 / 5") == 1
    assert street.count("4.5 / 5") == 2


@pytest.mark.parametrize(
    ("status", "who", "main", "more"),
    [
        ("raised", "secretary", "blow", {"decline"}),
        ("calling", "officer", "sign", {"check_in", "announce", "contact", "object_to"}),
        ("calling", "secretary", "register", {"plan", "attach", "withdraw", "file_clue"}),
        ("handling", "officer", "confirm_plan", {"reply", "progress"}),
        ("handling", "secretary", None, {"replan", "attach", "file_clue"}),
        ("settled", "secretary", "rate", {"file_clue"}),
        ("rated", "officer", None, set()),
    ],
)
def test_each_sees_the_steps_that_have_something_to_act_on(page, whistle_at, cast, status, who, main, more):
    changes = {"meet_at": now() + dt.timedelta(hours=2)} if status == "raised" else {}
    context = page(getattr(cast, who), "whistle", whistle_at(status, **changes).number).context
    assert (context["main"]["step"].name if context["main"] else None) == main
    assert {form["step"].name for form in context["more"]} == more


def test_the_moving_parts_come_alone_and_say_that_something_happened(page, blow, cast):
    whistle = blow()
    part = page(cast.secretary, "whistle", whistle.number, part="moving", seen="1")
    assert "此哨有了新情况" in html(part)
    assert "<html" not in html(part)
    assert "未到场如何升级" in html(page(cast.secretary, "whistle", whistle.number, part="beside"))


def test_a_step_is_taken_from_the_page_and_asked_for_again_when_something_is_missing(take, blow, cast):
    whistle = blow()
    assert take(cast.officer, whistle, "sign").status_code == 302
    assert summons(whistle, "sanitation").signed_at
    missing = take(cast.officer, whistle, "check_in", came="刘所长", code="nope")
    assert missing.status_code == 422
    assert "签到码不对" in html(missing)
    assert summons(whistle, "sanitation").wrong_codes == 1
    assert take(cast.officer, whistle, "check_in", came="刘所长", code=current_code(whistle)[0]).status_code == 302
    assert summons(whistle, "sanitation").proof == "code"
    assert take(cast.officer, whistle, "sign").status_code == 409
    assert take(cast.officer_b, whistle, "sign").status_code == 404
    assert take(cast.worker, whistle, "sign").status_code == 403


def test_the_street_is_shown_what_changed_before_it_settles(take, whistle_at, cast):
    whistle = whistle_at("handling")
    seen = whistle.event_count
    STEPS["confirm_plan"](whistle, by=cast.officer)
    stale = take(cast.secretary, whistle, "plan", seen=seen)
    assert stale.status_code == 409
    assert "您的操作没有执行" in html(stale)


def test_a_plan_and_its_reply_are_shown_line_by_line(page, whistle_at, cast):
    whistle = replied(whistle_at("handling"), cast.secretary, "parks")
    found = html(page(cast.secretary, "whistle", whistle.number))
    for words in ("第 1 项", "待确认", "与谁沟通", "办事处主任", "审核通过"):
        assert words in found, words


def test_the_history_of_a_matter_stands_from_the_second_whistle_on(page, blow, whistle_at, cast):
    first = whistle_at("rated")
    second = blow(again=first, words="同一空地又堆垃圾。")
    assert first.number in html(page(cast.secretary, "whistle", second.number))
    assert "本事项的历次吹哨" in html(page(cast.secretary, "whistle", first.number))


def test_the_ladder_tells_when_it_grows_and_what_has_happened(page, whistle_at, blow, cast):
    ladder = page(cast.secretary, "whistle", blow().number).context["board"].ladder
    assert ladder.left
    assert [stair.state for stair in ladder.stairs][:2] == ["", ""]
    gone = whistle_at("louder", words="另一处")
    second = Whistle.objects.get(level=2)
    assert second.number in html(page(cast.secretary, "whistle", gone.number))


def test_a_plan_written_anew_takes_the_place_of_the_old_on_the_page(page, whistle_at, cast):
    whistle = planned(whistle_at("handling"), cast.secretary, "parks")
    assert len(page(cast.secretary, "whistle", whistle.number).context["board"].lines) == 1


# --- signed papers ---------------------------------------------------------------------------------------------------
def test_a_signed_paper_is_saved_never_run_and_only_by_who_sees_the_whistle(page, blow, cast):
    whistle = blow()
    STEPS["attach"](whistle, by=cast.secretary, title="代管协议", parties="街道、园林绿化所", content=b"%PDF-1.4 x")
    key = whistle.agreements.get().key
    response = page(cast.officer, "agreement", key)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", "application/pdf")
    assert b"".join(response.streaming_content) == b"%PDF-1.4 x"
    assert page(cast.officer_b, "agreement", key).status_code == 404
    assert page(cast.outsider, "agreement", key).status_code == 404

"""The desk's pages of patrols: every face, few questions, what each button does, who may press it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from patrols.models import Admission, Checklist, KeyTime, PatrolPoint, RiskPoint, Round, Stop
from patrols.services import planning
from tests.conftest import MORNING
from tests.patrols.listing import fill
from tests.patrols.pointing import INSIDE, department, grid, point, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()
LISTS = ("", "points/", "risks/", "checklists/", "key-times/", "admissions/")


@pytest.fixture
def page(client):
    """`page(cast.duty_chief, "/patrols/")`: what that person gets there."""

    def ask(user: User, address: str, *, language: str = "zh-hans", **said):
        client.force_login(user)
        headers = {"Accept-Language": language}
        return client.post(address, said, headers=headers) if said else client.get(address, headers=headers)

    return ask


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", LISTS)
def test_every_page_has_a_face_when_there_is_nothing(address, language, page, cast):
    Checklist.objects.update(until=MORNING)
    KeyTime.objects.all().delete()
    told = page(cast.duty_chief, f"/patrols/{address}", language=language)
    assert told.status_code == 200
    assert 'class="state"' in told.content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_who_has_no_post_is_told_so(address, page, cast):
    assert page(cast.outsider, f"/patrols/{address}").status_code == 403


def test_list_pages_cost_as_many_questions_for_three_rows_as_for_one(page, cast):
    def questions() -> dict[str, int]:
        found = {}
        for address in LISTS:
            with CaptureQueriesContext(connection) as asked:
                assert page(cast.duty_chief, f"/patrols/{address}").status_code == 200
            found[address] = len(asked)
        return found

    fill(cast, 1)
    questions()  # what a process reads once
    one = questions()
    fill(cast, 2)
    fill(cast, 3)
    assert questions() == one


def test_one_point_and_one_round_cost_as_many_questions_for_many_rows_as_for_one(page, cast):
    lists = Checklist.objects.get(name="楼道与消防")
    first = point("一", checklist=lists)
    planning.make_rounds(TODAY)
    made = Round.objects.get(sort="daily")

    def questions() -> list[int]:
        found = []
        for address in (f"/patrols/points/{first.key}/", f"/patrols/rounds/{made.key}/"):
            with CaptureQueriesContext(connection) as asked:
                assert page(cast.duty_chief, address).status_code == 200
            found.append(len(asked))
        return found

    questions()
    few = questions()
    for number in range(4):
        Stop.objects.create(round=made, point=point(f"多 {number}", east=number, checklist=lists), place=number + 2)
    assert questions() == few


def test_the_menu_leads_to_patrols_whoever_has_use_for_them(page, cast):
    for user in (cast.duty_chief, cast.dispatcher, cast.officer_b, cast.community):
        assert 'href="/patrols/"' in page(user, "/calendar/").content.decode()
    assert 'href="/patrols/"' not in page(cast.leader, "/calendar/").content.decode()


def test_a_planner_sets_a_point_on_the_page_and_sees_it_in_the_list(page, cast):
    lng, lat = INSIDE["001001"]
    told = page(cast.duty_chief, "/patrols/points/new/", name="新充电棚", kind="charging", lng=str(lng), lat=str(lat))
    made = PatrolPoint.objects.get()
    assert told.headers["Location"] == f"/patrols/points/{made.key}/"
    assert (made.name, made.weight, made.interval_days) == ("新充电棚", 3, 2)
    assert "新充电棚" in words(page(cast.duty_chief, "/patrols/points/"))


def test_what_a_service_refuses_stands_at_its_field_and_nothing_is_changed(page, cast):
    lng, lat = INSIDE["002001"]
    told = page(cast.duty_chief, "/patrols/points/new/", name="x", kind="charging", lng="100", lat=str(lat))
    assert told.status_code == 422
    assert "id_lng_error" in told.content.decode()
    where = point()
    answer = page(cast.duty_chief, f"/patrols/points/{where.key}/end/", because="")
    assert (answer.status_code, PatrolPoint.objects.get().ended_at) == (422, None)
    outside = page(
        cast.officer_b,
        "/patrols/risks/",
        department=department().pk,
        sort="risk",
        level=2,
        name="x",
        reason="x",
        lng="100",
        lat=str(lat),
    )
    assert (outside.status_code, RiskPoint.objects.count()) == (422, 0)
    assert lng


@pytest.mark.mechanism("0-13")
def test_a_unit_goes_from_a_hazard_to_a_list_to_a_key_point_on_the_pages(page, cast):
    lng, lat = INSIDE["001001"]
    risk_fields = {
        "department": department().pk,
        "sort": "hazard",
        "level": 4,
        "name": "地下室电池",
        "reason": "夜间充电",
    }
    page(cast.officer_b, "/patrols/risks/", **risk_fields, lng=lng, lat=lat)
    risk = RiskPoint.objects.get()
    page(
        cast.officer_b,
        "/patrols/checklists/",
        department=department().pk,
        name="电池",
        watch="夜间",
        lines="030103 有没有室内充电\n030101　通道",
    )
    listed = Checklist.objects.get(name="电池")
    assert [(line.item, line.text) for line in listed.items.all()] == [("030103", "有没有室内充电"), ("030101", "通道")]
    page(cast.duty_chief, f"/patrols/risks/{risk.key}/key_point/", kind="charging", checklist=listed.pk)
    where = PatrolPoint.objects.get()
    assert (where.risk, where.checklist, where.area) == (risk, listed, grid())
    told = words(page(cast.worker, f"/patrols/points/{where.key}/"))
    assert "有没有室内充电" in told
    assert "夜间" in told


def test_entry_is_applied_for_and_decided_on_the_pages(page, cast):
    fields = {
        "department": department().pk,
        "sort": "temporary",
        "name": "自建房排查",
        "reason": "百日行动",
        "until": "2026-11-09",
    }
    assert page(cast.officer_b, "/patrols/admissions/", **fields).status_code == 302
    asked = Admission.objects.get()
    assert page(cast.worker, f"/patrols/admissions/{asked.pk}/admit/", answer="x").status_code == 403
    assert page(cast.duty_chief, f"/patrols/admissions/{asked.pk}/refuse/", answer="").status_code == 422
    assert page(cast.duty_chief, f"/patrols/admissions/{asked.pk}/admit/", answer="同意").status_code == 302
    asked.refresh_from_db()
    assert (asked.admitted, asked.code) == (True, f"T{asked.pk:05d}")
    assert page(cast.officer_b, f"/patrols/admissions/{asked.pk}/fly/", because="x").status_code == 404


def test_a_key_time_is_set_and_ended_on_the_page(page, cast):
    top = village().areas.get(parent=None)
    fields = {
        "name": "大会",
        "area": top.pk,
        "sort": "period",
        "since": "2026-10-09",
        "until": "2026-10-12",
        "hours": "8:00-9:30，18:00-19:00",
    }
    assert (
        page(cast.duty_chief, "/patrols/key-times/", **fields, kinds=["station"], times=2, rounds=1, team=3).status_code
        == 302
    )
    made = KeyTime.objects.get(name="大会")
    assert (made.hours, made.kinds) == ([[480, 570], [1080, 1140]], ["station"])
    assert (
        page(
            cast.duty_chief, "/patrols/key-times/", **{**fields, "hours": "25:00-26:00"}, times=2, rounds=1, team=3
        ).status_code
        == 422
    )
    client_answer = page(cast.duty_chief, f"/patrols/key-times/{made.pk}/end/", press="1")
    made.refresh_from_db()
    assert (client_answer.status_code, made.ended_by) == (302, cast.duty_chief)


def test_rounds_are_made_and_taken_back_on_the_page_and_show_who_covers_what(page, cast):
    point("三号棚")
    assert page(cast.worker, "/patrols/make/", day=TODAY.isoformat()).status_code == 403
    assert page(cast.duty_chief, "/patrols/make/", day=TODAY.isoformat()).status_code == 302
    told = words(page(cast.duty_chief, "/patrols/"))
    assert "林小满" in told
    made = Round.objects.get()
    with translation.override("en"):
        assert "三号棚" in words(page(cast.duty_chief, f"/patrols/rounds/{made.key}/"))
    assert page(cast.worker, f"/patrols/rounds/{made.key}/withdraw/", press="1").status_code == 403
    assert page(cast.duty_chief, f"/patrols/rounds/{made.key}/withdraw/", press="1").status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at


def test_where_others_walk_is_seen_by_who_plans_or_watches_and_by_the_walker_himself(page, cast):
    point()
    planning.make_rounds(TODAY)
    made = Round.objects.get()
    for user in (cast.duty_chief, cast.dispatcher, cast.community, cast.worker):
        assert page(user, f"/patrols/rounds/{made.key}/").status_code == 200
    for user in (cast.worker2, cast.officer_b, cast.secretary, cast.leader):
        assert page(user, f"/patrols/rounds/{made.key}/").status_code == 404
        assert "林小满" not in words(page(user, "/patrols/")).replace("夏白露", "")


@pytest.mark.parametrize(
    "address",
    [
        "?day=tomorrow",
        "?day=9999-99-99",
        "?area=nowhere",
        "points/?kind=%27&state=x",
        "points/?after=x_y",
        "?after=2026-01-01T00:00:00_1",
    ],
)
def test_a_mangled_address_shows_the_first_page(address, page, cast):
    point()
    assert page(cast.duty_chief, f"/patrols/{address}").status_code == 200


def test_no_page_of_patrols_says_the_words_that_the_notice_forbids(page, cast):
    """国办函〔2026〕12号: neither clocking in nor points nor rankings, in either language."""
    fill(cast, 1)
    where = PatrolPoint.objects.first()
    for address in (*LISTS, f"points/{where.key}/", "points/new/"):
        for language in ("zh-hans", "en"):
            told = words(page(cast.duty_chief, f"/patrols/{address}", language=language))
            assert not re.search("打卡|签到|积分|排名|在线时长|leaderboard|ranking", told), address

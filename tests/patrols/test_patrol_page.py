"""Today's patrol by plain forms: set out, reach a point by a photo, pass one over, end. The script's way: journeys."""

from __future__ import annotations

import json
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patrols.models import CheckIn, Checklist, ChecklistItem, Patrol, Stop
from tests.patrols.walking import point_at, round_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def round_(cast):
    return round_with(cast.worker, *[point_at(place, name=f"点 {place}") for place in (1, 4, 7)])


@pytest.fixture
def phone(cast) -> Client:
    return seat(cast.worker)


def seat(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def stop(round_, place: int) -> Stop:
    return round_.stops.get(place=place)


@pytest.mark.mechanism("2-33")
def test_a_whole_patrol_works_without_a_script(phone, cast, round_, upload):
    assert "开始巡查" in phone.get(reverse("field_patrol")).content.decode()
    phone.post(reverse("field_patrol_start"))
    patrol = Patrol.objects.get(worker=cast.worker, ended_at=None)
    said = {"key": str(uuid.uuid4()), "photo": upload(), "reason": "手机定位不到。"}
    phone.post(reverse("field_reach", args=[stop(round_, 1).pk]), said)
    phone.post(reverse("field_skip", args=[stop(round_, 2).pk]), {"reason": "大门锁着"})
    assert [each.state for each in round_.stops.order_by("place")] == ["seen", "skipped", "ahead"]
    html = phone.get(reverse("field_patrol_end")).content.decode().split("<main")[1]
    assert ["点 1" in html, "点 4" in html, "点 7" in html] == [False, True, True]
    assert "不扣分" in html
    phone.post(reverse("field_patrol_end"))
    patrol.refresh_from_db()
    assert patrol.ended_at is not None
    assert "巡查已结束" in phone.get(reverse("field_patrol"), {"ended": 1}).content.decode()


def test_the_privacy_line_stands_before_and_during_a_patrol(phone, round_):
    for _turn in range(2):
        html = phone.get(reverse("field_patrol")).content.decode()
        assert "只在巡查中记录，90 天后删除，不算考核" in html
        assert "锁屏或切到后台，记录会中断" in html
        phone.post(reverse("field_patrol_start"))


def test_setting_out_twice_is_one_patrol(phone, cast, round_):
    for _turn in range(2):
        phone.post(reverse("field_patrol_start"))
    assert Patrol.objects.filter(worker=cast.worker).count() == 1


def test_without_a_photo_or_a_reason_nothing_is_confirmed(phone, round_, upload):
    phone.post(reverse("field_patrol_start"))
    for said in ({"reason": "定位不到"}, {"photo": upload(), "reason": " "}):
        answer = phone.post(reverse("field_reach", args=[stop(round_, 1).pk]), {"key": str(uuid.uuid4()), **said})
        assert answer.status_code == 422
    assert not CheckIn.objects.exists()


def test_the_same_form_sent_twice_confirms_once(phone, round_, upload):
    phone.post(reverse("field_patrol_start"))
    key = str(uuid.uuid4())
    for _turn in range(2):
        phone.post(
            reverse("field_reach", args=[stop(round_, 1).pk]), {"key": key, "photo": upload(), "reason": "定位不到"}
        )
    assert CheckIn.objects.count() == 1


def test_the_lines_of_the_checklist_are_answered_one_by_one(phone, city, sanitation, round_, upload):
    checklist = Checklist.objects.create(city=city, department=sanitation, name="清单", made_at=round_.made_at)
    for place, text in enumerate(("飞线", "堆物", "灭火器"), 1):
        ChecklistItem.objects.create(checklist=checklist, place=place, text=text, item="060101")
    first = stop(round_, 1).point
    first.checklist = checklist
    first.save()
    phone.post(reverse("field_patrol_start"))
    said = {"photo": upload(), "reason": "定位不到", "line_1": "fine", "line_3": "wrong"}
    phone.post(reverse("field_reach", args=[stop(round_, 1).pk]), {"key": str(uuid.uuid4()), **said})
    assert CheckIn.objects.get().found == {"1": "fine", "3": "wrong"}


def test_passing_over_needs_a_reason(phone, round_):
    phone.post(reverse("field_patrol_start"))
    answer = phone.post(reverse("field_skip", args=[stop(round_, 1).pk]), {"reason": ""})
    assert answer.status_code == 422
    assert "请说明为什么到不了这个点。" in answer.content.decode()
    assert stop(round_, 1).state == "ahead"


def test_a_point_that_is_not_on_one_s_round_is_not_there(cast, round_):
    assert seat(cast.worker2).get(reverse("field_stop", args=[stop(round_, 1).pk])).status_code == 404


def test_without_a_patrol_a_point_is_not_confirmed(phone, round_, upload):
    said = {"key": str(uuid.uuid4()), "photo": upload(), "reason": "定位不到"}
    assert phone.post(reverse("field_reach", args=[stop(round_, 1).pk]), said).status_code == 409
    assert "请先开始巡查" in phone.get(reverse("field_stop", args=[stop(round_, 1).pk])).content.decode()


def test_the_script_is_told_the_rules_the_stops_and_the_frame(phone, round_):
    html = phone.get(reverse("field_patrol")).content.decode()
    told = json.loads(unescape(html.split('data-walk="')[1].split('"')[0]))
    assert told["patrol"] is None
    assert told["rule"] == {"accuracy": 50, "metres": 10, "seconds": 15}
    assert [each["name"] for each in told["stops"]] == ["点 1", "点 4", "点 7"]
    assert told["frame"]["west"] < told["stops"][0]["lng"]


def test_whose_post_sends_him_on_no_patrol_is_told_so(cast):
    html = seat(cast.officer).get(reverse("field_patrol")).content.decode()
    assert "您的岗位不安排巡查。" in html
    assert "data-start" not in html
    assert seat(cast.officer).post(reverse("field_patrol_start")).status_code == 403
    assert seat(cast.outsider).post(reverse("field_patrol_start")).status_code == 302
    assert not Patrol.objects.exists()


def test_a_problem_at_a_point_is_reported_with_its_place(phone, round_):
    html = phone.get(reverse("field_patrol")).content.decode()
    at = stop(round_, 1).point
    assert f"{reverse('field_report')}?lng={at.lng:.6f}&amp;lat={at.lat:.6f}" in html
    form = phone.get(reverse("field_report"), {"lng": "117.1505", "lat": "39.1635", "place": "点 1"}).content.decode()
    assert 'value="117.1505"' in form
    assert 'value="点 1"' in form


def test_who_has_no_round_may_still_set_out(phone, cast):
    phone.post(reverse("field_patrol_start"))
    assert Patrol.objects.get(worker=cast.worker).round is None
    assert phone.get(reverse("field_patrol")).status_code == 200

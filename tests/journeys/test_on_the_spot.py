"""Stories of the grid itself: settled where it was found, or sent up with what was tried; windows, councils, visits."""

from __future__ import annotations

import pytest

from tests.journeys.telling import clock_of, history
from workorders.models import Category

CALLER = {"reporter_name": "欧阳若兰", "reporter_phone": "10000005678"}


@pytest.mark.mechanism("2-27", "2-32")
def test_the_ten_minute_matter_settled_on_the_spot(desk, cast, clock):
    """三个第一时间: found, taken in hand and solved within ten minutes, and each moment is on record."""
    worker = desk(cast.worker)
    bags = worker.reports("楼道口两袋垃圾。")
    assert {"keep", "settle"} <= worker.may(bags)
    clock.pass_(minutes=2)
    worker.takes(bags, "keep").sees("网格自行处置中")
    assert worker.may(bags) >= {"settle", "pass_up"}
    clock.pass_(minutes=8)
    worker.takes(bags, "settle", result="与住户一起清走。").sees("当场解决", "与住户一起清走")
    assert (bags.status, history(bags)) == ("closed", ["reported", "kept", "settled"])
    assert (clock_of(bags, "accept"), clock_of(bags, "keep")) == ("met", "met")
    assert (bags.closed_at - bags.opened_at).total_seconds() == 600
    assert bags.photos.filter(moment="after").count() == 1
    desk(cast.dispatcher).misses(bags, "new").finds(bags, "closed")


def test_settled_in_the_very_report_and_never_without_a_photo(desk, cast):
    worker = desk(cast.worker)
    worker.cannot_report("楼道口两袋垃圾。", "至少 1 张", settled="当场清走。", photos_after=[])
    bags = worker.reports("楼道口两袋垃圾。", settled="当场清走。")
    assert (bags.status, bags.result) == ("closed", "当场清走。")


@pytest.mark.mechanism("1-11", "2-32")
def test_demand_goes_up_with_what_was_tried_and_the_order_comes_down(desk, cast, unit, clock):
    worker = desk(cast.worker)
    pipe = worker.reports("地下室积水，自己抽不完。", category="060301")
    worker.takes(pipe, "keep")
    clock.pass_(hours=3)
    worker.is_refused(pipe, "pass_up")
    worker.takes(pipe, "pass_up", tried="借泵抽了两小时，水位不降。").sees("已尝试处置，现上报上级", "水位不降")
    assert (pipe.status, clock_of(pipe, "keep"), clock_of(pipe, "accept")) == ("reported", "met", "running")
    desk(cast.dispatcher).finds(pipe, "new").opens(pipe).sees("水位不降")
    desk(cast.dispatcher).takes(pipe, "accept").takes(
        pipe, "dispatch", department=unit("housing"), note="三日内报方案。"
    )
    desk(cast.officer_b).finds(pipe, "mine").opens(pipe).sees("水位不降", "三日内报方案")


@pytest.mark.mechanism("3-22")
def test_a_talk_on_the_doorstep_is_settled_there_or_goes_online_and_is_fed_back(desk, cast, unit):
    worker = desk(cast.worker)
    visit = {"source": "visit", "place_of_talk": "3 号楼 201", **CALLER}
    small = worker.reports("灯泡坏了。", category="060302", settled="当场换好。", **visit)
    worker.sees("面对面走访", "3 号楼 201", "当场解决")
    large = worker.reports("屋顶漏水。", category="060301", new_facts=True, **visit)
    desk(cast.dispatcher).takes(large, "accept").takes(large, "dispatch", department=unit("housing"))
    desk(cast.officer_b).takes(large, "sign_for").takes(large, "contact", note="约周六上门。")
    desk(cast.officer_b).takes(large, "finish", result="已补漏。")
    worker.finds(large, "to_verify").takes(large, "verify")
    desk(cast.dispatcher).takes(large, "close")
    for order in (small, large):
        desk(cast.dispatcher).finds(order, "to_call").takes(order, "record_rating", solved=True, satisfied=True).sees(
            "已解决，满意"
        )
        assert (order.status, order.solved, clock_of(order, "call_back")) == ("rated", True, "met")


@pytest.mark.mechanism("3-40", "3-41", "3-42", "3-44")
def test_one_window_takes_policy_members_and_insurance_and_its_clerk_stays_answerable(desk, cast):
    """一窗通办: three errands at one window; how often somebody had to come is counted; who was asked first is shown."""
    window = desk(cast.community)
    for visits, (service, told) in enumerate(
        (("policy", "政策咨询"), ("members", "党员服务"), ("insurance", "代缴保险")), start=1
    ):
        errand = window.reports(
            f"到窗口办{told}。", category="090102", source="window", window_no="3", service=service,
            visits=visits, new_facts=True, **CALLER,
        )  # fmt: skip
        window.sees("综合受理窗口", "首问负责人", cast.community.name)
        assert (errand.details["visits"], errand.first_asked) == (visits, cast.community)
        desk(cast.dispatcher).opens(errand).sees("首问负责人", cast.community.name, told)
    window.cannot_report("窗口来件。", category="090102", source="window", **CALLER)


@pytest.mark.mechanism("1-16")
def test_what_residents_say_in_the_pavilion_becomes_an_order_and_its_answer_goes_back_there(desk, cast, unit):
    council = desk(cast.community)
    council.cannot_report("停车太乱。", category="060303", source="council")
    wish = council.reports(
        "停车太乱，建议画线。", category="060303", source="council", place_of_talk="凉亭", nature="advice", **CALLER
    )
    council.sees("居民议事厅", "凉亭", "建议")
    desk(cast.dispatcher).looks_at(view="new", source="council").sees(wish.number)
    desk(cast.dispatcher).looks_at(view="new", source="patrol").sees_nothing_of(wish.number)
    desk(cast.dispatcher).takes(wish, "accept").takes(wish, "dispatch", department=unit("estates"))
    desk(cast.officer_b).takes(wish, "sign_for").takes(wish, "contact", note="已向议事厅说明方案。")
    desk(cast.officer_b).takes(wish, "finish", result="已画线 24 个车位。")
    council.takes(wish, "verify", note="已在凉亭通报。").sees("已在凉亭通报", "已画线 24 个车位")


@pytest.mark.mechanism("1-4", "1-41")
def test_an_early_sign_is_kept_at_the_bud_and_tagged_by_the_centre(desk, cast):
    sign = desk(cast.worker).reports("几户商量一起不交物业费。", category="050103", early_sign=True)
    desk(cast.worker).sees("苗头")
    desk(cast.dispatcher).takes(sign, "tag", tags=["key", "hot"]).sees("重点", "热点", "苗头")
    assert (sign.tags, sign.early_sign) == (["key", "hot"], True)
    desk(cast.supervisor).finds(sign, "key").opens(sign).sees("重点", "苗头")
    plain = desk(cast.worker).reports("3 号楼前垃圾外露。")
    desk(cast.supervisor).misses(plain, "key").opens(plain).sees_nothing_of("苗头")


@pytest.mark.mechanism("0-3")
def test_a_party_member_is_part_time_worker_and_volunteer_at_once(desk, cast, appoint):
    """党群联动: one person with two part-time posts reports from his own building; the grid's worker takes it on."""
    for role in ("member_post", "building_head"):
        member = appoint("周芒种", role, area="120106990001001", employment="unpaid", tags=["党员"])
    assert sorted(post.role.code for post in member.posts.all()) == ["building_head", "member_post"]
    leak = desk(member).reports("3 单元门禁坏了。", category="060302")
    desk(member).sees("周芒种").finds(leak, "taken")
    assert desk(member).may(leak) == {"withdraw"}
    desk(cast.worker).takes(leak, "keep").takes(leak, "settle", result="与志愿者一起修好。")
    desk(member).takes(leak, "rate", solved=True, stars=5).sees("评价 5 星，已解决")
    outside = desk(cast.worker2).reports("别的楼。", lng=117.157)
    desk(member).cannot_open(outside)


@pytest.mark.mechanism("2-35")
def test_a_sudden_event_shows_whom_to_call_at_each_level_up_to_the_top(desk, cast, clock):
    """突发事件: the centre knows at once, sees whom to call from the grid upwards, and its clocks run by the minute."""
    for place, person in enumerate((cast.worker, cast.community, cast.secretary)):
        person.phone = f"1000000100{place}"
        person.save()
    fire = desk(cast.worker).reports("配电箱冒烟。", category="030105")
    assert Category.objects.get(pk=fire.category_id).urgency == "urgent"
    centre = desk(cast.dispatcher).finds(fire, "new").looks_at(view="new", open=fire.number)
    centre.sees("紧急：逐级联系人", *(f"1000000100{place}" for place in range(3)))
    text = centre.text[centre.text.index("逐级联系人") :]
    assert text.index("10000001000") < text.index("10000001001") < text.index("10000001002")
    clock.pass_(minutes=16)
    assert clock_of(fire, "accept") == "running"
    centre.finds(fire, "late")

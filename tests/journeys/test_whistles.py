"""Stories of whistles, told at the pages: met, missed, sent back, at night, again and again, and the garden."""

import datetime as dt

import pytest

from accounts.models import User
from grids.models import MemberUnit
from tests.conftest import SHANGHAI
from tests.journeys.whistling import Post, clock_of, local, verbs
from whistle.models import Clue, Notice, Rating, Summons, Supervision, Whistle
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db
PARKS, SANITATION, HOUSING = "department:parks", "department:sanitation", "department:housing"


@pytest.fixture
def post(cast, clock):
    """`post("gardener")`: a person at his pages; the same each time he is named."""
    posts: dict[str, Post] = {}

    def of(username: str) -> Post:
        return posts.setdefault(username, Post(User.objects.get(username=username)))

    return of


@pytest.mark.mechanism("2-12")
@pytest.mark.mechanism("2-14")
@pytest.mark.mechanism("2-20")
@pytest.mark.mechanism("2-21")
def test_an_ordinary_whistle_met(post, clock):
    """哨源形成、街道吹哨、部门报到、监督考核、结果反馈: all five, nobody late."""
    whistle = post("secretary").blows(
        "work", PARKS, SANITATION, at=clock.now + dt.timedelta(hours=4), reads=["园林绿化所", "环卫所", "空地东侧入口"]
    )
    post("stoker").cannot_open(whistle)
    for name in ("gardener", "officer"):
        post(name).opens(whistle).sees("空地东侧入口").takes(whistle, "sign")
    post("gardener").takes(whistle, "contact", how="phone", with_whom="办事处")
    post("officer").takes(whistle, "contact", how="in_person", with_whom="社区")
    clock.pass_(hours=3, minutes=50)
    post("gardener").checks_in(whistle, "柳", came_rank="副所长", came_count=2)
    post("officer").checks_in(whistle, "方", came_rank="经办人")
    post("director").opens(whistle).sees("副所长")
    day = clock.now.date() + dt.timedelta(days=3)
    post("director").plans(whistle, ("parks", "换土栽草", day), ("sanitation", "清除垃圾", day))
    for name in ("gardener", "officer"):
        post(name).takes(whistle, "confirm_plan")
    clock.pass_(days=2)
    post("officer").replies(whistle, "垃圾 12 车已清完。")
    post("gardener").takes(whistle, "progress", note="栽草过半。")
    clock.pass_(hours=5)
    post("gardener").replies(whistle, "已栽草 600 平方米。")
    for _reply in range(2):
        first = Summons.objects.filter(whistle=whistle, replies__passed=None).order_by("replies__at").first()
        post("director").takes(whistle, "audit", passed=True, reply=first.replies.get(passed=None).pk)
    post("director").takes(whistle, "settle", result="空地已整治并移交社区看护。")
    post("secretary").rates(whistle, solved=True)
    assert whistle.status == "rated"
    assert whistle.solved
    assert {clock.state for clock in whistle.deadlines.all()} <= {"met", "dropped"}
    assert not Supervision.objects.exists()
    post("gardener").opens(whistle).sees("空地已整治并移交社区看护")


@pytest.mark.mechanism("2-18")
@pytest.mark.mechanism("2-22")
def test_one_who_stays_away_meets_the_supervision_office_and_then_his_leader(post, clock):
    whistle = post("secretary").blows("work", PARKS, SANITATION, at=clock.now + dt.timedelta(minutes=30))
    post("gardener").checks_in(whistle, "柳")
    clock.pass_(minutes=75)
    case = Supervision.objects.get(followed=whistle)
    post("supervisor").opens(case).sees("环卫所").sees_nothing_of("园林绿化所作出说明")
    post("officer").takes(case, "answer", words="车辆故障，已另派车。")
    clock.pass_(hours=2)
    second = Whistle.objects.get(previous=whistle)
    whistle.refresh_from_db()
    assert (whistle.status, second.level, case.number[:2]) == ("louder", 2, "DC")
    post("leader").opens(second)
    clock.pass_(minutes=30, sweep=False)
    post("leader").checks_in(second, "汪", came_rank="分管领导")
    post("officer").checks_in(second, "严", came_rank="所长")
    clock.pass_(days=2)
    assert not Whistle.objects.filter(previous=second).exists(), "they came: it grows no louder"
    post("supervisor").takes(case, "conclude", words="已到场，予以提醒。")


def test_a_refusal_ruled_by_the_centre(post, clock):
    whistle = post("secretary").blows("work", PARKS, SANITATION, at=clock.now + dt.timedelta(hours=5))
    said = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}
    post("gardener").takes(whistle, "object_to", **said)
    post("officer").takes(whistle, "object_to", **said)
    post("secretary").is_refused(whistle, "uphold", ruling="应当到场。")
    waiting = {each.department.code: each.pk for each in Summons.objects.filter(whistle=whistle)}
    post("duty_chief").takes(whistle, "uphold", ruling="属园林职责。", summons=waiting["parks"])
    post("duty_chief").takes(
        whistle, "excuse", ruling="由派出所到场。", summons=waiting["sanitation"], improper=True, instead="police"
    )
    post("gardener").is_refused(whistle, "object_to", **said)
    post("constable").opens(whistle).takes(whistle, "sign")
    assert Summons.objects.get(pk=waiting["sanitation"]).improper
    assert {each.user.username for each in Notice.objects.filter(about="ruled")} >= {"gardener", "officer", "secretary"}
    clock.pass_(hours=2)
    late = post("constable")
    late.is_refused(whistle, "object_to", **said)


@pytest.mark.mechanism("2-24")
def test_an_emergency_at_night_across_a_holiday_and_a_make_up_day(post, clock):
    """A fallen tree on the night of National Day: ten minutes to sign in, half an hour to be there, at any hour."""
    clock.set(2026, 10, 4, 23, 30)
    rescue = post("director").blows(
        "rescue", PARKS, SANITATION, at=clock.now + dt.timedelta(minutes=20), words="四新道大树倒伏，压占机动车道。",
        spring="patrol", item=3,
    )  # fmt: skip
    clock.pass_(minutes=5)
    post("gardener").takes(rescue, "sign")
    clock.pass_(minutes=14)
    post("gardener").checks_in(rescue, "柳", came_count=4)
    clock.pass_(minutes=5)
    assert [clock_of(rescue, "sign", code) for code in ("parks", "sanitation")] == ["met", "running"]
    post("officer").checks_in(rescue, "方")
    assert [clock_of(rescue, stage, "sanitation") for stage in ("sign", "arrive")] == ["late", "late"]
    # An ordinary one of the same night: its hour to sign in begins with the first working hour after the break.
    work = post("secretary").blows("work", PARKS, at=dt.datetime(2026, 10, 10, 10, 0, tzinfo=SHANGHAI))
    sign = work.deadlines.get(clock="whistle.sign")
    assert sign.due_at.astimezone(SHANGHAI).date() == dt.date(2026, 10, 8)
    # Saturday 10 October works: an arrival by then is in time although it is a weekend.
    clock.set(2026, 10, 10, 9, 50)
    post("gardener").checks_in(work, "柳")
    assert clock_of(work, "arrive", "parks") == "met"


def test_eight_whistles_on_one_matter(post, clock):
    """No cap: from the third on the history is shown and a cause is asked (W1: eight in two years)."""
    earlier: Whistle | None = None
    for turn in range(1, 9):
        again = {"again": earlier.number} if earlier else {}
        at = clock.now + dt.timedelta(minutes=40)
        if turn >= 3:
            post("secretary").cannot_blow("work", PARKS, at=at, because="写明为什么反复发生", **again)
            again["cause"] = "夜间无人看守，渣土车倾倒。"
        whistle = post("secretary").blows("work", PARKS, at=at, **again)
        assert whistle.repeat == turn
        post("secretary").takes(whistle, "withdraw", reason="现场已先行清理。")
        earlier = whistle
        clock.pass_(days=7)
    assert Whistle.objects.filter(matter=Whistle.objects.get(repeat=1)).count() == 7
    post("secretary").opens(earlier).sees("第8次", Whistle.objects.get(repeat=1).number)


@pytest.mark.mechanism("3-26")
def test_the_community_whistles_for_its_party_members(post, clock):
    unit = MemberUnit.objects.get(name="甲里卫生室")
    whistle = post("community").blows(
        "members", "person:member", f"unit:{unit.pk}", at=clock.now + dt.timedelta(hours=2), words="楼前积雪，请来扫雪。",
        asked_1="带一把锹", asked_2="看护摔伤的人", spring="patrol",
    )  # fmt: skip
    post("member2").cannot_open(whistle)
    post("member").opens(whistle).sees("带一把锹").takes(whistle, "sign")
    post("member").checks_in(whistle, "钱谷雨")
    called = Summons.objects.get(whistle=whistle, unit=unit)
    post("community").takes(whistle, "register", summons=called.pk, came="卫生室医生")
    assert clock_of(whistle, "arrive") == "met"
    day = clock.now.date()
    post("community").plans(whistle, ("党员先锋岗", "清扫 3 号楼前", day))
    post("community").takes(whistle, "settle", result="积雪已清。")
    assert whistle.status == "settled"


@pytest.mark.mechanism("2-25")
@pytest.mark.mechanism("2-26")
def test_the_garden_of_dingzigu_from_waste_ground_to_settlement(post, clock, order_at):
    """2000 square metres left over by the metro: agreed on, paid for, built in 21 days (source document 2)."""
    clock.set(2026, 9, 3, 9, 0)
    order = order_at("handling")
    whistle = post("secretary").blows(
        "work", PARKS, SANITATION, HOUSING, at=clock.now + dt.timedelta(days=1), order=order.number,
        effort_words_1="多次与产权方洽谈，达成由属地代管的协议。",
    )  # fmt: skip
    post("dispatcher").opens(whistle).sees(order.number)
    assert WorkOrder.objects.get(pk=order.pk).status == "whistled"
    left = order.deadlines.get(clock="workorders.handle").due_at - clock.now
    for name in ("gardener", "officer", "officer_b"):
        post(name).takes(whistle, "sign")
    clock.pass_(hours=23, minutes=50)
    for name in ("gardener", "officer", "officer_b"):
        post(name).checks_in(whistle, "来人")
    opening = dt.date(2026, 9, 24)
    post("secretary").plans(
        whistle, ("sanitation", "拆除地上物、清除垃圾", dt.date(2026, 9, 8)), ("parks", "换土、栽草、修步道、装围栏", opening),
        ("housing", "配置器材", opening), ("街道", "日常看护", opening), money_2="800000", paid_by_2="区城管委",
    )  # fmt: skip
    paper = _paper()
    post("director").takes(whistle, "attach", title="空地代管协议", parties="轨道交通公司、街道办事处", file=paper)
    for name in ("gardener", "officer", "officer_b"):
        post(name).takes(whistle, "confirm_plan")
    clock.set(2026, 9, 7, 16, 0)
    post("officer").replies(whistle, "地上物已拆，垃圾已清。")
    post("secretary").takes(whistle, "audit", passed=True)
    clock.set(2026, 9, 23, 15, 0)
    for name in ("officer_b", "gardener"):
        post(name).replies(whistle, "已完工。")
        post("secretary").takes(whistle, "audit", passed=True)
    clock.set(2026, 9, 24, 9, 0)
    post("secretary").takes(whistle, "settle", result="街心花园今日对居民开放。")
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.status == "handling"
    assert order.deadlines.get(clock="workorders.handle").due_at > clock.now, "the time it had came back"
    assert left > dt.timedelta(0)
    post("secretary").rates(whistle, solved=True)
    assert (clock.now.date() - whistle.blown_at.astimezone(SHANGHAI).date()).days == 21
    assert Rating.objects.filter(summons__whistle=whistle, source="street").count() == 3
    assert not Supervision.objects.exists()
    assert not Clue.objects.exists()
    post("worker").opens(whistle).sees("800000", "轨道交通公司")
    assert verbs(whistle)[-1] == "departments_rated"


def _paper():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("协议.pdf", b"%PDF-1.4 signed", "application/pdf")


def test_settled_but_unsolved_is_blown_again_and_the_leader_comes(post, clock):
    whistle = post("secretary").blows("work", PARKS, at=clock.now + dt.timedelta(minutes=30))
    post("gardener").checks_in(whistle, "柳")
    post("secretary").plans(whistle, ("parks", "清理", clock.now.date()))
    post("gardener").replies(whistle, "已清理。")
    post("secretary").takes(whistle, "audit", passed=True)
    post("secretary").takes(whistle, "settle", result="已清理。")
    low = {"signing": 4, "arriving": 4, "handling": 2, "effect": 1, "words": "三天后又堆满。"}
    post("secretary").rates(whistle, solved=False, parks=low)
    at = local(clock.now + dt.timedelta(hours=3))
    post("secretary").takes(whistle, "blow_again", reason="unsolved", meet_at=at)
    second = Whistle.objects.get(previous=whistle)
    assert second.level == 2
    assert second.summonses.filter(role="leader").exists()
    post("leader").opens(second).sees("二次哨")

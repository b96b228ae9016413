"""Stories of matters that are nobody's, everybody's, or somebody else's: no order is lost between two departments."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.selectors import broken_chains
from grids.models import Department
from tests.casework.threads import at_once
from tests.journeys.telling import clock_of, history
from workorders.services import applications
from workorders.services.steps import STEPS

RETURN = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}


@pytest.mark.mechanism("0-18", "1-32")
def test_the_abandoned_plot_of_dingzigu(desk, cast, unit, clock):
    """Left over from a railway: its owner cannot, the street may not. A ruling, an agreement, money and a plan."""
    plot = desk(cast.worker).reports("空地多年无人管，垃圾杂草成堆。", category="060102", place="十段社区旁")
    desk(cast.dispatcher).takes(plot, "accept").takes(
        plot, "question", words="产权方应管无力管，属地想管无权管。", suggested=unit("housing"),
    ).sees("待裁定", "产权方应管无力管")  # fmt: skip
    desk(cast.duty_chief).finds(plot, "to_rule").takes(
        plot, "name_owner", department=unit("sanitation"), decision="双方签订代管协议，由环卫所牵头整治。",
        basis="空地代管协议",
    ).sees("指定环卫所兜底承办（依据：空地代管协议）", "双方签订代管协议")  # fmt: skip
    assert clock_of(plot, "rule") == "met"

    officer = desk(cast.officer).takes(plot, "sign_for")
    assert "send_back" not in officer.may(plot)
    officer.takes(plot, "plan", words="拆除地上物、换土、栽草坪、修步道，约 80 万元。", day=dt.date(2026, 12, 20))
    officer.takes(
        plot,
        "ask_parking",
        reason="funds",
        words="资金待批。",
        measures="先围挡、清运垃圾。",
        until=dt.date(2026, 11, 9),
    )
    desk(cast.head).finds(plot, "to_endorse").takes(plot, "endorse")
    desk(cast.duty_chief).takes(plot, "park", answer="同意，资金到位即恢复。").sees("挂账", "先围挡")
    officer.takes(plot, "progress", note="垃圾已清运，资金已批复。", photos=desk(cast.officer).photo())
    assert clock_of(plot, "handle") == "paused"

    clock.set(2026, 11, 9, 0, 5)
    assert applications.resume_parked() == 1
    plot.refresh_from_db()
    assert (plot.status, clock_of(plot, "handle")) == ("handling", "running")
    clock.set(2026, 11, 9, 9, 0)
    officer.takes(plot, "finish", result="街心花园建成开放。").sees("待核实")
    desk(cast.worker).takes(plot, "verify")
    desk(cast.dispatcher).takes(plot, "close").sees("已结案")
    assert (clock_of(plot, "handle"), broken_chains()) == ("met", [])


@pytest.mark.mechanism("0-17")
def test_a_matter_of_several_enforcers(desk, cast, unit, appoint):
    """Shop, store and beds in one room: the joint team leads, the others assist, and nobody closes before all have."""
    captain = appoint("邵立冬", "department_officer", department="enforcement")
    room = desk(cast.worker).reports("一楼门店住人，飞线充电。", category="030202")
    desk(cast.dispatcher).takes(room, "accept").takes(
        room, "dispatch", department=unit("enforcement"), assistants=[unit("housing"), unit("sanitation")], joint=True
    ).sees("综合执法", "环卫所", "住建办", "尚未签收")
    desk(cast.officer_b).finds(room, "assisting").takes(room, "sign_assist").takes(room, "assist", note="已断电整改。")
    led = desk(captain).takes(room, "sign_for")
    led.is_refused(room, "finish", "环卫所", result="已搬离。")
    desk(cast.officer).takes(room, "sign_assist").takes(room, "assist", note="杂物清走。")
    led.takes(room, "finish", result="三方到场，人已搬离。").sees("待核实")
    assert history(room).count("assisted") == 2
    assert {clock_of(room, stage) for stage in ("assist", "handle")} == {"met"}


@pytest.mark.mechanism("0-18")
def test_an_undefined_duty_is_given_to_a_section_to_carry(desk, cast, unit):
    """职责不清: whoever it was sent to says no; the centre names who carries it, on record, and that is the end of it."""
    lamp = desk(cast.worker).reports("楼间小路灯不亮，说不清归谁。", category="060302")
    desk(cast.dispatcher).takes(lamp, "accept").takes(lamp, "dispatch", department=unit("sanitation"))
    desk(cast.officer).takes(lamp, "send_back", **RETURN, suggested=unit("housing")).sees("待裁定")
    desk(cast.officer).finds(lamp, "returned")
    desk(cast.duty_chief).takes(
        lamp, "name_owner", department=unit("housing"), decision="界定不清，由住建办兜底解决。", basis="街道办公会纪要"
    ).sees("指定住建办兜底承办")
    desk(cast.officer_b).finds(lamp, "mine").opens(lamp).sees("已裁定，不得再退回", "街道办公会纪要")
    desk(cast.officer_b).is_refused(lamp, "send_back", "不得再退回", **RETURN)
    assert (lamp.objections.get().named, lamp.ruled) == (unit("housing"), True)


def test_a_department_that_sends_back_and_is_upheld_in_its_duty(desk, cast, unit, clock):
    heap = desk(cast.worker).reports("3 号楼前垃圾外露。")
    desk(cast.dispatcher).takes(heap, "accept").takes(heap, "dispatch", department=unit("sanitation"))
    desk(cast.officer).is_refused(heap, "send_back", "依据：该字段是必填项", reason="not_our_duty")
    desk(cast.officer).takes(heap, "send_back", **RETURN)
    clock.pass_(minutes=40)
    assert clock_of(heap, "rule") == "running"
    desk(cast.duty_chief).finds(heap, "late").takes(heap, "uphold", decision="属环卫所职责。").sees(
        "由环卫所继续承办，不得再退回"
    )
    assert (heap.status, clock_of(heap, "rule"), clock_of(heap, "handle")) == ("handling", "late", "running")
    desk(cast.officer).is_refused(heap, "send_back", "不得再退回", **RETURN)


def test_three_transfers_make_a_problem_order_supervised_one_level_up(desk, cast, unit, city):
    """退回、收回三次: on record, and before the office above the one that is nearest."""
    near = Department.objects.create(
        city=city, area=cast.community.posts.first().area, code="near-office", name="社区督查组",
        kind=Department.Kind.SUPERVISION, valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    ditch = desk(cast.worker).reports("污水沿街外溢。", category="060402")
    chief = desk(cast.dispatcher).takes(ditch, "accept")
    for code, officer in (("sanitation", cast.officer), ("housing", cast.officer_b)):
        chief.takes(ditch, "dispatch", department=unit(code))
        desk(officer).takes(ditch, "send_back", **RETURN)
        desk(cast.duty_chief).takes(ditch, "grant", decision="退回成立，另行派遣。")
    desk(cast.supervisor).misses(ditch, "problem")
    chief.takes(ditch, "dispatch", department=unit("estates")).takes(ditch, "recall", reason="派错单位。")
    assert (ditch.transfers, ditch.problem, history(ditch).count("became_problem")) == (3, True, 1)
    press = ditch.presses.get()
    assert (press.reason, press.office, press.office != near) == ("problem", unit("supervision"), True)
    desk(cast.supervisor).finds(ditch, "problem").finds(ditch, "pressed").opens(ditch).sees(
        "问题工单", "列为问题工单：转派 3 次，返工 0 次，提级督办"
    )


@pytest.mark.django_db(transaction=True)
def test_two_claimants_and_one_order(desk, cast, unit, clock):
    """认领池: both press at once; one holds it, the other reads who. What is not signed for goes back by itself."""
    pile = desk(cast.worker).reports("早市摊位占道。", category="060103")
    desk(cast.dispatcher).takes(pile, "accept").takes(
        pile, "offer", departments=[unit("sanitation"), unit("housing")]
    ).sees("可认领", "环卫所", "住建办")
    desk(cast.officer).finds(pile, "pool")
    desk(cast.officer_b).finds(pile, "pool")
    won = at_once(lambda: STEPS["claim"](pile, by=cast.officer), lambda: STEPS["claim"](pile, by=cast.officer_b))
    pile.refresh_from_db()
    assert pile.status == "held"
    assert history(pile).count("claimed") == 1, won
    winner, loser = (cast.officer, cast.officer_b) if pile.department == unit("sanitation") else (
        cast.officer_b, cast.officer)  # fmt: skip
    desk(loser).is_refused(pile, "claim")
    desk(winner).finds(pile, "mine").misses(pile, "pool").takes(pile, "sign_for").sees("处置中")
    desk(loser).misses(pile, "pool")


@pytest.mark.mechanism("1-32")
def test_what_nobody_claims_the_centre_gives_to_somebody(desk, cast, unit, clock):
    pile = desk(cast.worker).reports("两栋楼之间的杂物。", category="060102")
    desk(cast.dispatcher).takes(pile, "accept").takes(pile, "offer", departments=[unit("sanitation"), unit("housing")])
    clock.pass_(hours=25)
    pile.refresh_from_db()
    assert clock_of(pile, "claim") in ("late", "dropped")
    desk(cast.duty_chief).finds(pile, "to_rule").opens(pile).sees("认领池无人认领，提请中心指定承办")
    desk(cast.duty_chief).takes(pile, "name_owner", department=unit("housing"), decision="由住建办承办。").sees(
        "待签收"
    )
    desk(cast.officer_b).takes(pile, "sign_for").sees("处置中")

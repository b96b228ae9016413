"""How clocks and events read on a page, in both languages."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.template.loader import select_template
from django.utils import translation

from casework.answers import verb_of
from casework.calendar import Unit
from casework.lifecycle import all_lifecycles
from casework.models import Case, Deadline, LadderRule
from casework.services import clocks, doors
from casework.services.calendars import publish_days
from casework.services.follow import move_clocks_of_changed_calendars
from casework.spans import limit_words, span_words
from casework.templatetags.cases import face_of, foremost, lamp_of, tell
from workorders.models import Category
from workorders.services import orders


def sentences(order) -> list[str]:
    """Oldest first."""
    return [told.sentence for told in reversed(tell(order))]


def clock_of(order, name: str) -> Deadline:
    return order.deadlines.get(clock=f"workorders.{name}")


@pytest.mark.parametrize(
    ("amount", "unit", "english", "chinese"),
    [
        (3 + 40 / 60, Unit.URGENT_HOUR, "3 h 40 min", "3 时 40 分"),
        (0.15, Unit.URGENT_HOUR, "9 min", "9 分"),
        (24.0, Unit.URGENT_HOUR, "24 h", "24 时"),
        (4.2, Unit.WORK_HOUR, "4 work h 12 min", "4 工时 12 分"),
        (2 + 158 / 480, Unit.WORK_DAY, "2 workdays 02:38", "2 工作日 02:38"),
        (5.0, Unit.WORK_DAY, "5 workdays", "5 工作日"),
        (0.5, Unit.WORK_DAY, "4 work h", "4 工时"),
        (3.5, Unit.NATURAL_DAY, "3 d 12 h", "3 天 12 时"),
    ],
)
def test_spans_are_said_in_the_unit_of_their_clock(amount, unit, english, chinese):
    with translation.override("en"):
        assert span_words(amount, unit) == english
    with translation.override("zh-hans"):
        assert span_words(amount, unit) == chinese


@pytest.mark.parametrize(
    ("amount", "unit", "chinese"),
    [
        (0.25, "urgent_hour", "15 分钟"), (24, "urgent_hour", "24 小时"), (1, "work_hour", "1 个工作小时"),
        (5, "work_day", "5 个工作日"), (7, "natural_day", "7 天"),
    ],
)  # fmt: skip
def test_limits_are_said_as_the_rules_say_them(amount, unit, chinese):
    assert limit_words(amount, unit) == chinese


def test_what_is_left_is_rounded_up_and_never_reads_zero():
    with translation.override("en"):
        assert span_words(5 / 3600, Unit.URGENT_HOUR, up=True) == "1 min"


def test_a_clock_says_what_is_left_then_how_late_it_is(report, hours_pass, clock):
    order = report()
    clock.pass_(minutes=6)
    face = face_of(clock_of(order, "accept"))
    assert (face.stage, face.remaining, face.used, face.state, face.lamp) == ("受理", "剩 9 分", 40, "", "ok")
    clock.pass_(minutes=3)
    near = face_of(clock_of(order, "accept"))
    assert (near.remaining, near.state, near.lamp) == ("剩 6 分", "near", "near")
    clock.pass_(minutes=28)
    late = face_of(clock_of(order, "accept"))
    assert (late.remaining, late.used, late.state, late.lamp) == ("超 22 分", 100, "late", "late")


def test_working_days_pass_in_working_time_only(order_at, clock):
    order = order_at("dispatched")
    handle = clock_of(order, "handle")
    Deadline.objects.filter(pk=handle.pk).update(amount=5, unit="work_day")
    clocks.recompute(clock_of(order, "handle"), clocks.calendar_of(order.city))
    clock.set(2026, 10, 11, 12, 0)  # Sunday noon, after a worked Saturday
    assert face_of(clock_of(order, "handle")).remaining == "剩 3 工作日 02:42"


def test_a_paused_clock_says_what_it_has_left_and_does_not_move(order_at, clock):
    order = order_at("dispatched")
    clocks.pause_clocks(doors.lock(order), reason="等材料")
    before = face_of(clock_of(order, "sign")).remaining
    clock.pass_(hours=30)
    face = face_of(clock_of(order, "sign"))
    assert (face.remaining, face.state, face.lamp) == (before, "paused", "paused")
    assert before == "停钟，剩 1 工时"


def test_an_ended_clock_says_how_long_it_took(report, cast, clock):
    order = report()
    clock.pass_(minutes=3)
    orders.accept(order, by=cast.dispatcher)
    face = face_of(clock_of(order, "accept"))
    assert (face.remaining, face.state, face.lamp_word) == ("用时 3 分", "done", "按期")


def test_a_clock_that_ended_late_stays_red(report, cast, clock):
    order = report()
    clock.pass_(minutes=20)
    orders.accept(order, by=cast.dispatcher)
    face = face_of(clock_of(order, "accept"))
    assert (face.remaining, face.state, face.lamp_word) == ("用时 20 分", "late", "超时办完")


def test_the_list_shows_the_clock_that_ends_first(order_at):
    assert foremost(order_at("dispatched")).clock == "workorders.sign"


def test_the_lamp_of_a_case_follows_its_life(report, cast, order_at, hours_pass, clock):
    order = report()
    assert lamp_of(order) == "ok"
    clock.pass_(minutes=8)
    assert lamp_of(Case.objects.get(pk=order.pk)) == "near"
    clock.pass_(minutes=8)
    assert lamp_of(Case.objects.get(pk=order.pk)) == "late"
    refused = orders.refuse(order, by=cast.dispatcher, reason="nothing_new", words="已在办。")
    assert lamp_of(refused) == "void"
    assert lamp_of(order_at("closed")) == "done"


def test_every_verb_has_its_sentence():
    """A step without its words would leave a hole in the history."""
    wanted = {(life.app, life.opened) for life in all_lifecycles()}
    wanted |= {(life.app, step.past) for life in all_lifecycles() for step in life.steps}
    rungs = {"reminder", "due", "press", "yellow_card", "red_card"}
    wanted |= {("casework", verb_of(rung)) for rung in rungs} | {("casework", "deadline_moved")}
    for app, verb in sorted(wanted):
        assert app, verb
        assert select_template([f"{app}/events/{verb}.txt", f"casework/events/{verb}.txt"])


@pytest.mark.django_db
def test_every_rung_of_the_citys_ladder_has_its_sentence(city):
    for name in LadderRule.objects.values_list("name", flat=True).distinct():
        assert select_template([f"casework/events/{verb_of(name)}.txt"])


def test_the_history_reads_as_sentences_with_role_name_time_and_limit(report, cast, clock, sanitation, picture):
    order = report(pictures=[picture, picture, picture])
    clock.pass_(minutes=3)
    order = orders.accept(order, by=cast.dispatcher)
    clock.pass_(minutes=5)
    order = orders.dispatch(order, by=cast.dispatcher, department=sanitation, note="请带夹子")
    clock.pass_(minutes=25)
    order = orders.sign_for(order, by=cast.officer)
    assert sentences(order) == [
        "网格员 林小满 上报（网格巡查），附照片 3 张。",
        "调度员 罗立春 受理，用时 3 分，限 15 分钟。",
        "调度员 罗立春 派遣到环卫所，用时 5 分，限 30 分钟：「请带夹子」。",
        "环卫所 部门经办人 方谷雨 签收，用时 25 分，限 1 个工作小时。",
    ]


def test_the_history_speaks_english_too(order_at, cast):
    order = orders.rate(order_at("closed"), by=cast.worker, stars=5, solved=True)
    with translation.override("en"):
        told = sentences(order)
    assert told[0] == "Grid worker 林小满 reported it (Grid patrol)."
    assert told[2].startswith("Dispatcher 罗立春 dispatched it to Sanitation station, in 1 min;")
    assert told[-1] == "Grid worker 林小满 rated it: 5 stars, solved."


def test_the_system_speaks_of_what_it_did_and_of_whom(order_at, clock):
    order = order_at("dispatched")
    clock.pass_(minutes=40)
    clock.pass_(minutes=50)
    near, missed = [sentence for sentence in sentences(order) if "签收" in sentence][:2]
    assert near == "系统提醒环卫所：「签收」10 月 9 日 11:42 到期。"
    assert missed == "环卫所「签收」超时：应于 10 月 9 日 11:42 前完成。"


def test_a_history_costs_the_same_however_long_it_is(report, order_at, django_assert_num_queries, cast):
    short, long = report(), order_at("closed")
    with django_assert_num_queries(5):
        tell(short)
    with django_assert_num_queries(5):
        tell(long)


def test_what_people_wrote_is_text_and_no_markup(report, cast):
    order = orders.accept(report(), by=cast.dispatcher, note="<script>alert(1)</script>")
    sentence = tell(order)[0].sentence
    assert "<script>alert(1)</script>" in sentence
    shown = Template("{{ sentence }}").render(Context({"sentence": sentence}))
    assert "<script>" not in shown


def test_the_house_is_an_actor_with_a_name(order_at, clock):
    order = order_at("dispatched")
    clock.pass_(minutes=40)
    assert {told.who for told in tell(order) if told.event.actor_id is None} == {"系统"}


def test_a_moved_clock_says_from_when_to_when(order_at, category):
    days_long = Category.objects.get(rulebook=category.rulebook, code="030102")
    order = order_at("dispatched", category=days_long)
    days = {dt.date(2026, 10, 12): ("off", "临时休息")}
    publish_days(city=order.city, days=days, source="test")
    move_clocks_of_changed_calendars()
    moved = [sentence for sentence in sentences(order) if sentence.startswith("工作日历有变")]
    assert moved == ["工作日历有变：「处置」由 10 月 12 日 10:42 改为 10 月 13 日 10:42 到期。"]

"""The plan, agreements with their files, replies in four elements, settlement and rating."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from casework.moment import now
from casework.refusals import NotFound, NotNow, NotYours
from tests.conftest import jpeg
from tests.whistle.conftest import GOOD, Marks, clock_of, planned, replied, staff, summons, there, verbs
from whistle.models import Agreement, Rating
from whistle.services.agreeing import Line
from whistle.services.steps import STEPS
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("2-25")
def test_the_plan_says_who_does_what_with_whose_money_until_when(blow, cast, clock):
    whistle = there(blow(), "parks", "sanitation")
    day = clock.now.date() + dt.timedelta(days=20)
    lines = [
        Line("拆除地上物、清除垃圾", day, summons(whistle, "sanitation")),
        Line("换土栽草、修步道、装围栏", day, summons(whistle, "parks"), money=Decimal("800000"), paid_by="区城管委"),
        Line("落实日常看护", day, who="街道"),
    ]
    whistle = STEPS["plan"](whistle, by=cast.secretary, lines=lines)
    assert whistle.status == "handling"
    settle = whistle.deadlines.filter(clock="whistle.settle", department__code="parks", ended_at=None).get()
    assert settle.due_at.astimezone(whistle.city.zone).date() == day + dt.timedelta(days=1)
    whistle = STEPS["confirm_plan"](whistle, by=staff("parks"))
    confirmed = {line.who or line.summons.department.code: bool(line.confirmed_at) for line in whistle.plan_lines.all()}
    assert confirmed == {"sanitation": False, "parks": True, "街道": False}
    with pytest.raises(NotNow):
        STEPS["confirm_plan"](whistle, by=staff("parks"))
    assert next(each for each in whistle.events.all() if each.verb == "plan_agreed").facts["money"] == "800000"


def test_a_later_plan_takes_the_earlier_ones_place_and_late_stays_late(blow, cast, clock):
    whistle = planned(there(blow(), "parks", "sanitation"), cast.secretary, "parks", "sanitation", days=0)
    clock.pass_(days=1)
    whistle.refresh_from_db()
    if whistle.status == "handling":
        planned(whistle, cast.secretary, "parks", "sanitation", days=9)
        states = whistle.deadlines.filter(clock="whistle.settle", department__code="parks").values_list(
            "state", flat=True
        )
        assert list(states) == ["dropped", "late", "running"]
        assert whistle.plan_lines.filter(replaced_at=None).count() == 2


@pytest.mark.parametrize("line", [{"words": " "}, {"who": "", "summons": None}, {"due_on": dt.date(2020, 1, 1)}])
def test_a_plan_with_a_hole_is_refused(blow, cast, line):
    whistle = there(blow(), "parks")
    whole = {"words": "围挡", "due_on": now().date() + dt.timedelta(days=2), "who": "街道"}
    with pytest.raises(ValidationError):
        STEPS["plan"](whistle, by=cast.secretary, lines=[Line(**{**whole, **line})])
    with pytest.raises(ValidationError):
        STEPS["plan"](whistle, by=cast.secretary, lines=[])
    whistle.refresh_from_db()
    assert whistle.status == "calling"
    assert not whistle.plan_lines.exists()


@pytest.mark.mechanism("2-26")
def test_an_agreement_is_kept_with_its_paper(blow, cast):
    whistle = there(blow(), "parks")
    said = {"title": "空地代管协议", "parties": "轨道交通公司、街道办事处"}
    whistle = STEPS["attach"](whistle, by=cast.director, content=b"%PDF-1.4 signed", **said)
    filed = Agreement.objects.get()
    with filed.file.open() as paper:
        assert (filed.ending, paper.read()) == ("pdf", b"%PDF-1.4 signed")
    STEPS["attach"](whistle, by=cast.director, content=jpeg(), **said)
    for bad in (b"<html>", b"", b"MZ\x90"):
        with pytest.raises(ValidationError):
            STEPS["attach"](whistle, by=cast.director, content=bad, **said)
    with pytest.raises(NotYours):
        STEPS["attach"](whistle, by=staff("parks"), content=jpeg(), **said)
    assert Agreement.objects.count() == 2


def test_a_reply_stands_once_the_street_finds_its_four_elements_whole(blow, cast, clock):
    whistle = planned(there(blow(), "parks", "sanitation"), cast.secretary, "parks", "sanitation")
    said = {"received_at": now(), "spoke_with": "办事处主任", "measures": "已栽草。", "finish_on": now().date()}
    with pytest.raises(ValidationError):
        STEPS["reply"](whistle, by=staff("parks"), **{**said, "spoke_with": ""})
    with pytest.raises(NotFound):
        STEPS["audit"](whistle, by=cast.secretary, passed=True)
    whistle = STEPS["reply"](whistle, by=staff("parks"), **said)
    with pytest.raises(NotNow):
        STEPS["settle"](whistle, by=cast.secretary, result="已建成。")
    with pytest.raises(ValidationError):
        STEPS["audit"](whistle, by=cast.secretary, passed=False)
    whistle = STEPS["audit"](whistle, by=cast.secretary, passed=False, words="未写完成时限。")
    assert clock_of(whistle, "settle", "parks") == "running"
    whistle = STEPS["reply"](whistle, by=staff("parks"), **said)
    clock.pass_(hours=4)
    whistle = STEPS["audit"](whistle, by=cast.secretary, passed=True)
    settle = whistle.deadlines.filter(clock="whistle.settle", department__code="parks").latest("pk")
    assert (settle.state, clock.now - settle.ended_at) == ("met", dt.timedelta(hours=4)), (
        "when it replied, not when read"
    )


def test_settled_the_order_gets_back_the_time_it_had(blow, cast, order_at, clock):
    order = order_at("handling")
    left = order.deadlines.get(clock="workorders.handle").due_at - clock.now
    whistle = planned(there(blow(order=order), "parks", "sanitation"), cast.secretary, "parks", "sanitation")
    with pytest.raises(NotNow):
        STEPS["settle"](whistle, by=cast.secretary, result="已建成。")
    whistle = STEPS["settle"](replied(whistle, cast.secretary, "parks"), by=cast.secretary, result="已建成。")
    order = WorkOrder.objects.get(pk=order.pk)
    assert (whistle.status, order.status) == ("settled", "handling")
    assert order.deadlines.get(clock="workorders.handle").due_at - clock.now == left
    running = set(whistle.deadlines.filter(ended_at=None).values_list("clock", flat=True))
    assert running == {"whistle.rate"}


def test_a_low_mark_wants_words_and_every_unit_is_rated(whistle_at, cast):
    whistle = whistle_at("settled")
    keys = [each.pk for each in whistle.summonses.all()]
    with pytest.raises(ValidationError):
        STEPS["rate"](whistle, by=cast.secretary, solved=True, marks={keys[0]: GOOD})
    with pytest.raises(ValidationError):
        STEPS["rate"](whistle, by=cast.secretary, solved=True, marks=dict.fromkeys(keys, Marks(5, 5, 2, 5)))
    with pytest.raises(ValidationError):
        STEPS["rate"](whistle, by=cast.secretary, solved=True, marks=dict.fromkeys(keys, Marks(5, 6, 3, 5)))
    with pytest.raises(NotYours):
        STEPS["rate"](whistle, by=cast.dispatcher, solved=True, marks=dict.fromkeys(keys, GOOD))
    assert not Rating.objects.exists()
    whistle = STEPS["rate"](whistle, by=cast.director, solved=True, marks=dict.fromkeys(keys, Marks(5, 4, 3, 3)))
    assert whistle.status == "rated"
    assert {each.mean for each in Rating.objects.all()} == {3.75}
    assert verbs(whistle)[-1] == "departments_rated"

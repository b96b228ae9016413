"""The whistle is blown by a post, straight to the departments, and only with its preconditions."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from casework.models import Case
from casework.refusals import NotNow, NotYours
from grids.models import Area, Department, MemberUnit
from tests.conftest import PLACE
from tests.whistle.conftest import STAFF, clock_of, verbs
from whistle.models import Notice, Summons, Whistle
from whistle.services import blowing
from whistle.services.calling import Asked
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("2-12")
@pytest.mark.mechanism("2-17")
@pytest.mark.mechanism("2-20")
def test_it_goes_straight_to_each_department_with_time_and_place(blow, clock):
    whistle = blow()
    assert whistle.number.startswith("SZ20261009-")
    assert (whistle.status, whistle.level, whistle.repeat) == ("calling", 1, 1)
    assert [str(each) for each in whistle.summonses.all()] == ["园林绿化所", "环卫所"]
    for code in ("parks", "sanitation"):
        assert {clock_of(whistle, stage, code) for stage in ("sign", "contact", "arrive", "settle")} == {"running"}
        arrive = whistle.deadlines.get(clock="whistle.arrive", department__code=code)
        assert arrive.due_at == whistle.meet_at
    told = set(Notice.objects.filter(about="called").values_list("user__username", flat=True))
    assert told == {STAFF["parks"], STAFF["sanitation"], "head"}
    assert verbs(whistle) == ["raised", "blown"]


def test_a_department_called_sees_it_and_another_does_not(blow, cast, who):
    whistle = blow()
    for seen in (who("gardener"), cast.officer, cast.secretary, cast.supervisor, cast.leader):
        assert Whistle.objects.visible_to(seen).filter(pk=whistle.pk).exists(), seen
    for other in (cast.officer_b, cast.worker2, cast.outsider, who("member")):
        assert not Whistle.objects.visible_to(other).filter(pk=whistle.pk).exists(), other


@pytest.mark.mechanism("2-16")
@pytest.mark.parametrize(
    "person", ["dispatcher", "duty_chief", "community", "worker", "officer", "leader", "supervisor"]
)
def test_only_the_posts_of_its_list_blow_it(told, who, person):
    with pytest.raises(NotYours):
        blowing.blow_now(by=who(person), **told())
    assert not Case.objects.filter(kind="whistle").exists()


def test_the_leadership_team_blows_the_ordinary_kind_and_not_the_hard_one(told, who, clock):
    assert blowing.blow_now(by=who("deputy"), **told("work")).status == "calling"
    with pytest.raises(NotYours):
        blowing.blow_now(by=who("deputy"), **told("hard", meet_at=clock.now + dt.timedelta(days=1)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "  "}, "words"),
        ({"place": ""}, "place"),
        ({"efforts": []}, "efforts"),
        ({"efforts": [(dt.date(2026, 12, 1), "将来的事")]}, "efforts"),
        ({"item": None}, "item"),
        ({"called": []}, "called"),
        ({"meet_at": dt.datetime(2026, 10, 9, 2, 42, tzinfo=dt.UTC)}, "meet_at"),
        ({"meet_at": dt.datetime(2026, 11, 9, 2, 42, tzinfo=dt.UTC)}, "meet_at"),
        ({"lng": 121.4, "lat": 31.2}, "place"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_blown(told, cast, changes, field):
    with pytest.raises(ValidationError) as refused:
        blowing.blow_now(by=cast.secretary, **told(**changes))
    assert field in refused.value.message_dict
    assert not Case.objects.filter(kind="whistle").exists()
    assert not Summons.objects.exists()


def test_a_hard_matter_is_announced_a_day_ahead_and_an_emergency_at_once(told, cast, clock):
    with pytest.raises(ValidationError) as refused:
        blowing.blow_now(by=cast.secretary, **told("hard", meet_at=clock.now + dt.timedelta(hours=2)))
    assert "meet_at" in refused.value.message_dict
    assert blowing.blow_now(by=cast.secretary, **told("hard", meet_at=clock.now + dt.timedelta(days=1)))
    rescue = blowing.blow_now(by=cast.secretary, **told("rescue", efforts=[]))
    assert rescue.status == "calling"


def test_one_who_is_called_twice_or_does_not_serve_the_place_is_refused(told, cast, city):
    parks = Asked(department=Department.objects.get(city=city, code="parks"))
    with pytest.raises(ValidationError):
        blowing.blow_now(by=cast.secretary, **told(called=[parks, parks]))
    with pytest.raises(ValidationError):
        blowing.blow_now(by=cast.secretary, **told("units", called=[parks]))


@pytest.mark.mechanism("2-14")
def test_a_community_applies_and_the_street_blows_or_does_not(told, cast, clock):
    whistle = blowing.raise_whistle(by=cast.community, **told())
    assert (whistle.status, clock_of(whistle, "approve")) == ("raised", "running")
    assert not Notice.objects.filter(about="called").exists(), "nobody is called before it is blown"
    with pytest.raises(NotYours):
        blowing.blow(whistle, by=cast.community)
    blown = blowing.blow(whistle, by=cast.director)
    assert (blown.status, blown.blown_by, clock_of(blown, "approve")) == ("calling", cast.director, "met")
    other = blowing.raise_whistle(by=cast.community, **told())
    with pytest.raises(ValidationError):
        blowing.decline(other, by=cast.secretary, reason=" ")
    declined = blowing.decline(other, by=cast.secretary, reason="社区可自行解决。")
    assert declined.status == "declined"
    assert not declined.deadlines.filter(ended_at=None).exists()


def test_an_application_whose_time_is_over_is_not_blown(told, cast, clock):
    whistle = blowing.raise_whistle(by=cast.community, **told())
    clock.pass_(hours=1)
    with pytest.raises(NotNow):
        blowing.blow(whistle, by=cast.secretary)


def test_the_order_waits_with_the_time_it_had_and_gets_it_back(blow, order_at, clock, cast):
    order = order_at("handling")
    clock.pass_(minutes=20)
    before = order.deadlines.get(clock="workorders.handle")
    whistle = blow(order=order)
    order.refresh_from_db()
    handle = order.deadlines.get(clock="workorders.handle")
    assert (order.status, handle.state) == ("whistled", "paused")
    clock.pass_(minutes=15)
    whistle = blowing.withdraw(whistle, by=cast.secretary, reason="已解决。")
    order.refresh_from_db()
    handle.refresh_from_db()
    assert (order.status, handle.state) == ("handling", "running")
    assert handle.due_at - before.due_at == dt.timedelta(minutes=15), "to the second"
    assert verbs(order)[-2:] == ["stood_by", "went_on"]
    assert whistle.order_id == order.pk


@pytest.mark.parametrize("status", ["accepted", "dispatched", "handling"])
def test_an_order_goes_on_where_it_stood(blow, order_at, cast, status):
    order = order_at(status)
    whistle = blow(order=order)
    assert WorkOrder.objects.get(pk=order.pk).status == "whistled"
    blowing.withdraw(whistle, by=cast.secretary, reason="已解决。")
    assert WorkOrder.objects.get(pk=order.pk).status == status


def test_a_report_nobody_took_on_is_not_whistled_for(blow, order_at):
    with pytest.raises(NotNow):
        blow(order=order_at("reported"))
    assert not Whistle.objects.exists()


@pytest.mark.mechanism("3-25")
def test_the_street_calls_units_that_belong_to_no_department(told, cast, city):
    company = Asked(department=Department.objects.get(city=city, code="heating"))
    school = Asked(unit=MemberUnit.objects.first(), asked="开放停车场")
    whistle = blowing.blow_now(by=cast.secretary, **told("units", called=[company, school]))
    assert {each.role for each in whistle.summonses.all()} == {"lead", "unit"}
    assert clock_of(whistle, "arrive", "heating") == "running"
    assert whistle.deadlines.filter(clock="whistle.arrive").count() == 1, "a member unit is asked, not ordered"


@pytest.mark.mechanism("3-26")
def test_the_community_calls_party_members_who_see_what_calls_them(told, cast, city, who):
    ground = Area.objects.get(city=city, code="120106990001")
    member = who("member")
    said = told("members", called=[Asked(person=member, asked="清雪")], caller=ground)
    whistle = blowing.blow_now(by=cast.community, **said)
    assert clock_of(whistle, "arrive") == "running"
    assert Whistle.objects.visible_to(member).get() == whistle
    assert not Whistle.objects.visible_to(who("member2")).exists()
    assert Notice.objects.get(about="called").user == member
    with pytest.raises(NotYours):
        blowing.blow_now(by=cast.secretary, **said)
    with pytest.raises(ValidationError):
        blowing.blow_now(by=cast.community, **{**said, "called": [Asked(person=cast.officer)]})


def test_from_the_third_on_the_same_matter_its_cause_is_asked(told, cast, clock):
    first = blowing.blow_now(by=cast.secretary, **told())
    blowing.withdraw(first, by=cast.secretary, reason="另定时间。")
    second = blowing.blow_now(by=cast.secretary, **told(again=first))
    assert (second.repeat, second.matter_id) == (2, first.pk)
    with pytest.raises(ValidationError) as refused:
        blowing.blow_now(by=cast.secretary, **told(again=second))
    assert "cause" in refused.value.message_dict
    third = blowing.blow_now(by=cast.secretary, **told(again=second, cause="夜间无人看守，渣土车倾倒。"))
    assert (third.repeat, third.matter_id) == (3, first.pk)


def test_a_place_beyond_the_callers_ground_is_refused(told, cast, city):
    ground = Area.objects.get(city=city, code="120106990002")
    with pytest.raises((ValidationError, NotYours)):
        blowing.blow_now(by=cast.secretary, **told(caller=ground, **PLACE))

"""Whistles through the API: each step by the right person and by a wrong one, with the very sentence of the service."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from casework.models import Case, Event
from casework.services.sweep import sweep_deadlines
from grids.models import MemberUnit
from tests.conftest import PLACE
from tests.whistle.conftest import staff, summons, verbs
from whistle.forms import FORMS, BlowForm
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.models import Notice, Supervision, Whistle
from whistle.serializers import SupervisionStepSay, WhistleSay, WhistleStepSay
from whistle.services.codes import current_code
from whistle.services.growing import louder
from whistle.services.steps import STEPS
from whistle.services.supervisions import supervise

pytestmark = pytest.mark.django_db
WHISTLES, SUPERVISIONS, NOTICES = "/api/v1/whistles/", "/api/v1/supervisions/", "/api/v1/notices/"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def as_(clock):
    """`as_(cast.secretary)`: the API as that person uses it, in English."""

    def client(user, language: str = "en") -> APIClient:
        api = APIClient(HTTP_ACCEPT_LANGUAGE=language)
        api.force_authenticate(user)
        return api

    return client


def of(case, *more: str) -> str:
    start = WHISTLES if isinstance(case, Whistle) else SUPERVISIONS
    return start + "".join(f"{part}/" for part in (case.number, *more))


def blown(**changes) -> dict:
    whole = {
        "sort": "work", "caller": "120106990", "spring": "masses", "words": "十段社区无主空地，垃圾堆积。", "place": "空地东侧",
        **PLACE, "meet_at": "2026-10-09T15:00", "item": "1", "called_1": "department:parks", "asked_1": "清理空地",
        "called_2": "department:sanitation", "effort_on_1": "2026-10-08", "effort_words_1": "清理两次，三日后复堆。",
    }  # fmt: skip
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def sentence_of(refusal) -> str:
    return refusal.data["sentence"]


# --- the line --------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-21")
def test_a_whistle_goes_its_whole_line_through_the_api(as_, cast, who):
    street, parks, sanitation = as_(cast.secretary), as_(who("gardener")), as_(cast.officer)
    made = street.post(WHISTLES, blown(), format="json")
    assert made.status_code == 201, made.data
    address = made.headers["Location"]
    assert [one["department"]["code"] for one in made.data["summonses"]] == ["parks", "sanitation"]
    keys = [one["key"] for one in made.data["summonses"]]
    here = {"came": "冯", "came_rank": "副所长", "came_count": 2, **PLACE}
    said = {"received_at": "2026-10-09T10:30", "spoke_with": "办事处主任", "measures": "已清运。", "finish_on": "2026-10-12"}
    marks = {f"{mark}_{key}": "5" for key in keys for mark in ("signing", "arriving", "handling", "effect")}
    line = [
        (parks, "sign", {}),
        (parks, "contact", {"how": "phone", "with_whom": "办事处"}),
        (parks, "announce", {"came": "冯", "expected_at": "2026-10-09T15:30"}),
        (parks, "check_in", here),
        (street, "register", {"summons": keys[1], "came": "陶"}),
        (street, "plan", {"words_1": "清运", "summons_1": keys[0], "due_on_1": "2026-10-12", "money_1": "3800.50",
                          "words_2": "看护", "who_2": "社区", "due_on_2": "2026-10-20"}),
        (parks, "confirm_plan", {}),
        (street, "attach", {"title": "代管协议", "parties": "房管站、街道", "file": SimpleUploadedFile("a.pdf", PDF)}),
        (parks, "progress", {"note": "已清一半。"}),
        (parks, "reply", said),
        (street, "audit", {"passed": "no", "words": "没有写明时限。"}),
        (parks, "reply", said),
        (street, "audit", {"passed": "yes"}),
        (street, "settle", {"result": "空地已清。"}),
        (street, "rate", {"solved": "yes", **marks}),
    ]  # fmt: skip
    for client, step, words in line:
        told = client.post(f"{address}{step}/", words, format="multipart" if "file" in words else "json")
        assert told.status_code == 200, (step, told.data)
    final = sanitation.get(address).data
    assert (final["status"]["code"], final["solved"], final["available_steps"]) == ("rated", True, [])
    assert [(row["words"], row["money"]) for row in final["plan"]] == [("清运", "3800.50"), ("看护", None)]
    assert [reply["passed"] for reply in final["replies"]] == [False, True]
    assert final["agreements"][0]["url"].startswith("http://testserver/agreements/")
    assert {clock["state"]["code"] for clock in final["clocks"]} <= {"met", "dropped"}


@pytest.mark.mechanism("2-17", "2-20")
def test_who_is_called_reads_at_once_where_when_and_what(as_, cast, who):
    as_(cast.secretary).post(WHISTLES, blown(), format="json")
    gardener = as_(who("gardener"))
    [notice] = gardener.get(NOTICES).data["results"]
    assert (notice["about"]["code"], notice["read_at"]) == ("called", None)
    told = gardener.get(notice["url"]).data
    assert (told["place"], told["meet_at"], told["summonses"][0]["asked"]) == ("空地东侧", "2026-10-09T15:00:00+08:00", "清理空地")
    assert {clock["stage"]["code"] for clock in told["clocks"]} >= {"whistle.sign", "whistle.arrive"}
    assert [step["name"] for step in told["available_steps"]][:2] == ["sign", "check_in"]


def test_a_community_applies_and_the_street_decides(as_, cast):
    made = as_(cast.community).post(WHISTLES, blown(), format="json")
    assert (made.status_code, made.data["status"]["code"]) == (201, "raised")
    whistle = Whistle.objects.get()
    assert [step["name"] for step in made.data["available_steps"]] == ["withdraw"]
    assert as_(cast.community).post(of(whistle, "blow")).status_code == 403
    told = as_(cast.director).post(of(whistle, "blow"), {"note": "同意。"}, format="json")
    assert (told.status_code, told.data["status"]["code"]) == (200, "calling")


def test_the_same_whistle_sent_twice_is_one(as_, cast):
    numbers = {as_(cast.secretary).post(WHISTLES, blown(), format="json").data["number"] for _ in range(2)}
    assert len(numbers) == Whistle.objects.count() == 1


@pytest.mark.parametrize(("person", "status"), [("worker", 403), ("officer", 403), ("leader", 403), ("outsider", 404)])
def test_whose_post_opens_no_kind_blows_nothing(as_, cast, person, status):
    refused = as_(getattr(cast, person)).post(WHISTLES, blown(), format="json")
    assert refused.status_code == status
    assert Whistle.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"words": None, "meet_at": None, "lng": None}, {"words", "meet_at", "lng"}),
        ({"sort": "siren"}, {"sort"}),
        ({"called_1": "department:nobody"}, {"called_1"}),
        ({"called_1": None, "asked_1": None, "called_2": None}, {"called_1"}),
        ({"effort_on_1": None, "effort_words_1": None}, {"effort_words_1"}),
        ({"item": None}, {"item"}),
        ({"meet_at": "2026-10-09T09:00"}, {"meet_at"}),
        ({"lng": 1}, {"place"}),
        ({"datum": "moon"}, {"datum"}),
        ({"again": "SZ20261009-99999"}, {"again"}),
        ({"spring": "rumour"}, {"spring"}),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_whistle_is_said_field_by_field_and_opens_nothing(as_, cast, changes, fields):
    before = Case.objects.count(), Event.objects.count()
    refused = as_(cast.secretary).post(WHISTLES, blown(**changes), format="json")
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert set(refused.data["fields"]) == fields
    assert (Case.objects.count(), Event.objects.count()) == before


# --- each step by the wrong person, at the wrong time, with something missing -----------------------------------------
CALLED = {"sign", "contact", "announce", "check_in", "object_to", "confirm_plan", "progress", "reply"}
# The steps that only somebody above or beside the street takes.
OTHERS = {"uphold": "duty_chief", "excuse": "duty_chief", "file_clue": "supervisor", "decide_clue": "inspector"}
SYSTEM = sorted(step.name for step in WHISTLE.steps if step.permission is None)


def right(step: str, cast):
    return cast.officer if step in CALLED else getattr(cast, OTHERS.get(step, "secretary"))


@pytest.mark.parametrize("step", list(WHISTLE.by_name))
def test_who_may_not_take_a_step_is_told_so_and_who_does_not_see_it_finds_nothing(as_, cast, blow, step):
    whistle = blow()
    for person in (cast.leader, cast.worker):
        refused = as_(person).post(of(whistle, step), {}, format="json")
        assert (refused.status_code, refused.data["code"]) == (403, "not_yours"), person
        assert sentence_of(refused) == f"“{WHISTLE.by_name[step].button}” is for others to do here."
    assert as_(cast.outsider).post(of(whistle, step), {}, format="json").status_code == 404
    assert as_(cast.officer_b).post(of(whistle, step), {}, format="json").status_code == 404
    assert verbs(whistle) == ["raised", "blown"]


@pytest.mark.parametrize("step", SYSTEM)
def test_the_systems_own_steps_are_nobodys(as_, cast, blow, step):
    whistle = blow()
    assert as_(cast.secretary).post(of(whistle, step)).status_code == 403


@pytest.mark.parametrize("step", [step.name for step in WHISTLE.steps if step.permission and step.name not in CALLED])
def test_a_step_at_the_wrong_time_is_refused_with_where_it_stands(as_, cast, whistle_at, step):
    """Declined and over: no step starts from there."""
    whistle = whistle_at("declined")
    before = verbs(whistle)
    refused = as_(right(step, cast)).post(of(whistle, step), {}, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "not_now")
    assert refused.data["state"]["status"] == "declined"
    assert whistle.number in sentence_of(refused)
    assert verbs(whistle) == before


@pytest.mark.parametrize(
    ("status", "step", "said", "fields"),
    [
        ("raised", "decline", {}, {"reason"}),
        ("calling", "withdraw", {"reason": " "}, {"reason"}),
        ("calling", "contact", {"how": "pigeon"}, {"how", "with_whom"}),
        ("calling", "announce", {}, {"came"}),
        ("calling", "announce", {"came": "陶", "came_count": "0", "expected_at": "soon"}, {"came_count", "expected_at"}),
        ("calling", "check_in", {"came": "陶"}, {"code"}),
        ("calling", "check_in", {"came": "陶", "lng": 117.2, "lat": 39.2}, {"lng"}),
        ("calling", "check_in", {"came": "陶", "lng": "x", "lat": 39}, {"lng"}),
        ("calling", "check_in", {**PLACE}, {"came"}),
        ("calling", "register", {"came": "陶", "summons": 0}, {"summons"}),
        ("calling", "object_to", {"reason": "", "suggested": "nobody"}, {"reason", "basis", "suggested"}),
        ("calling", "plan", {}, {"words_1"}),
        ("calling", "plan", {"words_1": "清运", "due_on_1": "2026-10-12"}, {"words_1"}),
        ("calling", "plan", {"words_3": "清运", "who_3": "社区"}, {"due_on_3"}),
        ("calling", "plan", {"words_1": "清运", "who_1": "社区", "due_on_1": "2026-10-01"}, {"words_1"}),
        ("calling", "plan", {"words_1": "清", "who_1": "甲", "due_on_1": "2026-10-12", "money_1": "NaN"}, {"money_1"}),
        ("calling", "attach", {"title": "代管协议", "parties": "甲、乙"}, {"file"}),
        ("handling", "progress", {}, {"note"}),
        ("handling", "reply", {"received_at": "2026-10-09T09:00"}, {"spoke_with", "measures", "finish_on"}),
        ("handling", "reply", {"received_at": "2026-12-09T09:00", "spoke_with": "甲", "measures": "乙",
                               "finish_on": "2026-10-12"}, {"received_at"}),
        ("handling", "audit", {}, {"passed"}),
        ("handling", "settle", {}, {"result"}),
        ("settled", "rate", {"solved": "perhaps"}, None),
        ("calling", "file_clue", {"reason": "malice"}, {"reason", "words"}),
        ("calling", "blow_again", {"reason": "not_there", "meet_at": "x"}, {"meet_at"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field_and_changes_nothing(as_, cast, whistle_at, status, step, said, fields):
    whistle = whistle_at(status)
    before = verbs(whistle)
    refused = as_(right(step, cast)).post(of(whistle, step), said, format="json")
    assert (refused.status_code, refused.data["code"]) == (400, "invalid"), refused.data
    if fields is None:
        fields = {"solved"} | {f"{mark}_{one.pk}" for one in whistle.summonses.all() for mark in ("signing", "arriving", "handling", "effect")}
    assert set(refused.data["fields"]) == fields
    assert all(refused.data["fields"].values())
    whistle.refresh_from_db()
    assert (whistle.status, verbs(whistle)) == (status, before)


def test_a_service_that_says_no_says_it_here_too(as_, cast, blow, whistle_at):
    whistle = blow()
    gardener = as_(staff("parks"))
    gardener.post(of(whistle, "sign"))
    again = gardener.post(of(whistle, "sign"))
    assert (again.status_code, sentence_of(again)) == (409, "It was signed in for already.")
    early = as_(cast.secretary).post(of(whistle, "audit"), {"passed": "yes"}, format="json")
    assert early.status_code == 409
    handling = whistle_at("handling")
    none = as_(cast.secretary).post(of(handling, "audit"), {"passed": "yes"}, format="json")
    assert (none.status_code, sentence_of(none)) == (404, "No reply waits for an audit.")
    early = as_(cast.secretary).post(of(handling, "settle"), {"result": "好了"}, format="json")
    assert (early.status_code, "has not replied yet" in sentence_of(early)) == (409, True)


def test_there_is_no_other_step(as_, cast, blow):
    whistle = blow()
    assert as_(cast.secretary).post(of(whistle, "fly")).status_code == 404
    assert as_(cast.secretary).post(of(whistle, "conclude")).status_code == 404
    assert as_(cast.secretary).get(of(whistle, "sign")).status_code == 405


def test_a_paper_that_is_neither_pdf_nor_picture_is_refused(as_, cast, blow):
    whistle = blow()
    said = {"title": "代管协议", "parties": "甲、乙", "file": SimpleUploadedFile("a.pdf", b"MZ\x00program")}
    refused = as_(cast.secretary).post(of(whistle, "attach"), said, format="multipart")
    assert (refused.status_code, set(refused.data["fields"])) == (400, {"file"})
    assert whistle.agreements.count() == 0


# --- proof of arrival ------------------------------------------------------------------------------------------------
def test_five_wrong_codes_are_counted_and_the_sixth_is_refused_though_it_be_right(as_, cast, blow):
    whistle = blow()
    gardener, wrong = as_(staff("parks")), "xxxx"
    for _number in range(5):
        refused = gardener.post(of(whistle, "check_in"), {"came": "陶", "code": wrong}, format="json")
        assert (refused.status_code, set(refused.data["fields"])) == (400, {"code"})
    assert summons(whistle, "parks").wrong_codes == 5
    code = as_(cast.secretary).get(of(whistle, "code")).data["code"]
    refused = gardener.post(of(whistle, "check_in"), {"came": "陶", "code": code}, format="json")
    assert (refused.status_code, "Too many wrong codes" in sentence_of(refused)) == (409, True)
    assert verbs(whistle) == ["raised", "blown"]
    other = as_(staff("sanitation")).post(of(whistle, "check_in"), {"came": "方", "code": code}, format="json")
    assert other.status_code == 200
    registered = as_(cast.secretary).post(
        of(whistle, "register"), {"summons": summons(whistle, "parks").pk, "came": "陶"}, format="json"
    )
    assert registered.status_code == 200


def test_the_code_is_shown_by_the_street_alone_and_while_it_counts(as_, cast, blow):
    whistle = blow()
    shown = as_(cast.dispatcher).get(of(whistle, "code"))
    assert (shown.status_code, shown.data["code"]) == (200, current_code(whistle)[0])
    assert "no-store" in shown.headers["Cache-Control"]
    for person in (cast.officer, cast.worker, cast.community, cast.leader, cast.supervisor):
        assert as_(person).get(of(whistle, "code")).status_code == 403, person
    assert as_(cast.outsider).get(of(whistle, "code")).status_code == 404
    STEPS["withdraw"](whistle, by=cast.secretary, reason="已解决。")
    assert as_(cast.dispatcher).get(of(whistle, "code")).status_code == 409


def test_where_they_stood_is_for_the_street_and_who_came_for_everybody(as_, cast, blow):
    whistle = blow()
    said = {"came": "冯", "came_rank": "副所长", "came_count": 2, "datum": "wgs84", **PLACE}
    assert as_(staff("parks")).post(of(whistle, "check_in"), said, format="json").status_code == 200
    for person, sees in ((cast.secretary, True), (cast.dispatcher, True), (cast.officer, False), (cast.leader, False)):
        row = as_(person).get(of(whistle)).data["summonses"][0]
        assert (row["came"], row["came_rank"], row["came_count"], row["distance"]) == ("冯", "副所长", 2, 0)
        assert (row["lng"] is not None, row["lat"] is not None) == (sees, sees), person


# --- who reads what --------------------------------------------------------------------------------------------------
def test_marks_are_for_the_street_for_who_watches_and_for_the_unit_itself(as_, cast, whistle_at, who):
    whistle = whistle_at("rated")

    def rated(person) -> list[bool]:
        return [row["rating"] is not None for row in as_(person).get(of(whistle)).data["summonses"]]

    for person in (cast.secretary, cast.director, cast.supervisor, cast.leader):
        assert rated(person) == [True, True], person
    assert rated(staff("parks")) == [True, False]
    assert rated(cast.officer) == [False, True]
    assert rated(cast.worker) == rated(cast.organiser) == [False, False]


def test_the_words_of_an_objection_are_for_those_concerned(as_, cast, blow):
    whistle = blow()
    said = {"reason": "not_our_duty", "basis": "权责清单第 12 项", "suggested": "housing"}
    assert as_(staff("parks")).post(of(whistle, "object_to"), said, format="json").status_code == 200

    def told(person) -> tuple:
        api = as_(person)
        objection = api.get(of(whistle)).data["summonses"][0]["objection"]
        event = api.get(of(whistle, "events")).data["results"][-1]
        return objection["basis"], event["note"], "权责清单" in event["sentence"]

    for person in (cast.secretary, cast.duty_chief, cast.supervisor, staff("parks")):
        assert told(person) == ("权责清单第 12 项", "权责清单第 12 项", True), person
    for person in (cast.officer, cast.worker, cast.leader):
        assert told(person) == (None, "", False), person
    assert as_(cast.worker).get(of(whistle)).data["summonses"][0]["objection"]["reason"]["code"] == "not_our_duty"


def test_an_objection_is_ruled_once(as_, cast, blow):
    whistle = blow()
    said = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}
    as_(staff("parks")).post(of(whistle, "object_to"), said, format="json")
    chief = as_(cast.duty_chief)
    assert set(chief.post(of(whistle, "excuse"), {}, format="json").data["fields"]) == {"ruling"}
    told = chief.post(of(whistle, "excuse"), {"ruling": "应由住建办。", "instead": "housing", "improper": True}, format="json")
    assert told.status_code == 200, told.data
    rows = [(row["department"]["code"], row["improper"], bool(row["excused_at"])) for row in told.data["summonses"]]
    assert rows == [("parks", True, True), ("sanitation", False, False), ("housing", False, False)]
    again = chief.post(of(whistle, "uphold"), {"ruling": "应到。"}, format="json")
    assert (again.status_code, sentence_of(again)) == (404, "No objection to this whistle waits for a ruling.")


def test_what_was_decided_on_a_clue_is_for_who_decides(as_, cast, blow):
    whistle = blow()
    filed = as_(cast.supervisor).post(of(whistle, "file_clue"), {"reason": "poor_work", "words": "三次不到。"}, format="json")
    assert filed.status_code == 200, filed.data
    inspector = as_(cast.inspector)
    decided = inspector.post(of(whistle, "decide_clue"), {"decision": "提醒谈话。"}, format="json")
    assert decided.status_code == 200, decided.data
    [clue] = decided.data["clues"]
    assert (clue["words"], clue["decision"]) == ("三次不到。", "提醒谈话。")
    for person in (cast.supervisor, cast.secretary, cast.worker, cast.officer, cast.leader):
        api = as_(person)
        assert api.get(of(whistle)).data["clues"] == [], person
        assert "谈话" not in str(api.get(of(whistle, "events")).data), person


@pytest.mark.mechanism("3-26")
def test_a_party_member_called_sees_his_whistle_and_no_other(as_, cast, blow, who):
    other = blow()
    said = blown(sort="members", caller="120106990001", called_1="person:member", called_2=None, words="雨雪天清扫楼前。")
    made = as_(cast.community).post(WHISTLES, said, format="json")
    assert made.status_code == 201, made.data
    member = as_(who("member"))
    assert [row["number"] for row in member.get(WHISTLES).data["results"]] == [made.data["number"]]
    assert [row["number"] for row in member.get(WHISTLES, {"view": "mine"}).data["results"]] == [made.data["number"]]
    own = Whistle.objects.get(number=made.data["number"])
    assert member.get(of(own)).status_code == 200
    assert member.get(of(other)).status_code == member.get(of(other, "events")).status_code == 404
    assert member.post(of(own, "sign")).status_code == 200
    assert member.post(of(own, "check_in"), {"came": "钱", **PLACE}, format="json").status_code == 200
    assert as_(who("member2")).get(WHISTLES).data["results"] == []
    assert as_(who("member2")).get(of(own)).status_code == 404


@pytest.mark.mechanism("3-25")
def test_a_street_calls_companies_and_member_units(as_, cast, clock):
    school = MemberUnit.objects.get(name="试点街道小学")
    said = blown(sort="units", called_1="department:heating", called_2=f"unit:{school.pk}")
    made = as_(cast.secretary).post(WHISTLES, said, format="json")
    assert made.status_code == 201, made.data
    assert [row["who"] for row in made.data["summonses"]] == ["Heating company", "试点街道小学"]
    refused = as_(cast.secretary).post(WHISTLES, blown(sort="units", words="停热。"), format="json")
    assert set(refused.data["fields"]) == {"called_1"}


def test_a_leader_called_by_the_second_whistle_reports_in_himself(as_, cast, blow):
    first = blow()
    second = louder(first, reason="not_there")
    leader = as_(cast.leader)
    assert [row["number"] for row in leader.get(WHISTLES, {"view": "second"}).data["results"]] == [second.number]
    assert leader.post(of(second, "sign")).status_code == 200
    told = leader.post(of(second, "check_in"), {"came": "汪", "came_rank": "副区长", **PLACE}, format="json")
    assert told.status_code == 200, told.data
    assert (told.data["previous"], told.data["level"], told.data["history"]) == (first.number, 2, [first.number])
    assert leader.get(of(first)).data["next"] == second.number


def test_blowing_again_answers_with_the_next_whistle(as_, cast, blow, clock):
    whistle = blow()
    early = {"reason": "not_there", "meet_at": "2026-10-09T16:00"}
    refused = as_(cast.secretary).post(of(whistle, "blow_again"), early, format="json")
    assert (refused.status_code, "Nobody is late yet" in sentence_of(refused)) == (409, True)
    clock.pass_(minutes=30)
    told = as_(cast.secretary).post(of(whistle, "blow_again"), early, format="json")
    assert told.status_code == 200, told.data
    assert (told.data["previous"], told.data["status"]["code"]) == (whistle.number, "calling")


# --- lists -----------------------------------------------------------------------------------------------------------
def numbers(answer) -> list[str]:
    return [row["number"] for row in answer.data["results"]]


def test_filters_narrow_the_list(as_, cast, blow, whistle_at):
    over, running = whistle_at("withdrawn"), blow(words="路灯不亮，井盖缺失。")
    street = as_(cast.secretary)
    assert numbers(street.get(WHISTLES)) == [running.number, over.number]
    for ask in ({"view": "open"}, {"status": "calling"}, {"q": "井盖"}, {"q": f"路灯 {running.number}"}, {"view": "running"}):
        assert numbers(street.get(WHISTLES, ask)) == [running.number], ask
    assert numbers(street.get(WHISTLES, {"view": "second"})) == numbers(street.get(WHISTLES, {"view": "late"})) == []
    assert numbers(street.get(WHISTLES, {"area": "120106990002"})) == numbers(street.get(WHISTLES, {"area": "nowhere"})) == []
    assert len(numbers(street.get(WHISTLES, {"area": "120106990001", "city": "village", "limit": "200"}))) == 2
    assert numbers(as_(staff("parks")).get(WHISTLES, {"view": "mine"})) == [running.number]
    assert numbers(as_(cast.officer_b).get(WHISTLES)) == numbers(as_(cast.outsider).get(WHISTLES)) == []


@pytest.mark.parametrize(
    "ask", [{"status": "sleeping"}, {"view": "theirs"}, {"limit": "0"}, {"after": "x"}, {"q": "\x00"}, {"area": "\x00"}], ids=str
)
@pytest.mark.parametrize("address", [WHISTLES, SUPERVISIONS])
def test_a_filter_that_is_none_is_refused_with_a_sentence(as_, cast, address, ask):
    if address == SUPERVISIONS and "view" in ask:
        return
    refused = as_(cast.secretary).get(address, ask)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert refused.json()["sentence"]


@pytest.mark.parametrize("ask", [{}, {"view": "open"}, {"view": "mine"}, {"q": "空地"}, {"view": "late"}], ids=str)
def test_the_list_costs_the_same_at_one_and_at_three_rows(as_, cast, blow, clock, ask):
    for number in range(3):
        blow(words=f"第 {number} 处空地")
    clock.pass_(hours=1, sweep=False)
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.secretary).get(WHISTLES, {**ask, "limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_whistle_costs_the_same_whoever_many_it_calls(as_, cast, blow):
    costs = []
    for departments in (("parks",), ("parks", "sanitation", "housing", "police", "municipal")):
        whistle = blow(departments=departments)
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.secretary).get(of(whistle)).data["summonses"]) == len(departments)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_pages_neither_repeat_nor_skip_while_whistles_go_out(as_, cast, blow):
    first = [blow(words=f"第 {number} 处空地").number for number in range(3)]
    street, seen, address = as_(cast.secretary), [], f"{WHISTLES}?limit=2"
    while address:
        answer = street.get(address)
        seen += numbers(answer)
        address = answer.data["next"]
        blow(words="另一处")
    assert seen == first[::-1]


# --- what others have done meanwhile, events -------------------------------------------------------------------------
def test_who_has_not_seen_what_others_did_is_told_and_nothing_is_done(as_, cast, blow):
    whistle = blow()
    seen = as_(cast.secretary).get(of(whistle)).data["events"]
    STEPS["sign"](whistle, by=staff("parks"))
    refused = as_(cast.secretary).post(of(whistle, "withdraw"), {"reason": "已解决。", "seen": seen}, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "not_now")
    assert "signed in" in sentence_of(refused)
    assert whistle.number in sentence_of(refused)
    assert verbs(whistle)[-1] == "signed_in"
    again = {"reason": "已解决。", "seen": refused.data["state"]["seen"]}
    assert as_(cast.secretary).post(of(whistle, "withdraw"), again, format="json").status_code == 200


def test_the_events_come_in_order_with_the_sentences_of_the_page(as_, cast, whistle_at):
    whistle = whistle_at("handling")
    street, told, address = as_(cast.secretary), [], of(whistle, "events") + "?limit=2"
    while address:
        answer = street.get(address)
        told += answer.data["results"]
        address = answer.data["next"]
    assert [one["verb"] for one in told] == verbs(whistle)
    assert all(one["sentence"] and one["who"] for one in told)
    assert [one["previous"] for one in told[1:]] == [one["hash"] for one in told[:-1]]


# --- supervised cases ------------------------------------------------------------------------------------------------
@pytest.fixture
def supervision(blow, clock):
    """The supervised case of a whistle that the gardeners missed."""
    whistle = blow()
    clock.pass_(minutes=30, sweep=False)
    supervise(whistle, reason="not_there", department=summons(whistle, "parks").department)
    return Supervision.objects.get(followed=whistle)


@pytest.mark.mechanism("2-18")
def test_the_sweep_puts_a_missed_whistle_before_the_office(as_, cast, blow, clock):
    whistle = blow()
    clock.pass_(hours=1)
    [row] = as_(cast.supervisor).get(SUPERVISIONS).data["results"]
    assert (row["followed"], row["reason"]["code"]) == (whistle.number, "not_there")
    assert as_(cast.supervisor).get(of(whistle)).data["supervision"] == row["number"]
    sweep_deadlines()
    assert len(as_(cast.supervisor).get(SUPERVISIONS).data["results"]) == 1


def test_a_supervised_case_goes_its_line(as_, cast, supervision):
    office, unit = as_(cast.supervisor), as_(staff("parks"))
    assert [step["name"] for step in unit.get(of(supervision)).data["available_steps"]] == ["answer"]
    demanded = office.post(of(supervision, "demand"), {"department": "sanitation", "words": "说明原因。"}, format="json")
    assert demanded.status_code == 200, demanded.data
    answered = unit.post(of(supervision, "answer"), {"words": "车辆故障。"}, format="json")
    assert [row["words"] for row in answered.data["statements"]] == ["车辆故障。", None]
    early = office.post(of(supervision, "conclude"), {"words": "已到位。"}, format="json")
    assert (early.status_code, "still runs" in sentence_of(early)) == (409, True)
    STEPS["withdraw"](supervision.followed, by=cast.secretary, reason="已解决。")
    concluded = office.post(of(supervision, "conclude"), {"words": "已到位。"}, format="json")
    assert (concluded.status_code, concluded.data["status"]["code"]) == (200, "concluded")


@pytest.mark.parametrize(
    ("step", "person", "said", "fields"),
    [
        ("demand", "supervisor", {"department": "police"}, {"department", "words"}),
        ("answer", "parks", {}, {"words"}),
        ("conclude", "supervisor", {"words": ""}, {"words"}),
    ],
    ids=str,
)
def test_a_step_of_a_supervised_case_is_refused_to_others_and_where_something_is_missing(
    as_, cast, supervision, step, person, said, fields
):
    actor = staff("parks") if person == "parks" else cast.supervisor
    refused = as_(actor).post(of(supervision, step), said, format="json")
    assert (refused.status_code, set(refused.data["fields"])) == (400, fields)
    assert as_(cast.worker).post(of(supervision, step), said, format="json").status_code == 403
    assert as_(cast.outsider).post(of(supervision, step), said, format="json").status_code == 404
    assert as_(cast.supervisor).post(of(supervision, "take_up")).status_code == 403
    assert verbs(supervision) == ["supervision_opened", "lateness_taken_up"]


def test_a_statement_is_read_by_the_office_the_street_and_its_own_unit(as_, cast, supervision):
    as_(staff("parks")).post(of(supervision, "answer"), {"words": "车辆故障。"}, format="json")

    def reads(person) -> str | None:
        return as_(person).get(of(supervision)).data["statements"][0]["words"]

    assert {reads(person) for person in (cast.supervisor, cast.secretary, staff("parks"))} == {"车辆故障。"}
    assert reads(cast.worker) is None
    assert as_(cast.officer).get(of(supervision)).status_code == 404


def test_the_list_of_supervised_cases_costs_the_same_at_one_and_at_three_rows(as_, cast, blow, clock):
    for number in range(3):
        whistle = blow(words=f"第 {number} 处")
        supervise(whistle, reason="not_there", department=summons(whistle, "parks").department)
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.supervisor).get(SUPERVISIONS, {"limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- notices ---------------------------------------------------------------------------------------------------------
def test_reading_leaves_one_receipt_and_only_ones_own(as_, cast, blow, clock):
    blow()
    blow(words="另一处")
    gardener, mine = as_(staff("parks")), Notice.objects.filter(user=staff("parks"))
    assert gardener.get(f"{NOTICES}unread/").data == {"unread": 2}
    first = gardener.get(NOTICES).data["results"][0]["key"]
    for _again in range(2):
        assert gardener.post(f"{NOTICES}read/", {"keys": [first]}, format="json").data == {"unread": 1}
    read_at = mine.get(pk=first).read_at
    clock.pass_(minutes=5)
    others = list(Notice.objects.exclude(user=staff("parks")).values_list("pk", flat=True))
    gardener.post(f"{NOTICES}read/", {"keys": [first, *others]}, format="json")
    assert mine.get(pk=first).read_at == read_at
    assert not Notice.objects.filter(pk__in=others, read_at__isnull=False).exists()
    assert gardener.post(f"{NOTICES}read/", {}, format="json").data == {"unread": 0}
    assert gardener.post(f"{NOTICES}read/", {"keys": ["x"]}, format="json").status_code == 400


def test_the_list_of_notices_costs_the_same_at_one_and_at_three_rows(as_, cast, blow):
    for number in range(3):
        blow(words=f"第 {number} 处")
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(staff("parks")).get(NOTICES, {"limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


# --- the description -------------------------------------------------------------------------------------------------
def test_the_description_names_exactly_the_fields_of_the_forms():
    for say, life in ((WhistleStepSay, WHISTLE), (SupervisionStepSay, SUPERVISION)):
        asked = {name for step in life.by_name for name in FORMS[step].base_fields}
        assert set(say().fields) == {*asked, "seen"}
    assert set(WhistleSay().fields) == {*BlowForm.base_fields, "city"}

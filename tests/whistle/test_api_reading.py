"""Whistles read through the API: lists, and what of a whistle only those concerned may read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import MemberUnit
from tests.conftest import PLACE
from tests.whistle.asking import SUPERVISIONS, WHISTLES, as_, blown, numbers, of, sentence_of
from tests.whistle.conftest import staff, verbs
from whistle.models import Whistle
from whistle.services.growing import louder
from whistle.services.steps import STEPS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


# --- who reads what --------------------------------------------------------------------------------------------------
def test_marks_are_for_the_street_for_who_watches_and_for_the_unit_itself(cast, whistle_at, who):
    whistle = whistle_at("rated")

    def rated(person) -> list[bool]:
        return [row["rating"] is not None for row in as_(person).get(of(whistle)).data["summonses"]]

    for person in (cast.secretary, cast.director, cast.supervisor, cast.leader):
        assert rated(person) == [True, True], person
    assert rated(staff("parks")) == [True, False]
    assert rated(cast.officer) == [False, True]
    assert rated(cast.worker) == rated(cast.organiser) == [False, False]


def test_the_words_of_an_objection_are_for_those_concerned(cast, blow):
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


def test_an_objection_is_ruled_once(cast, blow):
    whistle = blow()
    said = {"reason": "not_our_duty", "basis": "权责清单第 12 项"}
    as_(staff("parks")).post(of(whistle, "object_to"), said, format="json")
    chief = as_(cast.duty_chief)
    assert set(chief.post(of(whistle, "excuse"), {}, format="json").data["fields"]) == {"ruling"}
    told = chief.post(
        of(whistle, "excuse"), {"ruling": "应由住建办。", "instead": "housing", "improper": True}, format="json"
    )
    assert told.status_code == 200, told.data
    rows = [(row["department"]["code"], row["improper"], bool(row["excused_at"])) for row in told.data["summonses"]]
    assert rows == [("parks", True, True), ("sanitation", False, False), ("housing", False, False)]
    again = chief.post(of(whistle, "uphold"), {"ruling": "应到。"}, format="json")
    assert (again.status_code, sentence_of(again)) == (404, "No objection to this whistle waits for a ruling.")


def test_what_was_decided_on_a_clue_is_for_who_decides(cast, blow):
    whistle = blow()
    filed = as_(cast.supervisor).post(
        of(whistle, "file_clue"), {"reason": "poor_work", "words": "三次不到。"}, format="json"
    )
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
def test_a_party_member_called_sees_his_whistle_and_no_other(cast, blow, who):
    other = blow()
    said = blown(
        sort="members", caller="120106990001", called_1="person:member", called_2=None, words="雨雪天清扫楼前。"
    )
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
def test_a_street_calls_companies_and_member_units(cast, clock):
    school = MemberUnit.objects.get(name="试点街道小学")
    said = blown(sort="units", called_1="department:heating", called_2=f"unit:{school.pk}")
    made = as_(cast.secretary).post(WHISTLES, said, format="json")
    assert made.status_code == 201, made.data
    assert [row["who"] for row in made.data["summonses"]] == ["Heating company", "试点街道小学"]
    refused = as_(cast.secretary).post(WHISTLES, blown(sort="units", words="停热。"), format="json")
    assert set(refused.data["fields"]) == {"called_1"}


def test_a_leader_called_by_the_second_whistle_reports_in_himself(cast, blow):
    first = blow()
    second = louder(first, reason="not_there")
    leader = as_(cast.leader)
    assert [row["number"] for row in leader.get(WHISTLES, {"view": "second"}).data["results"]] == [second.number]
    assert leader.post(of(second, "sign")).status_code == 200
    told = leader.post(of(second, "check_in"), {"came": "汪", "came_rank": "副区长", **PLACE}, format="json")
    assert told.status_code == 200, told.data
    assert (told.data["previous"], told.data["level"], told.data["history"]) == (first.number, 2, [first.number])
    assert leader.get(of(first)).data["next"] == second.number


def test_blowing_again_answers_with_the_next_whistle(cast, blow, clock):
    whistle = blow()
    early = {"reason": "not_there", "meet_at": "2026-10-09T16:00"}
    refused = as_(cast.secretary).post(of(whistle, "blow_again"), early, format="json")
    assert (refused.status_code, "Nobody is late yet" in sentence_of(refused)) == (409, True)
    clock.pass_(minutes=30)
    told = as_(cast.secretary).post(of(whistle, "blow_again"), early, format="json")
    assert told.status_code == 200, told.data
    assert (told.data["previous"], told.data["status"]["code"]) == (whistle.number, "calling")


# --- lists -----------------------------------------------------------------------------------------------------------
def test_filters_narrow_the_list(cast, blow, whistle_at):
    over, running = whistle_at("withdrawn"), blow(words="路灯不亮，井盖缺失。")
    street = as_(cast.secretary)
    assert numbers(street.get(WHISTLES)) == [running.number, over.number]
    for ask in (
        {"view": "open"},
        {"status": "calling"},
        {"q": "井盖"},
        {"q": f"路灯 {running.number}"},
        {"view": "running"},
    ):
        assert numbers(street.get(WHISTLES, ask)) == [running.number], ask
    assert numbers(street.get(WHISTLES, {"view": "second"})) == numbers(street.get(WHISTLES, {"view": "late"})) == []
    assert (
        numbers(street.get(WHISTLES, {"area": "120106990002"}))
        == numbers(street.get(WHISTLES, {"area": "nowhere"}))
        == []
    )
    assert len(numbers(street.get(WHISTLES, {"area": "120106990001", "city": "village", "limit": "200"}))) == 2
    assert numbers(as_(staff("parks")).get(WHISTLES, {"view": "mine"})) == [running.number]
    assert numbers(as_(cast.officer_b).get(WHISTLES)) == numbers(as_(cast.outsider).get(WHISTLES)) == []


@pytest.mark.parametrize(
    "ask", [{"status": "sleeping"}, {"view": "theirs"}, {"limit": "0"}, {"after": "x"}, {"q": "\x00"}, {"area": "\x00"}]
)
@pytest.mark.parametrize("address", [WHISTLES, SUPERVISIONS])
def test_a_filter_that_is_none_is_refused_with_a_sentence(cast, address, ask):
    if address == SUPERVISIONS and "view" in ask:
        return
    refused = as_(cast.secretary).get(address, ask)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert refused.json()["sentence"]


@pytest.mark.parametrize("ask", [{}, {"view": "open"}, {"view": "mine"}, {"q": "空地"}, {"view": "late"}])
def test_the_list_costs_the_same_at_one_and_at_three_rows(cast, blow, clock, ask):
    for number in range(3):
        blow(words=f"第 {number} 处空地")
    clock.pass_(hours=1, sweep=False)
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.secretary).get(WHISTLES, {**ask, "limit": rows}).data["results"]) == rows
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_whistle_costs_the_same_whoever_many_it_calls(cast, blow):
    costs = []
    for departments in (("parks",), ("parks", "sanitation", "housing", "police", "municipal")):
        whistle = blow(departments=departments)
        with CaptureQueriesContext(connection) as asked:
            assert len(as_(cast.secretary).get(of(whistle)).data["summonses"]) == len(departments)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_pages_neither_repeat_nor_skip_while_whistles_go_out(cast, blow):
    first = [blow(words=f"第 {number} 处空地").number for number in range(3)]
    street, seen, address = as_(cast.secretary), [], f"{WHISTLES}?limit=2"
    while address:
        answer = street.get(address)
        seen += numbers(answer)
        address = answer.data["next"]
        blow(words="另一处")
    assert seen == first[::-1]


# --- what others have done meanwhile, events -------------------------------------------------------------------------
def test_who_has_not_seen_what_others_did_is_told_and_nothing_is_done(cast, blow):
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


def test_the_events_come_in_order_with_the_sentences_of_the_page(cast, whistle_at):
    whistle = whistle_at("handling")
    street, told, address = as_(cast.secretary), [], of(whistle, "events") + "?limit=2"
    while address:
        answer = street.get(address)
        told += answer.data["results"]
        address = answer.data["next"]
    assert [one["verb"] for one in told] == verbs(whistle)
    assert all(one["sentence"] and one["who"] for one in told)
    assert [one["previous"] for one in told[1:]] == [one["hash"] for one in told[:-1]]

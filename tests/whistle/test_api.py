"""Whistles through the API: each step by the right person and by a wrong one, with the very sentence of the service."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.models import Case, Event
from tests.conftest import PLACE
from tests.whistle.asking import NOTICES, WHISTLES, as_, blown, of, sentence_of
from tests.whistle.conftest import staff, summons, verbs
from whistle.lifecycle import WHISTLE
from whistle.models import Whistle
from whistle.services.codes import current_code
from whistle.services.steps import STEPS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PDF = b"%PDF-1.4\n%%EOF\n"


# --- the line --------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-21")
def test_a_whistle_goes_its_whole_line_through_the_api(cast, who):
    street, parks, sanitation = as_(cast.secretary), as_(who("gardener")), as_(cast.officer)
    made = street.post(WHISTLES, blown(), format="json")
    assert made.status_code == 201, made.data
    address = made.headers["Location"]
    assert [one["department"]["code"] for one in made.data["summonses"]] == ["parks", "sanitation"]
    keys = [one["key"] for one in made.data["summonses"]]
    here = {"came": "冯", "came_rank": "副所长", "came_count": 2, **PLACE}
    said = {
        "received_at": "2026-10-09T10:30",
        "spoke_with": "办事处主任",
        "measures": "已清运。",
        "finish_on": "2026-10-12",
    }
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
def test_who_is_called_reads_at_once_where_when_and_what(cast, who):
    as_(cast.secretary).post(WHISTLES, blown(), format="json")
    gardener = as_(who("gardener"))
    [notice] = gardener.get(NOTICES).data["results"]
    assert (notice["about"]["code"], notice["read_at"]) == ("called", None)
    told = gardener.get(notice["url"]).data
    assert (told["place"], told["meet_at"], told["summonses"][0]["asked"]) == (
        "空地东侧",
        "2026-10-09T15:00:00+08:00",
        "清理空地",
    )
    assert {clock["stage"]["code"] for clock in told["clocks"]} >= {"whistle.sign", "whistle.arrive"}
    assert [step["name"] for step in told["available_steps"]][:2] == ["sign", "check_in"]


def test_a_community_applies_and_the_street_decides(cast):
    made = as_(cast.community).post(WHISTLES, blown(), format="json")
    assert (made.status_code, made.data["status"]["code"]) == (201, "raised")
    whistle = Whistle.objects.get()
    assert "blow" not in [step["name"] for step in made.data["available_steps"]]
    assert as_(cast.community).post(of(whistle, "blow")).status_code == 403
    told = as_(cast.director).post(of(whistle, "blow"), {"note": "同意。"}, format="json")
    assert (told.status_code, told.data["status"]["code"]) == (200, "calling")


def test_the_same_whistle_sent_twice_is_one(cast):
    numbers = {as_(cast.secretary).post(WHISTLES, blown(), format="json").data["number"] for _ in range(2)}
    assert len(numbers) == Whistle.objects.count() == 1


@pytest.mark.parametrize(("person", "status"), [("worker", 403), ("officer", 403), ("leader", 403), ("outsider", 404)])
def test_whose_post_opens_no_kind_blows_nothing(cast, person, status):
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
)
def test_what_is_wrong_with_a_whistle_is_said_field_by_field_and_opens_nothing(cast, changes, fields):
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
def test_who_may_not_take_a_step_is_told_so_and_who_does_not_see_it_finds_nothing(cast, blow, step):
    whistle = blow()
    for person in (cast.leader, cast.worker):
        refused = as_(person).post(of(whistle, step), {}, format="json")
        assert (refused.status_code, refused.data["code"]) == (403, "not_yours"), person
        assert sentence_of(refused) == f"“{WHISTLE.by_name[step].button}” is for others to do here."
    assert as_(cast.outsider).post(of(whistle, step), {}, format="json").status_code == 404
    assert as_(cast.officer_b).post(of(whistle, step), {}, format="json").status_code == 404
    assert verbs(whistle) == ["raised", "blown"]


@pytest.mark.parametrize("step", SYSTEM)
def test_the_systems_own_steps_are_nobodys(cast, blow, step):
    whistle = blow()
    assert as_(cast.secretary).post(of(whistle, step)).status_code == 403


@pytest.mark.parametrize("step", [step.name for step in WHISTLE.steps if step.permission and step.name not in CALLED])
def test_a_step_at_the_wrong_time_is_refused_with_where_it_stands(cast, whistle_at, step):
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
)  # fmt: skip
def test_what_is_missing_is_said_at_its_field_and_changes_nothing(cast, whistle_at, status, step, said, fields):
    whistle = whistle_at(status)
    before = verbs(whistle)
    refused = as_(right(step, cast)).post(of(whistle, step), said, format="json")
    assert (refused.status_code, refused.data["code"]) == (400, "invalid"), refused.data
    if fields is None:
        fields = {"solved"} | {
            f"{mark}_{one.pk}"
            for one in whistle.summonses.all()
            for mark in ("signing", "arriving", "handling", "effect")
        }
    assert set(refused.data["fields"]) == fields
    assert all(refused.data["fields"].values())
    whistle.refresh_from_db()
    assert (whistle.status, verbs(whistle)) == (status, before)


def test_a_service_that_says_no_says_it_here_too(cast, blow, whistle_at):
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


def test_there_is_no_other_step(cast, blow):
    whistle = blow()
    assert as_(cast.secretary).post(of(whistle, "fly")).status_code == 404
    assert as_(cast.secretary).post(of(whistle, "conclude")).status_code == 404
    assert as_(cast.secretary).get(of(whistle, "sign")).status_code == 405


def test_a_paper_that_is_neither_pdf_nor_picture_is_refused(cast, blow):
    whistle = blow()
    said = {"title": "代管协议", "parties": "甲、乙", "file": SimpleUploadedFile("a.pdf", b"MZ\x00program")}
    refused = as_(cast.secretary).post(of(whistle, "attach"), said, format="multipart")
    assert (refused.status_code, set(refused.data["fields"])) == (400, {"file"})
    assert whistle.agreements.count() == 0


# --- proof of arrival ------------------------------------------------------------------------------------------------
def test_five_wrong_codes_are_counted_and_the_sixth_is_refused_though_it_be_right(cast, blow):
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


def test_the_code_is_shown_by_the_street_alone_and_while_it_counts(cast, blow):
    whistle = blow()
    shown = as_(cast.dispatcher).get(of(whistle, "code"))
    assert (shown.status_code, shown.data["code"]) == (200, current_code(whistle)[0])
    assert "no-store" in shown.headers["Cache-Control"]
    for person in (cast.officer, cast.worker, cast.community, cast.leader, cast.supervisor):
        assert as_(person).get(of(whistle, "code")).status_code == 403, person
    assert as_(cast.outsider).get(of(whistle, "code")).status_code == 404
    STEPS["withdraw"](whistle, by=cast.secretary, reason="已解决。")
    assert as_(cast.dispatcher).get(of(whistle, "code")).status_code == 409


def test_where_they_stood_is_for_the_street_and_who_came_for_everybody(cast, blow):
    whistle = blow()
    said = {"came": "冯", "came_rank": "副所长", "came_count": 2, "datum": "wgs84", **PLACE}
    assert as_(staff("parks")).post(of(whistle, "check_in"), said, format="json").status_code == 200
    for person, sees in ((cast.secretary, True), (cast.dispatcher, True), (cast.officer, False), (cast.leader, False)):
        row = as_(person).get(of(whistle)).data["summonses"][0]
        assert (row["came"], row["came_rank"], row["came_count"], row["distance"]) == ("冯", "副所长", 2, 0)
        assert (row["lng"] is not None, row["lat"] is not None) == (sees, sees), person

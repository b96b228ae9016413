"""录入: the assessment team enters marks by line, with grounds and evidence; once the month is scored they stand."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from assessment.models import Entry, LineAssessor, Scheme
from assessment.selectors.entries import Sheet, areas_for, sheet_at, sheets_for
from assessment.services.entering import Mark, enter_marks, entrust, read_evidence, withdraw_trust
from assessment.services.months import open_month
from casework.refusals import NotFound, NotNow, NotYours
from grids.models import Area
from tests.assessment.conftest import NOVEMBER, OCTOBER
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def communities(city, clock) -> list[Area]:
    clock.set(2026, 11, 2, 9, 0)
    return list(Area.objects.filter(city=city, level__rank=2).order_by("code"))


@pytest.fixture
def sheet(city, communities):
    """`sheet(person)`: October's marks of the communities, as the person sees them."""
    return lambda person: sheet_at(person, city, "communities", "120106990", OCTOBER)


def line(sheet: Sheet, code: str = "party"):
    return next(each for each in sheet.lines if each.indicator.code == code)


def paper(content: bytes = PDF, name: str = "basis.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.mechanism("1-7", "1-8", "1-9")
def test_an_assessor_enters_his_line_for_every_community_with_grounds_and_evidence(sheet, cast, communities):
    mine = sheet(cast.organiser)
    assert (mine.entered, mine.wanted) == (0, 2 * len(communities))
    marks = [
        Mark(each.pk, 80 + number, "主题党日按期开展。", read_evidence(paper()))
        for number, each in enumerate(communities)
    ]
    enter_marks(mine, line(mine), by=cast.organiser, marks=marks)
    after = sheet(cast.organiser)
    assert (after.entered, after.wanted) == (len(communities), 2 * len(communities))
    assert [row.latest.points for row in line(after).rows] == [80, 81]
    assert all(row.latest.evidence for row in line(after).rows)


def test_a_line_that_is_entrusted_to_another_is_refused(sheet, cast, communities):
    theirs = sheet(cast.duty_chief)
    assert (line(theirs, "party").mine, line(theirs, "safety").mine) == (False, True)
    with pytest.raises(NotYours):
        enter_marks(theirs, line(theirs), by=cast.duty_chief, marks=[Mark(communities[0].pk, 90, "好")])
    assert not Entry.objects.exists()


def test_who_is_not_of_the_team_finds_no_sheet(sheet, city, cast):
    for person in (cast.worker, cast.secretary, cast.outsider):
        with pytest.raises(NotFound):
            sheet(person)
        assert sheets_for(person, city) == []


def test_a_later_mark_takes_the_place_of_the_earlier_which_stays_in_the_history(sheet, cast, communities):
    for points in (80, 85):
        mine = sheet(cast.organiser)
        enter_marks(mine, line(mine), by=cast.organiser, marks=[Mark(communities[0].pk, points, "核对后更正。")])
    row = line(sheet(cast.organiser)).rows[0]
    assert row.latest.points == 85
    assert [mark.points for mark in row.earlier] == [80]


def test_an_entered_mark_is_neither_changed_nor_deleted_in_the_database(sheet, cast, communities):
    mine = sheet(cast.organiser)
    (entry,) = enter_marks(mine, line(mine), by=cast.organiser, marks=[Mark(communities[0].pk, 80, "好")])
    for statement in (
        "update assessment_entry set points = 1 where id = %s",
        "delete from assessment_entry where id = %s",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])


@pytest.mark.parametrize(
    ("points", "words", "reason"), [(101, "好", "0 "), (-1, "好", "0 "), (80, " ", "")], ids=["high", "low", "no words"]
)
def test_a_bad_mark_is_refused_with_all_others(sheet, cast, communities, points, words, reason):
    mine = sheet(cast.organiser)
    marks = [Mark(communities[0].pk, 80, "好"), Mark(communities[1].pk, points, words)]
    with pytest.raises(ValidationError) as refused:
        enter_marks(mine, line(mine), by=cast.organiser, marks=marks)
    assert communities[1].name in "".join(refused.value.messages)
    assert not Entry.objects.exists()


def test_somebody_who_is_not_on_the_sheet_is_not_marked(sheet, cast):
    mine = sheet(cast.organiser)
    with pytest.raises(ValidationError):
        enter_marks(mine, line(mine), by=cast.organiser, marks=[Mark(987654, 80, "好")])


def test_sent_twice_it_is_entered_once(sheet, cast, communities):
    mine, key = sheet(cast.organiser), uuid.uuid4()
    for _time in range(2):
        enter_marks(mine, line(mine), by=cast.organiser, marks=[Mark(communities[0].pk, 80, "好", None, key)])
    assert Entry.objects.count() == 1


def test_once_the_month_is_scored_nothing_is_entered(sheet, cast, communities, city, street):
    scheme = Scheme.objects.get(city=city, code="communities")
    for person, code in ((cast.organiser, "party"), (cast.duty_chief, "safety")):
        theirs = sheet(person)
        marks = [Mark(each.pk, 80, "好") for each in communities]
        enter_marks(theirs, line(theirs, code), by=person, marks=marks)
    board = open_month(scheme=scheme, area=street, since=OCTOBER, until=NOVEMBER)
    assert board.status == "scored"
    closed = sheet(cast.organiser)
    assert closed.closed
    with pytest.raises(NotNow):
        enter_marks(closed, line(closed), by=cast.organiser, marks=[Mark(communities[0].pk, 90, "更好")])


@pytest.mark.parametrize("content", [b"<html>", b"", b"PK\x03\x04", b"%PD"], ids=["page", "nothing", "archive", "half"])
def test_what_is_neither_paper_nor_picture_is_refused_whatever_its_name(content):
    with pytest.raises(ValidationError):
        read_evidence(paper(content))


def test_a_picture_is_kept_as_a_clean_jpeg_and_a_paper_as_it_is():
    assert read_evidence(paper()).ending == "pdf"
    assert read_evidence(paper()).content == PDF
    picture = read_evidence(paper(jpeg(), "x.pdf"))
    assert (picture.ending, picture.content[:3]) == ("jpg", b"\xff\xd8\xff")


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("assessment.services.entering.LARGEST_BYTES", 10)
    with pytest.raises(ValidationError, match="10 MB"):
        read_evidence(paper())


def test_a_line_is_entrusted_and_taken_back_by_who_edits_schemes(city, cast, communities):
    scheme = Scheme.objects.get(city=city, code="communities")
    entrust(scheme, "party", by=cast.director, user=cast.duty_chief)
    assert LineAssessor.objects.filter(indicator_code="party").count() == 2
    withdraw_trust(scheme, "party", by=cast.director, user=cast.organiser)
    assert LineAssessor.objects.get(indicator_code="party").user == cast.duty_chief
    with pytest.raises(NotYours):
        entrust(scheme, "party", by=cast.worker, user=cast.duty_chief)
    with pytest.raises(ValidationError):
        entrust(scheme, "party", by=cast.director, user=cast.worker)


def test_of_many_boards_the_first_few_are_shown_and_the_others_chosen(city, cast, communities, monkeypatch):
    assert areas_for(cast.organiser, city) == []
    monkeypatch.setattr("assessment.selectors.entries.MOST_BOARDS", 0)
    assert sheets_for(cast.organiser, city) == []
    (street,) = areas_for(cast.organiser, city)
    shown = sheets_for(cast.organiser, city, area=street.code)
    assert {sheet.area for sheet in shown} == {street}
    assert len(shown) == 2
    assert sheets_for(cast.organiser, city, area="nowhere") == []


# --- pages ------------------------------------------------------------------------------------------------------------
ADDRESS = "/boards/entries/communities/120106990/2026-10/party/"


def test_the_team_finds_its_lines_with_how_far_they_are(client, cast, communities):
    client.force_login(cast.organiser)
    page = client.get("/boards/entries/").content.decode()
    assert ADDRESS in page
    assert "党群条口评分" in page
    client.force_login(cast.worker)
    assert ADDRESS not in client.get("/boards/entries/").content.decode()
    assert client.get(ADDRESS).status_code == 404


def test_marks_are_entered_on_the_page_and_their_paper_is_an_attachment(client, cast, communities):
    client.force_login(cast.organiser)
    first = communities[0].pk
    sent = {f"m{first}-points": "88.5", f"m{first}-words": "台账齐全。", f"m{first}-evidence": paper()}
    assert client.post(ADDRESS, sent).status_code == 302
    entry = Entry.objects.get()
    assert (entry.points, entry.subject, entry.by) == (88.5, first, cast.organiser)
    page = client.get(ADDRESS).content.decode()
    assert "台账齐全。" in page
    answer = client.get(f"/boards/entries/evidence/{entry.key}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == PDF


def test_the_page_says_at_the_row_what_is_wrong_and_enters_nothing(client, cast, communities):
    client.force_login(cast.organiser)
    first, second = (each.pk for each in communities)
    sent = {f"m{first}-points": "88", f"m{first}-words": "好", f"m{second}-points": "80"}
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert not Entry.objects.exists()
    assert client.post(ADDRESS, {}).status_code == 422


def test_evidence_is_for_those_who_work_on_that_score(client, cast, communities, sheet):
    mine = sheet(cast.organiser)
    marks = [Mark(communities[0].pk, 80, "好", read_evidence(paper()))]
    (entry,) = enter_marks(mine, line(mine), by=cast.organiser, marks=marks)
    seen = {"organiser": 200, "community": 200, "supervisor": 200, "worker": 404, "officer": 404, "outsider": 404}
    for name, status in seen.items():
        client.force_login(getattr(cast, name))
        answer = client.get(f"/boards/entries/evidence/{entry.key}/")
        assert answer.status_code == status, name
        assert status != 200 or b"".join(answer.streaming_content) == PDF

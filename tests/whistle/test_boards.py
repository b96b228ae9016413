"""The boards as pages: each figure leads to as many rows as it says; empty, refused, in both languages, with few questions."""

from __future__ import annotations

import io
import re
from html import unescape

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from grids.models import Area
from tests.whistle.conftest import GOOD, Marks, staff, summons, there
from whistle.models import Clue, Supervision, Whistle
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db

BOARDS = ("supervision", "clues", "second", "month", "year", "monitor")


@pytest.fixture
def page(client):
    """`page(cast.supervisor, "/whistles/year/")`: what that person gets there."""

    def ask(user: User, address: str, *, language: str = "zh-hans", **said):
        client.force_login(user)
        headers = {"Accept-Language": language}
        return client.post(address, said, headers=headers) if said else client.get(address, headers=headers)

    return ask


@pytest.fixture
def supervised(blow, clock) -> Supervision:
    """Parks came, sanitation did not: half an hour later the office has its case."""
    there(blow(), "parks")
    clock.pass_(minutes=56)
    return Supervision.objects.get()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("board", BOARDS)
def test_every_board_has_a_face_when_there_is_nothing(board, language, page, cast, who):
    reader = cast.leader if board == "second" else cast.supervisor
    told = page(reader, f"/whistles/{board}/", language=language)
    assert told.status_code == 200
    assert 'class="state"' in told.content.decode() or board == "monitor"


@pytest.mark.parametrize("board", BOARDS)
def test_who_has_no_post_is_told_so(board, page, cast):
    assert page(cast.outsider, f"/whistles/{board}/").status_code == 403


@pytest.mark.parametrize(("board", "refused"), [
    ("supervision", ("worker", "officer", "leader")), ("clues", ("worker", "officer", "leader")),
    ("second", ("worker", "officer", "secretary")), ("monitor", ()),
])  # fmt: skip
def test_a_board_is_for_whom_it_is_meant(board, refused, page, cast):
    for person in refused:
        assert page(getattr(cast, person), f"/whistles/{board}/").status_code == 403


LINK = re.compile(r'href="(/whistles/counted/\?[^"]+)"[^>]*>([^<]*)<')


def test_every_number_on_the_year_page_leads_to_as_many_rows(page, whistle_at, blow, order_at, cast, clock, city):
    rated = whistle_at("rated")
    settled = whistle_at("settled")
    marks = {each.pk: Marks(2, 3, 4, 5, words="按实评。") for each in settled.summonses.all()}
    STEPS["rate"](settled, by=cast.secretary, solved=True, marks=marks)
    there(blow(departments=("parks", "housing")), "parks")
    order_at("rated")
    clock.pass_(hours=3)
    addresses = ["/whistles/year/", "/whistles/month/", "/whistles/year/parks/?year=2026"]
    found = {link for address in addresses for link in LINK.findall(page(cast.supervisor, address).content.decode())}
    assert len(found) > 20
    assert rated.status == "rated"
    for link, words in found:
        told = page(cast.supervisor, unescape(link))
        figures = re.findall(r"\d+", words)
        assert told.status_code == 200, link
        assert int(figures[0]) == told.context["found"].count, f"{link}: {words}"


def test_the_year_and_a_department_say_how_the_total_comes_about(page, whistle_at, cast):
    for _matter in range(3):
        whistle_at("rated")  # marks 5, 5, 4, 4: 87.5
    whole = page(cast.supervisor, "/whistles/year/").content.decode()
    assert "87.5" in whole
    assert "(87.5)" in whole
    one = page(cast.supervisor, "/whistles/year/parks/?year=2026", language="en").content.decode()
    one = " ".join(one.split())
    # 3 matters of 87.5, three more of the mean of all, which is the same; and twelve of twelve clocks.
    assert "(3 × 87.5 + 3 × 87.5) ÷ (3 + 3) = <b>87.5</b>" in one
    assert "(streets 87.5 × 50 + clocks 100.0 × 25) ÷ 75 = <b>91.7</b>" in one
    assert GOOD.signing == 5


def test_a_year_and_a_department_without_whistles(page, whistle_at, cast):
    whistle_at("rated")
    assert page(cast.supervisor, "/whistles/year/?year=2019").status_code == 200
    assert page(cast.supervisor, "/whistles/year/parks/?year=2019").status_code == 404
    assert page(cast.supervisor, "/whistles/year/heating/?year=2026").status_code == 404
    assert page(staff("parks"), "/whistles/year/parks/").status_code == 200
    assert page(staff("parks"), "/whistles/year/sanitation/").status_code == 404
    assert page(cast.supervisor, "/whistles/counted/?figure=nonsense").status_code == 404


@pytest.mark.mechanism("2-18")
def test_the_office_sees_what_is_overdue_with_the_case_and_its_letter(page, supervised, cast):
    board = page(cast.supervisor, "/whistles/supervision/").content.decode()
    assert supervised.number in board
    assert "环卫所" in board
    assert "园林绿化所" not in board
    letter = page(cast.supervisor, f"/whistles/supervision/{supervised.number}/letter.pdf")
    assert (letter.status_code, letter["Content-Type"]) == (200, "application/pdf")
    words = "".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(letter.content)).pages)
    assert supervised.number in words
    assert "环卫所" in words


def test_a_case_is_carried_to_its_end_on_its_page(page, supervised, cast):
    address = f"/whistles/supervision/{supervised.number}/"
    assert page(cast.outsider, address).status_code == page(cast.officer_b, address).status_code == 404
    # The unit states; without words it is asked for them and nothing changes.
    assert page(cast.officer, f"{address}answer/", words=" ").status_code == 422
    assert page(cast.officer, f"{address}answer/", words="车辆故障，已整改。").status_code == 302
    # The office demands more, of a unit by its code; the whistle still runs, so it does not conclude yet.
    assert page(cast.officer, f"{address}demand/", department="parks", words="说明原因。").status_code == 403
    assert page(cast.supervisor, f"{address}demand/", department="sanitation", words="补充说明。").status_code == 302
    assert page(cast.supervisor, f"{address}conclude/", words="已督办到位。").status_code == 409
    STEPS["withdraw"](supervised.followed, by=cast.secretary, reason="另行处理。")
    assert page(cast.supervisor, f"{address}conclude/", words="已督办到位。").status_code == 302
    told = page(cast.officer, address).content.decode()
    assert "车辆故障，已整改。" in told
    assert "补充说明。" in told
    assert "已督办到位。" in told
    assert Supervision.objects.get().status == "concluded"
    assert page(cast.supervisor, f"{address}fly/", words="x").status_code == 404
    assert page(cast.supervisor, f"{address}take_up/", words="x").status_code in (403, 409)


@pytest.mark.mechanism("2-22")
def test_the_leader_reads_the_second_whistle_that_calls_him(page, blow, clock, cast):
    first = there(blow(), "parks")
    clock.pass_(hours=3)
    told = page(cast.leader, "/whistles/second/").content.decode()
    assert Whistle.objects.get(previous=first).number in told
    assert "1 / 3" in told


@pytest.mark.mechanism("2-23")
@pytest.mark.mechanism("3-19")
def test_what_was_decided_on_a_clue_is_read_by_discipline_inspection_alone(page, blow, clock, cast):
    blow()
    clock.pass_(hours=3)
    clock.pass_(days=4)
    clue = Clue.objects.get()
    STEPS["decide_clue"](Whistle.objects.get(pk=clue.whistle_id), by=cast.inspector, decision="约谈提醒分管负责人。")
    inspector, supervisor = (
        page(who, "/whistles/clues/").content.decode() for who in (cast.inspector, cast.supervisor)
    )
    assert "约谈提醒分管负责人。" in inspector
    assert clue.whistle.number in supervisor
    assert "约谈提醒" not in supervisor


def test_a_street_over_five_a_month_and_one_that_is_silent_are_named_in_words(page, blow, cast, city, clock):
    own = Area.objects.get(city=city, parent=None)
    for _whistle in range(6):
        blow("rescue", caller=own)
        clock.pass_(minutes=31, sweep=False)
    told = page(cast.supervisor, "/whistles/monitor/", language="en").content.decode()
    assert "over 5" in told


def questions(address: str, user: User) -> int:
    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_no_board_asks_more_when_there_is_more(whistle_at, blow, order_at, cast, clock):
    def grow() -> None:
        whistle_at("rated")
        blow(departments=("sanitation", "housing"))
        order_at("rated")
        clock.pass_(hours=3)

    grow()
    clock.pass_(hours=24)
    grow()
    clock.pass_(hours=24)
    parks = summons(Whistle.objects.first(), "parks")
    addresses = [f"/whistles/{board}/" for board in BOARDS] + [
        "/whistles/year/sanitation/?year=2026", "/whistles/counted/?figure=called&department=sanitation&year=2026",
        "/whistles/counted/?figure=order_clocks_met&department=sanitation&year=2026",
        "/whistles/counted/?figure=reports&year=2026",
    ]  # fmt: skip
    reader = {address: cast.leader if "second" in address else cast.supervisor for address in addresses}
    before = {address: questions(address, reader[address]) for address in addresses}
    grow(), grow()
    assert {address: questions(address, reader[address]) for address in addresses} == before
    assert max(before.values()) <= MOST
    assert parks.pk


# Of a page as a whole: session, person, posts, rights, frame; and the board's own.
MOST = 24

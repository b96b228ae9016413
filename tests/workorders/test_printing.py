"""What an order says on paper, to whom it is given, and that its archive can be checked without this house."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.utils import translation
from pypdf import PdfReader

from casework.models import Part
from casework.refusals import NotFound, NotYours
from grids.models import Department
from workorders.models import DispatchRule, Reporter, RuleEdition
from workorders.selectors.orders import visible_order
from workorders.services import printing, supervision
from workorders.services.printing import typesetting
from workorders.services.steps import STEPS

NAME, PHONE = "欧阳若兰", "13920781234"
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(report, cast, sanitation, city, picture):
    """A resident's report, given to the sanitation station to lead and to the housing office to assist."""
    made = report(
        source="resident", reporter={"name": NAME, "phone": PHONE}, pictures=[picture], place="甲里社区 3 号楼前",
        words=f"楼前垃圾外露。\n{NAME} {PHONE} 说三天没人清运。#strong[x] $a$",
    )  # fmt: skip
    made = STEPS["accept"](made, by=cast.dispatcher)
    housing = Department.objects.get(city=city, code="housing")
    return STEPS["dispatch"](made, by=cast.dispatcher, department=sanitation, assistants=[housing])


@pytest.fixture
def pressed(order, cast, clock):
    """It was signed for and forgotten; the supervision office presses by hand, then the clocks run out."""
    order = STEPS["sign_for"](order, by=cast.officer)
    clock.pass_(hours=3)
    order = supervision.press(order, by=cast.supervisor, level=1, words="请于两日内清运完毕。")
    clock.pass_(days=9)
    return order


def seen(order, user):
    return visible_order(user, order.number)


def text_of(pdf: bytes) -> str:
    """What the paper says, without its spaces: a PDF breaks lines where it likes."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture
def slip_in(order, cast):
    """`slip_in("en")`: the words of the slip as a reader of that language gets it."""

    def words(language: str) -> str:
        with translation.override(language):
            return text_of(printing.slip(seen(order, cast.dispatcher), by=cast.dispatcher))

    return words


@pytest.fixture
def box(pressed, cast):
    """The archive of the order as a ZIP that was sent whole."""
    pieces = printing.archive(seen(pressed, cast.dispatcher), by=cast.dispatcher)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


# --- the slip --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_slip_says_what_where_who_and_by_when(slip_in, order, language):
    words = slip_in(language)
    for fact in (order.number, "甲里社区3号楼前", order.area.code, "楼前垃圾外露。", "方谷雨"):
        assert fact in words


def test_a_slip_names_lead_assistant_limit_and_the_moment_it_is_due(slip_in, order, sanitation):
    words = slip_in("en")
    due = order.deadlines.get(clock="workorders.handle").due_at
    assert due.isoformat() == "2026-10-09T08:42:00+00:00"
    assert "4workinghours:by9October2026,16:42" in words
    assert "Sanitationstation:" in words
    assert "AssistHousingoffice,by9October2026,15:54" in words
    assert "CopiesTo:Housingoffice".lower() in words.lower()


def test_a_chinese_slip_is_dated_and_headed_as_offices_do(slip_in):
    words = slip_in("zh-hans")
    assert words.startswith("试点街道实战平台")
    assert "2026年10月9日" in words


def test_what_people_write_is_no_markup_on_paper(slip_in):
    assert "#strong[x]$a$" in slip_in("en")


def test_no_paper_holds_the_reporters_name_or_number(slip_in, pressed, cast, box):
    order = seen(pressed, cast.dispatcher)
    letter = text_of(printing.letter(order, by=cast.dispatcher, place=1))
    for words in (slip_in("zh-hans"), letter, text_of(box.read("record.pdf"))):
        assert NAME not in words
        assert PHONE not in words
        assert "139****34" in words
    for name in box.namelist():
        assert NAME.encode() not in box.read(name)
        assert PHONE.encode() not in box.read(name)


def test_of_a_hidden_reporter_a_paper_says_nothing(slip_in, order):
    Reporter.objects.filter(order=order).update(hidden_from_handlers=True)
    words = slip_in("en")
    assert "139****34" not in words
    assert "欧" not in words
    assert "Reporter" not in words


def test_a_rule_that_chose_the_lead_stands_on_the_slip_by_its_number(order, cast, city):
    edition = RuleEdition.objects.filter(city=city).first() or RuleEdition.objects.create(
        city=city, edition=7, made_at=order.opened_at
    )
    lead = order.department
    order.rule = DispatchRule.objects.create(edition=edition, place=93, lead=lead, words="夜间归环卫")
    order.save(update_fields=["rule"])
    with translation.override("en"):
        words = text_of(printing.slip(seen(order, cast.dispatcher), by=cast.dispatcher))
    assert f"Rule93(edition{edition.edition})夜间归环卫" in words


def test_before_dispatch_there_is_no_slip(report, cast):
    order = report()
    with pytest.raises(NotFound):
        printing.slip(seen(order, cast.dispatcher), by=cast.dispatcher)


def test_an_assistant_that_was_released_gets_no_copy(order, cast):
    Part.objects.filter(case=order, role="assist").update(outcome=Part.Outcome.RELEASED, until=order.opened_at)
    with translation.override("en"):
        words = text_of(printing.slip(seen(order, cast.dispatcher), by=cast.dispatcher))
    assert "Housingoffice" not in words


# --- the letter ------------------------------------------------------------------------------------------------------
@pytest.fixture
def letter_in(pressed, cast):
    def words(language: str, place: int) -> str:
        with translation.override(language):
            return text_of(printing.letter(seen(pressed, cast.supervisor), by=cast.supervisor, place=place))

    return words


def test_a_letter_says_its_level_what_is_expected_and_until_when_to_reply(letter_in, pressed):
    words = letter_in("en", 1)
    assert "ordinarypress" in words
    assert "Whatisexpected:请于两日内清运完毕。" in words
    assert pressed.deadlines.filter(clock="workorders.reply").exists()
    assert "Pleasereplyinwritingby10October2026,12:00." in words


def test_a_card_of_the_ladder_says_which_clock_ran_out_and_shows_how_all_have_run(letter_in, pressed):
    red = pressed.presses.count()
    assert pressed.presses.last().level == 3
    words = letter_in("en", red)
    assert "redcard" in words
    assert "was due 9 October 2026, 16:42 and was not done".replace(" ", "") in words
    for clock in pressed.deadlines.all():
        with translation.override("en"):
            assert str(pressed.lifecycle.clocks[clock.clock]).replace(" ", "") in words


def test_a_reply_and_a_lifting_stand_on_the_letter(pressed, cast, letter_in):
    STEPS["answer_press"](pressed, by=cast.officer, reply="今日清运完毕。")
    assert "今日清运完毕。" in letter_in("en", 1)


@pytest.mark.parametrize("place", [0, 99])
def test_a_letter_that_was_never_written_is_not_there(letter_in, place):
    with pytest.raises(NotFound):
        letter_in("en", place)


# --- the archive -----------------------------------------------------------------------------------------------------
def test_every_file_of_the_archive_has_its_hash_in_the_manifest(box):
    manifest = json.loads(box.read("manifest.json"))
    assert {file["name"] for file in manifest["files"]} == set(box.namelist()) - {"manifest.json"}
    for file in manifest["files"]:
        content = box.read(file["name"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    assert "photos/01-before.jpg" in box.namelist()


def canonical(value) -> str:
    """PostgreSQL's way to write jsonb, written anew here: shorter keys first, then by their bytes."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def test_the_chain_of_the_archive_holds_reckoned_anew_from_the_rows(box, pressed):
    """Each text is rebuilt from what the database holds, and each hash from the text, by no code of the house."""
    previous, lines = "", [json.loads(line) for line in box.read("events.jsonl").splitlines()]
    rows = list(pressed.events.order_by("seq"))
    assert len(rows) == len(lines) > 8
    for row, line in zip(rows, lines, strict=True):
        micros = int(row.at.timestamp()) * 1_000_000 + row.at.microsecond
        told = [previous, row.case_id, row.seq, row.verb, row.actor_id]
        told += [row.before, row.after, row.note, row.facts, micros]
        assert line["sealed"] == canonical(told)
        previous = hashlib.sha256(canonical(told).encode()).hexdigest()
        assert line["hash"] == row.hash == previous
    pressed.refresh_from_db()
    assert json.loads(box.read("manifest.json"))["last_hash"] == pressed.last_hash == previous


def verdict(folder) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True, check=False)


def test_the_script_in_the_archive_says_whole_and_finds_what_was_changed(box, tmp_path):
    box.extractall(tmp_path)
    assert verdict(tmp_path).stdout == "whole\n"
    events = tmp_path / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    events.write_text("".join(lines[:2] + lines[3:]), encoding="utf-8")
    assert verdict(tmp_path).returncode == 1
    events.write_text("".join(lines), encoding="utf-8")
    (tmp_path / "record.pdf").write_bytes(b"another")
    assert "record.pdf" in verdict(tmp_path).stderr


def test_the_archive_tells_in_both_languages_how_to_check_it(box):
    told = box.read("README.txt").decode()
    assert "python3 verify.py" in told
    assert "This is the whole file of one work order." in told


def test_the_archive_is_sent_in_small_pieces(pressed, cast):
    photo = pressed.photos.get()
    with photo.file.storage.open(photo.file.name, "wb") as file:
        file.write(b"\xff" * 3_000_000)
    pieces = [len(piece) for piece in printing.archive(seen(pressed, cast.dispatcher), by=cast.dispatcher)]
    assert sum(pieces) > 3_000_000
    assert max(pieces) < 300_000


@pytest.mark.parametrize("part", ["worker", "officer", "leader", "organiser"])
def test_who_neither_accepts_closes_nor_presses_gets_no_archive(pressed, cast, part):
    who = getattr(cast, part)
    with pytest.raises(NotYours):
        printing.archive(seen(pressed, who), by=who)


def test_the_accused_gets_no_archive(pressed, cast):
    pressed.accused_person = cast.dispatcher
    pressed.save(update_fields=["accused_person"])
    with pytest.raises(NotYours):
        printing.archive(seen(pressed, cast.dispatcher), by=cast.dispatcher)


# --- fonts, pages ----------------------------------------------------------------------------------------------------
def test_without_a_font_the_house_says_what_to_install(client, order, cast, settings, monkeypatch, tmp_path):
    settings.PAPER_FONTS = ""
    monkeypatch.setattr(typesetting, "FONT_PACKAGE", "no_such_package")
    monkeypatch.setattr(typesetting, "DEBIAN_FONTS", str(tmp_path / "none"))
    client.force_login(cast.dispatcher)
    told = client.get(f"/orders/{order.number}/slip.pdf", headers={"Accept-Language": "en"})
    assert told.status_code == 503
    assert "fonts-wqy-microhei" in told.content.decode()


def test_the_offices_own_fonts_come_first(settings, tmp_path):
    settings.PAPER_FONTS = str(tmp_path)
    assert typesetting.font_folders()[0] == str(tmp_path)


def test_every_sign_of_a_paper_is_in_the_document_by_a_font_of_its_own(slip_in, order, cast):
    pdf = printing.slip(seen(order, cast.dispatcher), by=cast.dispatcher)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("+" in font for font in fonts)


def test_the_order_page_offers_what_can_be_printed(client, pressed, cast):
    client.force_login(cast.dispatcher)
    page = client.get(f"/orders/{pressed.number}/").content.decode()
    for address in ("slip.pdf", "press/1/letter.pdf", f"press/{pressed.presses.count()}/letter.pdf", "archive.zip"):
        assert f"/orders/{pressed.number}/{address}" in page
    client.force_login(cast.officer)
    assert "archive.zip" not in client.get(f"/orders/{pressed.number}/").content.decode()


@pytest.mark.parametrize("address", ["slip.pdf", "press/1/letter.pdf", "archive.zip"])
def test_other_peoples_papers_are_not_there(client, pressed, cast, address):
    for person in (cast.outsider, cast.worker2):
        client.force_login(person)
        assert client.get(f"/orders/{pressed.number}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("address", "kind"),
    [("slip.pdf", "application/pdf"), ("press/1/letter.pdf", "application/pdf"), ("archive.zip", "application/zip")],
)
def test_a_paper_is_kept_by_no_cache_and_named_after_its_order(client, pressed, cast, address, kind):
    client.force_login(cast.dispatcher)
    told = client.get(f"/orders/{pressed.number}/{address}")
    assert told.headers["Content-Type"] == kind
    assert "no-store" in told.headers["Cache-Control"]
    assert pressed.number in told.headers["Content-Disposition"]
    assert b"".join(told)

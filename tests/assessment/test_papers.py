"""A bulletin says the same on DOCX, PDF and XLSX, names persons only once published, and knows when it no longer stands."""

import io
import zipfile

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from assessment.document import Document, Figure, Section, Table, ordinal
from assessment.models import Assessment, Proposal, ScoreCard
from assessment.reasons import Consequence, Grade
from assessment.selectors.paper_forms import band, counted, met
from assessment.selectors.papers import bulletin_of, bulletin_seen_by
from assessment.services import appeals
from assessment.services.printing import printed
from assessment.statuses import CARRIED_OUT
from casework.refusals import NotFound
from casework.services import doors
from grids.models import Area
from grids.selectors import rulebook_in_force
from tests.assessment.boarding import make_board, make_scheme

pytestmark = pytest.mark.django_db
OWN, OTHER = "120106990001001", "120106990002001"


@pytest.fixture
def street(city):
    return Area.objects.get(city=city, parent=None)


@pytest.fixture
def plain(city, clock):
    return make_scheme(city)


@pytest.fixture
def cards(cast):
    """Three workers: one of the best, one watched over, one with too few matters."""
    own, other = Area.objects.get(code=OWN), Area.objects.get(code=OTHER)
    return [
        {"person": cast.worker, "area": own, "grade": Grade.TOP, "points": 93.256, "k": 17, "n": 18, "exempt": 2,
         "estimate": 0.9321, "low": 0.8712, "high": 0.9733, "parts": (55.256, 38.0)},
        {"person": cast.worker2, "area": other, "grade": Grade.MIDDLE, "points": 71.5, "k": 11, "n": 16,
         "estimate": 0.7412, "low": 0.6301, "high": 0.8408, "parts": (41.5, 30.0), "watched": True},
        {"person": User.objects.get(username="member"), "area": own, "grade": Grade.NONE, "points": None, "k": 1, "n": 2,
         "parts": (0.0, 12.5), "group": "part", "tier": None},
    ]  # fmt: skip


@pytest.fixture
def board(plain, street, cards):
    return make_board(plain, street, cards)


def words_of_docx(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    told = [paragraph.text for paragraph in file.paragraphs]
    for table in file.tables:
        told += [cell.text for row in table.rows for cell in row.cells]
    told += [paragraph.text for paragraph in file.sections[0].footer.paragraphs]
    return "".join("".join(told).split())


def words_of_pdf(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def words_of_xlsx(content: bytes) -> str:
    """As a person sees them: figures printed by their own format."""
    told = []
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    percent = cell.number_format.endswith("%")
                    places = len(cell.number_format.rstrip("%").partition(".")[2])
                    told.append(Figure(cell.value, places, percent).shown)
                elif cell.value is not None:
                    told.append(str(cell.value))
        told.append(sheet.oddFooter.left.text or "")
    return "".join("".join(told).split())


READ = {"docx": words_of_docx, "pdf": words_of_pdf, "xlsx": words_of_xlsx}


def figures_of(card: ScoreCard) -> list[str]:
    """What must stand on every paper about one card, made from the card and not from the paper."""
    exempt = max((len(line.exempt) for line in card.lines.all()), default=0)
    told = [f"{card.points:.2f}"] if card.points is not None else []
    told += [f"{card.sample + exempt}({exempt})" if exempt else str(card.sample), f"{card.met:g}"]
    if card.grade != Grade.NONE:
        told += [f"{card.estimate:.1%}", f"{card.low * 100:.1f}–{card.high:.1%}"]
    return told + [f"{line.points:.2f}" for line in card.lines.all()]


@pytest.mark.mechanism("1-39")
@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_every_figure_of_every_card_stands_on_each_form_of_the_bulletin(board, form):
    document = bulletin_of(board)
    words = READ[form](printed(document, form).content)
    cards = list(board.cards.prefetch_related("lines").select_related("person", "area"))
    assert len(cards) == 3
    for card in cards:
        for figure in figures_of(card):
            assert figure in words, (form, card.person, figure)
        assert "".join(str(card.person).split()) in words
    assert document.digest[:16] in words
    assert board.number in words


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_the_three_forms_hold_every_cell_of_the_same_frozen_data(board, form):
    document = bulletin_of(board)
    words = READ[form](printed(document, form).content)
    for table in document.tables:
        for line in [list(table.columns), *table.texts]:
            for cell in line:
                assert "".join(cell.split()) in words, (form, cell)


def test_a_sheet_keeps_its_figures_as_numbers_and_runs_no_formula(plain, street, cast):
    person = cast.worker
    person.name = '=HYPERLINK("http://x","y")'
    person.save()
    made = make_board(plain, street, [{"person": person, "area": Area.objects.get(code=OWN), "points": 93.256}])
    book = load_workbook(io.BytesIO(printed(bulletin_of(made), "xlsx").content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == 93.26 and cell.number_format == "0.00" for cell in cells)
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_peoples_words_are_no_markup_on_paper_and_no_sign_breaks_a_file(plain, street, cast):
    person = cast.worker
    person.name = "#strong[x] <w:b/> &\x0b]]>"
    person.save()
    made = make_board(plain, street, [{"person": person, "area": Area.objects.get(code=OWN)}])
    document = bulletin_of(made)
    for form in READ:
        assert "#strong[x]<w:b/>&" in READ[form](printed(document, form).content)


def test_the_office_document_follows_the_national_standard(board):
    content = printed(bulletin_of(board), "docx").content
    file = docx.Document(io.BytesIO(content))
    page = file.sections[0]
    edges = (
        page.top_margin,
        page.bottom_margin,
        page.left_margin,
        page.right_margin,
        page.page_width,
        page.page_height,
    )
    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26, 210, 297]
    body = next(
        each for each in file.paragraphs if "2026-10-09" in each.text and each.paragraph_format.first_line_indent
    )
    assert file.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95)
    fonts = body.runs[0]._element.rPr.rFonts
    eastern = [value for name, value in fonts.attrib.items() if name.endswith("eastAsia")]
    assert body.runs[0].font.size.pt == 16
    assert eastern == ["仿宋_GB2312"]
    assert len(file.element.xpath("//w:tblHeader")) == len(file.tables)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert "w:altName" in parts.read("word/fontTable.xml").decode()
        assert "evenAndOddHeaders" in parts.read("word/settings.xml").decode()
        feet = "".join(parts.read(name).decode() for name in parts.namelist() if "footer" in name)
    assert feet.count("PAGE") == 2
    assert feet.count("— ") == 2


def test_headings_are_numbered_as_chinese_offices_number_them():
    told = [
        ordinal(place, level, chinese=True) for place, level in ((1, 1), (3, 2), (10, 1), (11, 1), (20, 2), (21, 2))
    ]
    assert told == ["一、", "（三）", "十、", "十一、", "（二十）", "（二十一）"]
    assert ordinal(2, 1, chinese=False) + ordinal(2, 2, chinese=False) == "2. (b) "


def test_a_draft_names_no_person_and_says_that_it_is_one(plain, street, cards, cast):
    from_before = make_board(plain, street, cards, status="scored")
    document = bulletin_of(from_before)
    for form in READ:
        words = READ[form](printed(document, form).content)
        assert str(cast.worker) not in words
        assert "".join(document.standing.split()) in words
    assert document.standing


def test_a_board_that_is_published_without_names_prints_none(plain, street, cards, cast):
    plain.published = False
    plain.save()
    assert str(cast.worker) not in str(bulletin_of(make_board(plain, street, cards)).data)


def test_nobody_reads_of_doubt_on_any_paper(board):
    with translation.override("zh-hans"):
        told = str(bulletin_of(board).data)
    assert "关注" not in told
    with translation.override("en"):
        assert "watch" not in str(bulletin_of(board).data).lower()


def test_a_superseded_edition_says_which_one_stands_and_the_new_one_which_it_corrects(plain, street, cards, board):
    before = bulletin_of(board).digest
    corrected = make_board(plain, street, cards, corrects=board)
    board.refresh_from_db()
    old, new = bulletin_of(board), bulletin_of(corrected)
    assert corrected.number in old.standing
    assert board.number in new.standing
    assert new.edition == 2
    assert "2" in new.form["foot"]
    assert old.digest != before
    assert corrected.number in READ["pdf"](printed(old, "pdf").content)


def test_the_same_board_gives_the_same_fingerprint_whenever_it_is_asked(board, clock):
    first = bulletin_of(board).digest
    clock.pass_(days=30)
    assert bulletin_of(board).digest == first


def test_the_bulletin_speaks_the_readers_language(board):
    with translation.override("en"):
        assert "Excellent" in str(bulletin_of(board).data)
    assert "优秀" in str(bulletin_of(board).data)


def reward(board, by, **fields):
    """A proposal that was decided; how it comes to that is test_proposals.py."""
    case = Proposal(kind="proposal", title="奖励", grounds="三个月优秀。", **fields)
    made = doors.open_case(case, by=by, area=board.area, rulebook=rulebook_in_force(board.city, board.since))
    made = doors.take_step(made, "approve", by=by, decided_at=board.published_at, decided_by=by, decision="同意。")
    made = doors.take_step(made, "carry_out", by=by, done="已发放。")
    made.cards.add(*board.cards.all()[:1])
    return made


@pytest.mark.mechanism("1-39", "0-35")
def test_awards_are_named_and_penalties_only_counted(board, cast):
    made = reward(board, cast.director, consequence=Consequence.AWARD, person=cast.worker, yuan=500)
    reward(board, cast.director, consequence=Consequence.TALK, person=cast.worker2)
    assert made.status == CARRIED_OUT
    section = bulletin_of(board).sections[-1]
    told = str(section)
    assert str(cast.worker) in told
    assert "500" in told
    assert str(cast.worker2) not in told
    assert any("1" in words for words in section.words)


@pytest.mark.mechanism("1-22")
def test_of_workers_the_bulletin_names_who_leads_in_each_line_and_nobody_who_is_last(city, street, cards, cast, clock):
    lines = (
        ("handling", "工单处置", 25),
        ("duty", "人员履职", 25),
        ("data", "信息采集", 25),
        ("patrol", "巡查上报", 25),
    )
    cards[0]["parts"], cards[1]["parts"], cards[2]["parts"] = (25, 20, 20, 25), (20, 25, 20, 20), (1, 1, 1, 1)
    document = bulletin_of(make_board(make_scheme(city, code="bulletin", dimensions=lines), street, cards))
    leading = {table.heading: [line[2] for line in table.texts] for table in document.sections[3].tables}
    told = {
        name: next((who for heading, who in leading.items() if name in heading), None) for _code, name, _weight in lines
    }
    assert told == {
        "工单处置": [str(cast.worker)], "人员履职": [str(cast.worker2)], "巡查上报": [str(cast.worker)], "信息采集": None,
    }  # fmt: skip
    for form, read in READ.items():
        words = read(printed(document, form).content)
        assert all(name in words for name in told), form


def test_workers_are_never_put_in_an_order(board):
    assert not any(table.columns[0] in ("名次", "Place") for table in bulletin_of(board).tables)


def test_counts_and_shares_are_written_as_the_boards_write_them():
    assert [counted(18, 0), counted(16, 2), met(17.0), met(16.44), band(0.5, None), band(0.871, 0.973)] == [
        "18", "18(2)", "17", "16.4", "—", "87.1–97.3%",
    ]  # fmt: skip


def test_a_figure_in_the_sheet_is_the_printed_one_and_nothing_behind_it():
    assert Figure(93.2561, 2).rounded == 93.26
    assert Figure(0.93214, 1, percent=True).rounded == 0.932
    assert Figure(0.93214, 1, percent=True).shown == "93.2%"


def test_a_table_too_long_for_paper_stands_in_the_sheet():
    table = Table("长表", ("a",), tuple((str(at),) for at in range(300)), sheet_only=True)
    form = {"number": "1", "colon": ":", "in_the_sheet": "（见表）", "foot": "{digest}"}
    document = Document(
        issuer="x", kind="x", number="1", title="x", sections=(Section("y", tables=(table,)),), signed_by="x",
        date="x", language="zh-hans", form=form,
    )  # fmt: skip
    assert "299" not in words_of_docx(printed(document, "docx").content)
    assert "（见表）" in words_of_pdf(printed(document, "pdf").content)
    assert "299" in words_of_xlsx(printed(document, "xlsx").content)


# --- months that were really scored -------------------------------------------------------------------------------------
@pytest.mark.mechanism("1-39")
def test_a_really_scored_month_prints_what_its_cards_say_and_its_correction_what_was_taken_out(
    month, reported, cast, clock
):
    reported(cast)
    village = month(judged_by="valid_reports")
    old = village.published(cast.secretary)
    told_before = bulletin_of(old)
    appeal = village.appeal(old, cast.worker)
    appeals.support(appeal, by=cast.duty_chief, words="属实。")
    appeals.uphold(appeal, by=cast.supervisor, words="同意剔除。")
    clock.pass_(days=9)
    new = Assessment.objects.get(corrects=old)
    for board, exempt in ((old, ""), (new, "6(1)")):
        document = bulletin_of(board)
        for form, read in READ.items():
            words = read(printed(document, form).content)
            assert exempt in words
            for card in board.cards.prefetch_related("lines"):
                assert all(figure in words for figure in figures_of(card)), (form, figures_of(card))
    old.refresh_from_db()
    assert new.number in bulletin_of(old).standing
    # What was printed at the time is still what the old edition says, but for the line that it no longer stands.
    assert bulletin_of(old).tables == told_before.tables


# --- who may read and take it -------------------------------------------------------------------------------------------
def test_everybody_who_works_there_takes_the_published_bulletin_home(client, board, cast):
    for person in (cast.worker, cast.officer, cast.director):
        client.force_login(person)
        assert "优秀" in client.get(reverse("bulletin", args=[board.number])).content.decode()
        for form in READ:
            answer = client.get(reverse("bulletin_file", args=[board.number, form]))
            assert answer.status_code == 200
            assert board.number in answer["Content-Disposition"]
            assert "no-store" in answer["Cache-Control"]


def test_the_list_of_bulletins_leads_to_each_of_them(client, board, cast):
    client.force_login(cast.worker)
    page = client.get(reverse("papers")).content.decode()
    assert reverse("bulletin_file", args=[board.number, "docx"]) in page


def test_a_draft_is_for_who_sees_the_whole_board_and_for_nobody_else(client, plain, street, cards, cast):
    draft = make_board(plain, street, cards, status="scored")
    for person, status in ((cast.director, 200), (cast.worker, 404), (cast.outsider, 404), (cast.community, 403)):
        client.force_login(person)
        assert client.get(reverse("bulletin", args=[draft.number])).status_code == status, person


def test_a_form_that_there_is_not_is_refused(client, board, cast):
    client.force_login(cast.worker)
    assert client.get(reverse("bulletin_file", args=[board.number, "exe"])).status_code == 404
    with pytest.raises(NotFound):
        bulletin_seen_by(cast.outsider, board.number)


def test_a_bulletin_costs_the_same_questions_for_one_card_and_for_three(plain, street, cards):

    counts = []
    for some in (cards[:1], cards):
        made = make_board(plain, street, some)
        with CaptureQueriesContext(connection) as asked:
            bulletin_of(made)
        counts.append(len(asked))
    assert counts[0] == counts[1]

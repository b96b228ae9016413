"""Sheets of hotline orders: read from any honest file, judged row by row, imported whole, harmless when sent again."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from casework.models import Event
from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from grids import sheets
from grids.sheets import read_sheet
from tests.casework.threads import at_once
from workorders.models import ImportBatch, ImportColumns, ImportRow, Incoming, Reporter, WorkOrder
from workorders.services import batches

HEADINGS = ["工单编号", "诉求内容", "事项", "经度", "纬度", "诉求人", "联系电话", "网格代码", "备注"]
GOOD = ["TJ-001", "3 号楼前垃圾外露。", "060101", "117.151", "39.165", "欧阳若兰", "13920781234", "", "甲"]


def rows(*changes: dict) -> list[list[str]]:
    """Rows like the good one, numbered, each with some cells changed by heading."""
    made = []
    for number, changed in enumerate(changes or ({},), start=1):
        row = [*GOOD]
        row[0] = f"TJ-{number:03d}"
        for heading, value in changed.items():
            row[HEADINGS.index(heading)] = value
        made.append(row)
    return made


def xlsx(*lines: list) -> bytes:
    book = Workbook()
    for line in (HEADINGS, *lines):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_(*lines: list[str], encoding: str = "utf-8", headings: list[str] = HEADINGS) -> bytes:
    return "\r\n".join(",".join(line) for line in (headings, *lines)).encode(encoding)


@pytest.fixture
def hand_in(city, cast, clock):
    """`hand_in(content)`: a sheet handed in by the dispatcher and read by the background task."""

    def make(content: bytes, *, by=None, source="12345", read=True) -> ImportBatch:
        batch = batches.hand_in(by=by or cast.dispatcher, city=city, source=source, name="热线.xlsx", content=content)
        if read:
            batches.read_waiting()
            batch.refresh_from_db()
        return batch

    return make


def verdicts(batch: ImportBatch) -> list[tuple[str, str]]:
    return list(batch.rows.order_by("line").values_list("verdict", "reason"))


def done(batch: ImportBatch, by) -> ImportBatch:
    batches.confirm(batch, by=by)
    batches.import_waiting()
    batch.refresh_from_db()
    return batch


# --- reading -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        xlsx(*rows()), csv_(*rows()), csv_(*rows(), encoding="utf-8-sig"), csv_(*rows(), encoding="gb18030"),
        csv_(*rows()).replace(b",", b"\t"), csv_(*rows()).replace(b",", b";"),
    ],
    ids=["xlsx", "utf-8", "utf-8 with its mark", "gb18030", "tabs", "semicolons"],
)  # fmt: skip
def test_every_usual_form_of_a_sheet_is_read_alike(content):
    sheet = read_sheet(content)
    assert (sheet.headers, sheet.rows) == (HEADINGS, [(2, GOOD)])


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


BOMB = zipped(**{f"part{number}": b"\0" * (30 * 1024 * 1024) for number in range(7)})
ODD = {
    "a picture": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)),
    "a ZIP that is no XLSX": zipped(hello=b"x"),
    "a ZIP cut short": xlsx(*rows())[:200],
    "an old sheet": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a bomb": BOMB,
    "nothing": b"",
    "headings alone": csv_(),
    "a NUL in a CSV": csv_(["TJ-1\0", *GOOD[1:]]),
    "a quote that never ends": b'a,b\n"' + b"x" * 200_000,
    "too many rows": csv_(*[[f"{number}", "x"] for number in range(sheets.MOST_ROWS + 1)]),
    "too many columns": b",".join([b"x"] * 101) + b"\n1",
    "half a sign": "工单".encode()[:-1] + b"\xff\n1",
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_no_sheet_is_refused_with_a_sentence_and_leaves_nothing(hand_in, what, settings):
    batch = hand_in(ODD[what])
    assert batch.state == "refused"
    assert batch.sentence
    assert not batch.rows.exists()


def test_a_formula_stays_the_text_it_is_and_long_numbers_are_not_believed(hand_in):
    formula = rows({"诉求内容": "=1+1"})
    batch = hand_in(xlsx(*formula, [20261009000012345678, *GOOD[1:]], [20261009001, *GOOD[1:]]))
    [formula_row, rounded, whole] = batch.rows.order_by("line")
    assert formula_row.cells[1] == "=1+1"
    assert rounded.verdict == "wrong"
    assert (whole.verdict, whole.external_no) == ("new", "20261009001")


def test_a_sheet_that_lies_about_its_size_or_leaves_a_million_lines_empty_is_bounded():
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.cell(row=1_000_000, column=1, value="TJ-1")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Exception, match=r"10\D?000"):
        read_sheet(out.getvalue())


# --- verdicts ------------------------------------------------------------------------------------------------------
def test_each_row_gets_its_verdict_and_each_wrong_one_its_reason(hand_in, report):
    report(source="12345", details={"external_no": "TJ-002"}, lng=117.152)
    batch = hand_in(xlsx(*rows(
        {}, {}, {"工单编号": "TJ-001"}, {"事项": "不存在的事项"}, {"经度": "100", "纬度": "20"}, {"诉求内容": ""},
        {"经度": "东", "纬度": "北"}, {"经度": "", "纬度": ""}, {"经度": "", "纬度": "", "网格代码": "120106990001001"},
        {"事项": "暴露垃圾、垃圾满溢"}, {"诉求内容": "好" * 2001},
    )))  # fmt: skip
    told = verdicts(batch)
    assert [verdict for verdict, _reason in told] == [
        "new", "known", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "new", "new", "wrong",
    ]  # fmt: skip
    assert all(bool(reason) == (verdict == "wrong") for verdict, reason in told)
    assert "不存在的事项" in told[3][1]
    assert "2" in told[2][1]
    assert WorkOrder.objects.count() == 1


def test_a_column_nobody_knows_is_left_alone_and_one_that_is_missing_is_asked_for(hand_in, cast):
    headings = ["甲", "乙", "丙", "丁", "戊"]
    batch = hand_in(csv_(["TJ-1", "垃圾外露。", "060101", "120106990001001", "x"], headings=headings))
    assert (batch.state, verdicts(batch)) == ("read", [("", "")])
    page = signed_in(cast.dispatcher).get(reverse("import_batch", args=[batch.key])).content.decode()
    assert 'name="external_no"' in page
    chosen = {"external_no": "甲", "words": "乙", "category": "丙", "area": "丁"}
    told = signed_in(cast.dispatcher).post(reverse("import_columns", args=[batch.key]), chosen)
    assert told.status_code == 302
    batches.read_waiting()
    assert verdicts(batch) == [("new", "")]
    again = hand_in(csv_(["TJ-2", "垃圾外露。", "060101", "120106990001001", "x"], headings=headings))
    assert verdicts(again) == [("new", "")]
    assert ImportColumns.objects.get().columns == chosen


def test_one_column_cannot_stand_for_two_things(hand_in, cast):
    batch = hand_in(xlsx(*rows()))
    said = {"external_no": "工单编号", "words": "工单编号", "category": "事项", "area": "网格代码"}
    told = signed_in(cast.dispatcher).post(reverse("import_columns", args=[batch.key]), said)
    assert told.status_code == 422
    batch.refresh_from_db()
    assert batch.state == "read"


# --- importing -----------------------------------------------------------------------------------------------------
def test_what_is_confirmed_is_opened_as_if_each_had_been_reported(hand_in, cast, report):
    batch = done(hand_in(xlsx(*rows())), cast.dispatcher)
    order = WorkOrder.objects.get()
    single = report(
        by=cast.dispatcher, source="12345", details={"external_no": "TJ-900"}, words=GOOD[1],
        reporter={"name": "欧阳若兰", "phone": "13920781234"}, new_facts=True,
    )  # fmt: skip
    for name in ("title", "status", "area", "category", "source", "nature", "first_asked", "reported_by", "lng", "lat",
                 "due_at", "due_clock", "lamp", "rulebook", "opened_at", "event_count"):  # fmt: skip
        assert getattr(order, name) == getattr(single, name) or (
            WorkOrder.objects.get(pk=single.pk).__dict__.get(name) == order.__dict__.get(name)
        ), name
    for name in ("name", "phone", "phone_key", "is_citizen", "hidden_from_handlers"):
        assert getattr(order.reporter, name) == getattr(single.reporter, name), name
    shape = ("clock", "due_at", "amount", "unit", "area")
    assert list(order.deadlines.values(*shape)) == list(single.deadlines.values(*shape))
    rungs = ("name", "at", "live", "lamp")
    one, other = (list(each.deadlines.get().rungs.order_by("at", "pk").values(*rungs)) for each in (order, single))
    assert one == other
    facts = [Event.objects.get(case=each).facts for each in (order, single)]
    assert facts[0] == facts[1]
    assert (batch.state, broken_chains()) == ("imported", [])
    assert order.details == {"external_no": "TJ-001"}


def test_a_row_with_an_area_s_code_lies_in_that_area(hand_in, cast):
    done(hand_in(xlsx(*rows({"经度": "", "纬度": "", "网格代码": "120106990001"}))), cast.dispatcher)
    order = WorkOrder.objects.get()
    assert order.area.code == "120106990001"
    assert 117 < order.lng < 118


def test_handing_in_the_same_sheet_again_does_no_harm(hand_in, cast):
    content = xlsx(*rows({}, {"诉求内容": "井盖松动。"}))
    done(hand_in(content), cast.dispatcher)
    again = hand_in(content)
    assert [verdict for verdict, _reason in verdicts(again)] == ["known", "known"]
    with pytest.raises(NotNow):
        batches.confirm(again, by=cast.dispatcher)
    assert WorkOrder.objects.count() == 2


def test_two_sheets_of_the_same_orders_confirmed_together_open_each_once(hand_in, cast):
    content = xlsx(*rows({}, {"诉求内容": "井盖松动。"}))
    one, other = hand_in(content), hand_in(content)
    for batch in (one, other):
        batches.confirm(batch, by=cast.dispatcher)
    batches.confirm(one, by=cast.dispatcher)
    batches.import_waiting()
    assert WorkOrder.objects.count() == Incoming.objects.count() == 2
    assert [verdict for verdict, _reason in verdicts(other)] == ["known", "known"]
    assert all(row.order_id for row in ImportRow.objects.all())


def test_names_and_numbers_leave_the_rows_and_the_file_is_gone(
    hand_in, cast, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        batch = hand_in(xlsx(*rows({}, {"事项": "不存在"})))
    assert not any(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))
    done(batch, cast.dispatcher)
    assert [bool(row.cells) for row in batch.rows.order_by("line")] == [False, True]
    assert Reporter.objects.get().phone == "13920781234"


def test_what_nobody_fetches_is_forgotten(hand_in, cast, clock):
    wrong = done(hand_in(xlsx(*rows({}, {"事项": "不存在"}))), cast.dispatcher)
    idle = hand_in(xlsx(*rows({"工单编号": "TJ-9"})))
    clock.pass_(days=8, sweep=False)
    batches.forget_old()
    idle.refresh_from_db()
    assert (idle.state, idle.rows.get().cells) == ("refused", [])
    assert wrong.rows.filter(verdict="wrong").get().cells
    clock.pass_(days=25, sweep=False)
    batches.forget_old()
    assert not wrong.rows.exclude(cells=[]).exists()


def test_a_sheet_over_which_the_house_stumbles_stops_and_keeps_nothing(hand_in, cast, city):
    batch = hand_in(xlsx(*rows()))
    batches.confirm(batch, by=cast.dispatcher)
    ImportBatch.objects.filter(pk=batch.pk).update(columns={"words": "没有这一列"})
    batches.import_waiting()
    batch.refresh_from_db()
    assert (batch.state, WorkOrder.objects.count()) == ("refused", 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_import_a_sheet_once(hand_in, cast):
    batch = hand_in(xlsx(*rows(*[{} for _n in range(20)])))
    batches.confirm(batch, by=cast.dispatcher)
    at_once(batches.import_waiting, batches.import_waiting, batches.import_waiting)
    assert WorkOrder.objects.count() == 20
    assert ImportBatch.objects.get().state == "imported"


# --- who may -------------------------------------------------------------------------------------------------------
def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_who_may_import_hands_in_and_nobody_sees_another_s_sheet(hand_in, cast, city):
    with pytest.raises(NotYours):
        hand_in(xlsx(*rows()), by=cast.officer)
    batch = hand_in(xlsx(*rows()))
    for person in (cast.secretary, cast.outsider, cast.duty_chief):
        client = signed_in(person)
        for told in (
            client.get(reverse("import_batch", args=[batch.key])),
            client.get(reverse("import_errors", args=[batch.key, "csv"])),
            client.post(reverse("import_confirm", args=[batch.key])),
            client.post(reverse("import_columns", args=[batch.key]), {}),
        ):
            assert told.status_code == 404
    with pytest.raises(NotYours):
        batches.confirm(batch, by=cast.duty_chief)


def test_the_page_leads_from_the_sheet_to_its_orders_and_shows_no_number_of_a_person(cast, city, clock, upload):
    client = signed_in(cast.dispatcher)
    assert "12345热线" in client.get(reverse("imports")).content.decode()
    file = io.BytesIO(xlsx(*rows({}, {"事项": "不存在"})))
    file.name = "热线.xlsx"
    told = client.post(reverse("imports"), {"source": "12345", "file": file})
    waiting = client.get(told.url).content.decode()
    assert 'http-equiv="refresh"' in waiting
    batches.read_waiting()
    page = client.get(told.url).content.decode()
    assert "http-equiv" not in page.replace("charset", "")
    assert "13920781234" not in page
    assert "欧阳若兰" not in page
    assert client.get(f"{told.url}?part=state").status_code == 200
    assert client.post(f"{told.url}confirm/").status_code == 302
    assert client.get(told.url).status_code == 200
    batches.import_waiting()
    page = client.get(told.url).content.decode()
    assert WorkOrder.objects.get().number in page
    assert client.get(f"{told.url}?verdict=wrong&after=x").status_code == 200


@pytest.mark.parametrize("sent", [{}, {"source": "patrol"}, {"source": "12345"}, {"source": "12345", "file": "x"}])
def test_a_form_that_is_not_whole_says_so(cast, clock, city, sent):
    assert signed_in(cast.dispatcher).post(reverse("imports"), sent).status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "＝1"])
def test_a_cell_of_the_error_sheet_is_never_a_formula(hand_in, cast, evil):
    batch = hand_in(xlsx(*rows({"备注": evil, "事项": "不存在"})))
    client = signed_in(cast.dispatcher)
    text = client.get(reverse("import_errors", args=[batch.key, "csv"])).content.decode("utf-8-sig")
    place = HEADINGS.index("备注")
    assert text.splitlines()[1].split(",")[place].lstrip('"').startswith("'")
    whole = client.get(reverse("import_errors", args=[batch.key, "xlsx"])).content
    cell = load_workbook(io.BytesIO(whole)).active.cell(row=2, column=place + 1)
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_the_error_sheet_mended_is_a_sheet_again(hand_in, cast):
    batch = hand_in(xlsx(*rows({}, {"事项": "不存在"})))
    content = sheets.as_csv([HEADINGS, [*batch.rows.get(verdict="wrong").cells]])
    mended = hand_in(content.replace("不存在".encode(), b"060101"))
    assert verdicts(mended) == [("new", "")]

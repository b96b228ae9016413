"""Service records and allowance sheets: facts alone, for whom they concern, and each time they leave the house is kept."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from assessment.models import AllowanceRule, HandedOut, StepGrade
from assessment.reasons import Consequence, Grade
from assessment.selectors import allowances, service_records
from assessment.services import step_grades as steps
from assessment.services.allowances import set_allowance
from assessment.services.handing_out import hand_out_allowances, hand_out_record
from assessment.services.printing import printed
from casework.refusals import NotFound, NotYours
from grids.models import Area, Role
from tests.assessment.boarding import SEPTEMBER, make_board, make_scheme
from tests.assessment.test_papers import OTHER, OWN, READ, reward

pytestmark = pytest.mark.django_db


@pytest.fixture
def street(city):
    return Area.objects.get(city=city, parent=None)


@pytest.fixture
def board(city, cast, street, clock):
    cards = [
        {"person": cast.worker, "area": Area.objects.get(code=OWN), "grade": Grade.TOP, "points": 93.25},
        {"person": cast.worker2, "area": Area.objects.get(code=OTHER), "grade": Grade.MIDDLE, "points": 71.5},
    ]
    return make_board(make_scheme(city), street, cards)


@pytest.fixture
def rows(street, cast, clock):
    """What full-time workers get for the two best bands."""
    return [
        set_allowance(
            by=cast.director,
            area=street,
            employment="full_time",
            grade=grade,
            yuan=yuan,
            since=SEPTEMBER,
            basis="街道办〔2026〕3 号",
        )
        for grade, yuan in ((Grade.TOP, 400), (Grade.MIDDLE, 200))
    ]


# --- service records ----------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("1-38")
@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_a_service_record_tells_posts_months_awards_training_and_steps(board, cast, city, street, form):
    reward(board, cast.director, consequence=Consequence.AWARD, person=cast.worker)
    reward(board, cast.director, consequence=Consequence.TRAINING, person=cast.worker)
    duty = Role.objects.get(city=city, code="grid_worker")
    steps.set_step(by=cast.director, area=street, duty=duty, step=1, name="一级", least_years=0, least_tops=0)
    steps.propose_steps(by=cast.director, area=street)
    steps.decide_step(
        StepGrade.objects.get(person=cast.worker),
        by=cast.director,
        given=True,
        words="同意。",
        since=dt.date(2026, 11, 1),
    )
    words = READ[form](printed(service_records.record_of(cast.worker, city), form).content)
    for told in (
        "林小满",
        "2026-01-01",
        "2026年9月",
        "优秀",
        "93.25",
        board.number,
        "三个月优秀。",
        "一级",
        "2026-11-01",
    ):
        assert told in words, told
    assert str(cast.worker2) not in words


@pytest.mark.mechanism("1-38")
def test_of_a_corrected_month_the_record_holds_the_edition_that_stands(board, cast, city, street):
    cards = [{"person": cast.worker, "area": Area.objects.get(code=OWN), "grade": Grade.MIDDLE, "points": 88.0}]
    corrected = make_board(board.scheme, street, cards, corrects=board)
    told = str(service_records.record_of(cast.worker, city).data)
    assert corrected.number in told
    assert board.number not in told


def test_a_month_that_is_not_published_is_in_no_record(cast, city, street, clock):
    make_board(
        make_scheme(city), street, [{"person": cast.worker, "area": Area.objects.get(code=OWN)}], status="scored"
    )
    assert service_records.cards_of(cast.worker, city) == []


def test_a_record_is_for_oneself_and_for_who_watches_over_the_work(board, cast, city):
    for reader in (cast.worker, cast.director, cast.community):
        person, _record = service_records.record_seen_by(reader, city, cast.worker.pk)
        assert person == cast.worker
    for reader in (cast.worker2, cast.dispatcher, cast.officer, cast.outsider):
        with pytest.raises(NotFound):
            service_records.record_seen_by(reader, city, cast.worker.pk)
    # The community watches over its own people alone.
    with pytest.raises(NotFound):
        service_records.record_seen_by(cast.community, city, cast.worker2.pk)


def test_each_record_that_leaves_the_house_is_kept_with_who_took_it(client, board, cast, city):
    client.force_login(cast.director)
    assert client.get(reverse("service_record", args=[cast.worker.pk])).status_code == 200
    assert not HandedOut.objects.exists()
    answer = client.get(reverse("service_record_file", args=[cast.worker.pk, "pdf"]))
    assert answer["Content-Type"] == "application/pdf"
    kept = HandedOut.objects.get()
    assert (kept.by, kept.person, kept.form, kept.kind) == (cast.director, cast.worker, "pdf", "service_record")
    assert kept.digest == service_records.record_of(cast.worker, city).digest
    client.force_login(cast.worker2)
    assert client.get(reverse("service_record_file", args=[cast.worker.pk, "pdf"])).status_code == 404
    assert HandedOut.objects.count() == 1


def test_what_was_handed_out_is_neither_changed_nor_forgotten(board, cast, city):
    hand_out_record(by=cast.worker, city=city, key=cast.worker.pk, form="xlsx")
    with pytest.raises(TypeError):
        HandedOut.objects.all().delete()
    with pytest.raises(TypeError):
        HandedOut.objects.update(form="pdf")
    with pytest.raises(TypeError):
        HandedOut.objects.get().delete()


def test_a_form_that_there_is_not_leaves_no_trace(cast, city, clock):
    with pytest.raises(NotFound):
        hand_out_record(by=cast.worker, city=city, key=cast.worker.pk, form="doc")
    assert not HandedOut.objects.exists()


def test_everybody_finds_his_own_record_and_who_watches_his_people(client, board, cast):
    client.force_login(cast.worker)
    page = client.get(reverse("service_records")).content.decode()
    assert "93.25" in page
    assert "何清明" not in page
    client.force_login(cast.director)
    assert "何清明" in client.get(reverse("service_records")).content.decode()


# --- allowances ---------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("1-38")
def test_the_sheet_pays_each_band_by_the_table_and_sums_it_up(board, rows, cast):
    document = allowances.sheet_of(board)
    table = document.tables[0].texts
    assert [(line[2], line[4], line[5]) for line in table] == [("林小满", "优秀", "400"), ("何清明", "合格", "200")]
    book = load_workbook(io.BytesIO(printed(document, "xlsx").content))
    assert sum(cell.value for cell in list(book.worksheets[1]["F"])[1:]) == 600
    for form, read in READ.items():
        assert "600" in read(printed(document, form).content)


def test_who_has_no_row_in_the_table_is_paid_nothing_and_the_sheet_says_so(board, cast, street, clock):
    set_allowance(
        by=cast.director, area=street, employment="full_time", grade=Grade.TOP, yuan=400, since=SEPTEMBER, basis="x"
    )
    document = allowances.sheet_of(board)
    assert [line[5] for line in document.tables[0].texts] == ["400", "—"]
    assert len(document.sections[0].words) == 2


def test_a_month_is_paid_by_the_row_that_stood_in_it(board, rows, cast, street, clock):
    clock.set(2026, 11, 3, 9, 0)
    set_allowance(
        by=cast.director,
        area=street,
        employment="full_time",
        grade=Grade.TOP,
        yuan=900,
        since=dt.date(2026, 11, 1),
        basis="新标准",
    )
    assert allowances.rules_for(street, SEPTEMBER)["full_time", Grade.TOP].yuan == 400
    assert allowances.rules_for(street, dt.date(2026, 11, 1))["full_time", Grade.TOP].yuan == 900
    with pytest.raises(ValidationError) as refused:
        set_allowance(
            by=cast.director, area=street, employment="full_time", grade=Grade.TOP, yuan=1, since=SEPTEMBER, basis="x"
        )
    assert "since" in refused.value.message_dict
    assert AllowanceRule.objects.filter(grade=Grade.TOP, until=None).count() == 1


def test_a_row_of_a_nearer_area_counts_before_one_above(board, rows, cast, city):
    community = Area.objects.get(city=city, code="120106990001")
    set_allowance(
        by=cast.director,
        area=community,
        employment="full_time",
        grade=Grade.TOP,
        yuan=450,
        since=SEPTEMBER,
        basis="社区",
    )
    assert allowances.rules_for(community, SEPTEMBER)["full_time", Grade.TOP].yuan == 450


@pytest.mark.parametrize("change", [{"yuan": -1}, {"yuan": 100_001}, {"basis": " "}, {"employment": "gold"}])
def test_a_bad_row_is_refused_at_its_field(street, cast, clock, change):
    fields = {"employment": "full_time", "grade": Grade.TOP, "yuan": 100, "since": SEPTEMBER, "basis": "x"}
    with pytest.raises(ValidationError) as refused:
        set_allowance(by=cast.director, area=street, **{**fields, **change})
    assert set(refused.value.message_dict) == set(change)
    assert not AllowanceRule.objects.exists()


def test_the_sheet_is_for_who_decides_on_rewards_and_each_time_is_kept(board, rows, cast, client):
    _board, paper = hand_out_allowances(by=cast.secretary, number=board.number, form="xlsx")
    assert paper.content
    assert HandedOut.objects.get().area == board.area
    for reader in (cast.worker, cast.community, cast.supervisor):
        with pytest.raises(NotYours):
            hand_out_allowances(by=reader, number=board.number, form="xlsx")
    with pytest.raises(NotFound):
        hand_out_allowances(by=cast.outsider, number=board.number, form="xlsx")
    client.force_login(cast.worker)
    assert client.get(reverse("allowances")).status_code == 403


def test_nothing_is_paid_by_a_board_that_is_not_published(city, cast, street, clock):
    draft = make_board(
        make_scheme(city), street, [{"person": cast.worker, "area": Area.objects.get(code=OWN)}], status="scored"
    )
    with pytest.raises(NotFound):
        allowances.sheet_seen_by(cast.director, draft.number)


def test_who_writes_no_schemes_sets_no_row(street, cast, clock):
    with pytest.raises(PermissionDenied):
        set_allowance(
            by=cast.secretary, area=street, employment="full_time", grade=Grade.TOP, yuan=1, since=SEPTEMBER, basis="x"
        )


def test_the_page_sets_a_row_and_hands_out_the_sheet(client, board, cast, street):
    client.force_login(cast.director)
    sent = {
        "area": street.pk,
        "employment": "full_time",
        "grade": "top",
        "yuan": 400,
        "since": "2026-09",
        "basis": "街道办〔2026〕3 号",
    }
    assert client.post(reverse("allowances"), {**sent, "yuan": "many"}).status_code == 422
    assert client.post(reverse("allowances"), sent).status_code == 302
    page = client.get(reverse("allowances")).content.decode()
    assert "街道办〔2026〕3 号" in page
    assert reverse("allowances_file", args=[board.number, "xlsx"]) in page
    assert client.get(reverse("allowances_file", args=[board.number, "xlsx"])).status_code == 200
    client.force_login(cast.secretary)
    assert client.post(reverse("allowances"), sent).status_code == 403

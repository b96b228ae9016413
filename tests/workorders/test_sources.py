"""Sources as coded data: what each asks for, whom it hides, and what a report keeps of it."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from casework.models import Part
from casework.refusals import NotNow, NotYours
from grids.models import Department
from grids.phones import digits_of, phone_key
from tests.cities.folders import folder_of
from workorders.models import Reporter, WorkOrder
from workorders.selectors.catalogue import rulebook_today
from workorders.selectors.people import masked_reporter
from workorders.selectors.sources import source_name, sources_of
from workorders.services import dispatching, orders, reporters

CALLER = {"name": "欧阳若兰", "phone": "13920781234"}
ALL = {
    "patrol", "resident", "12345", "superior", "petition", "transfer", "device", "help_board", "visit", "window",
    "council", "whistle",
}  # fmt: skip


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sent(category, clock):
    return {
        "category": category.pk, "words": "3 号楼前垃圾外露。", "lng": "117.151", "lat": "39.165", "datum": "wgs84",
        "source": "patrol",
    }  # fmt: skip


# --- the rows of the five places -----------------------------------------------------------------------------------
@pytest.mark.parametrize("slug", ["hongqiao", "xingdian", "pingchang", "dalad", "shuyang"])
def test_every_place_has_the_sources_of_the_field(slug):
    place = folder_of(slug)
    assert {row["code"] for row in place.sources} >= ALL
    assert place.sources[0]["kind"] == "patrol"


@pytest.mark.mechanism("3-15")
@pytest.mark.mechanism("3-13")
def test_dalad_s_platform_has_its_own_hotline_and_its_apps():
    """1+1+N: one platform, 96118, and the apps around it, each a row."""
    rows = {row["code"]: row for row in folder_of("dalad").sources}
    assert rows["96118"]["kind"] == "hotline"
    assert rows["96118"]["optional"].split(";")[0] == "external_no"
    assert [code for code, row in rows.items() if row["kind"] == "app"] == ["dalad_cloud"]
    assert rows["help_board"]["name"] == "达拉特红·我的心愿"


@pytest.mark.mechanism("1-16")
@pytest.mark.mechanism("1-18")
@pytest.mark.mechanism("1-19")
def test_pingchang_hears_from_its_pavilion_the_province_s_app_and_its_own_platform():
    rows = {row["code"]: row for row in folder_of("pingchang").sources}
    assert (rows["council"]["name"], rows["council"]["required"]) == ("凉亭议事厅", "place_of_talk")
    for code in ("sugetong", "platform"):
        assert (rows[code]["kind"], rows[code]["required"]) == ("app", "external_no")


def test_the_source_of_an_order_bears_the_city_s_name_in_the_reader_s_language(report):
    order = report(source="council", details={"place_of_talk": "凉亭"})
    assert source_name(order) == "居民议事厅"
    with translation.override("en"):
        assert source_name(order) == "Residents' council"


def test_a_source_that_the_city_does_not_have_is_refused(report):
    with pytest.raises(ValidationError) as refused:
        report(source="pigeon")
    assert list(refused.value.message_dict) == ["source"]


# --- what each asks for --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "details", "field"),
    [
        ("petition", {}, "letter_no"),
        ("12345", {"external_no": " "}, "external_no"),
        ("superior", {"letter_no": "批〔2026〕7 号"}, "instructed_by"),
        ("window", {"window_no": "3", "visits": "0"}, "visits"),
        ("window", {"window_no": "3", "visits": "١"}, "visits"),
        ("window", {"window_no": "3", "service": "magic"}, "service"),
        ("petition", {"letter_no": "7", "due_on": "2026-02-30"}, "due_on"),
        ("device", {"device_no": "9" * 61}, "device_no"),
        ("patrol", {"letter_no": "7"}, "letter_no"),
        ("patrol", {"moon": "7"}, "moon"),
    ],
)
def test_a_detail_that_is_missing_malformed_or_another_source_s_is_named(report, source, details, field):
    with pytest.raises(ValidationError) as refused:
        report(source=source, details=details)
    assert list(refused.value.message_dict) == [field]
    assert WorkOrder.objects.count() == 0


@pytest.mark.mechanism("3-40")
@pytest.mark.mechanism("3-41")
@pytest.mark.mechanism("3-42")
def test_one_window_takes_every_service_and_counts_how_often_somebody_had_to_come(cast, sent):
    """一窗通办, 最多跑一次: policy, Party members, insurance at the same window; the count stays with the order."""
    for number, service in enumerate(("policy", "members", "insurance"), start=1):
        said = sent | {"source": "window", "window_no": "3", "service": service, "visits": str(number)}
        told = signed_in(cast.community).post(reverse("report"), said)
        order = WorkOrder.objects.get(number=told.url.split("/")[-2])
        assert order.details == {"window_no": "3", "service": service, "visits": number}
    english = {"Accept-Language": "en"}
    page = signed_in(cast.community).get(reverse("order", args=[order.number]), headers=english).content.decode()
    assert "insurance paid for somebody" in page


@pytest.mark.mechanism("3-22")
def test_a_talk_on_a_doorstep_is_settled_there_or_goes_online_and_is_fed_back(cast, sent, upload, report):
    visit = sent | {"source": "visit", "place_of_talk": "3 号楼 201", "reporter_name": "宋知秋",
                    "reporter_phone": "10000001234"}  # fmt: skip
    said = visit | {"settled": "当场清走。", "photos_after": [upload()]}
    assert signed_in(cast.worker).post(reverse("report"), said).status_code == 302
    small = WorkOrder.objects.get()
    assert (small.status, small.result, small.reporter.is_citizen) == ("closed", "当场清走。", True)
    signed_in(cast.worker).post(reverse("report"), visit)
    large = WorkOrder.objects.latest("pk")
    assert (large.status, large.details) == ("reported", {"place_of_talk": "3 号楼 201"})
    assert large.first_asked == cast.worker


def test_settled_without_a_photo_opens_nothing_at_all(cast, sent):
    told = signed_in(cast.worker).post(reverse("report"), sent | {"settled": "当场清走。"})
    assert (told.status_code, WorkOrder.objects.count()) == (422, 0)


def test_settling_on_the_spot_is_for_who_may_keep(report, cast, picture):
    with pytest.raises(NotYours):
        report(by=cast.dispatcher, settled="已处理", pictures_after=[picture])
    assert WorkOrder.objects.count() == 0


@pytest.mark.mechanism("3-44")
def test_whoever_was_asked_first_answers_for_it(report, cast):
    order = report(by=cast.dispatcher, source="96118", reporter=CALLER)
    assert (order.first_asked, order.reported_by) == (cast.dispatcher, cast.dispatcher)


@pytest.mark.mechanism("1-41")
def test_an_early_sign_is_marked_as_such(cast, sent):
    signed_in(cast.worker).post(reverse("report"), sent | {"early_sign": "on", "nature": "advice"})
    assert WorkOrder.objects.get(early_sign=True).nature == "advice"


def test_the_form_asks_without_javascript_for_what_any_source_of_the_city_asks(cast, clock):
    html = signed_in(cast.worker).get(reverse("report")).content.decode()
    for name in ("external_no", "letter_no", "place_of_talk", "visits"):
        assert f'name="{name}"' in html
    assert "96118民生服务热线" in html
    assert 'name="new_facts"' not in html


# --- a caller is known again ---------------------------------------------------------------------------------------
def test_a_number_has_one_key_however_it_is_written():
    written = ["13920781234", "139-2078-1234", "+86 139 2078 1234", "0086 13920781234", "１３９２０７８１２３４"]
    assert len({phone_key(number) for number in written}) == 1
    assert phone_key("13920781235") != phone_key("13920781234")
    assert "13920781234" not in phone_key("13920781234")
    assert [phone_key(number) for number in ("", None, "12345")] == ["", "", ""]
    assert digits_of("022-27370000") == "02227370000"


def test_the_key_depends_on_the_house_s_own_secret(settings):
    before = phone_key(CALLER["phone"])
    settings.SECRET_KEY = "another" * 10
    assert phone_key(CALLER["phone"]) != before


def test_only_a_citizen_is_called_back_and_known_again(report):
    citizen, patrol = report(source="resident", reporter=CALLER), report()
    nameless = report(source="resident", reporter={})
    assert [order.reporter.is_citizen for order in (citizen, patrol, nameless)] == [True, False, False]
    assert [bool(order.reporter.phone_key) for order in (citizen, patrol, nameless)] == [True, False, False]


def test_the_same_caller_with_nothing_new_is_told_how_far_it_is(report, cast, sanitation):
    first = report(source="resident", reporter=CALLER)
    orders.accept(first, by=cast.dispatcher)
    orders.dispatch(first, by=cast.dispatcher, department=sanitation)
    with pytest.raises(NotNow) as refused:
        report(source="96118", reporter=CALLER | {"phone": "139 2078 1234"}, lng=117.1512)
    assert first.number in str(refused.value)
    assert "环卫所" in str(refused.value)
    assert WorkOrder.objects.count() == 1
    assert report(source="resident", reporter=CALLER, new_facts=True).status == "reported"


@pytest.mark.parametrize(
    "other", [{"lng": 117.1525}, {"reporter": {"name": "别人", "phone": "13700000000"}}, {"source": "patrol"}]
)
def test_another_place_another_caller_or_a_patrol_is_another_matter(report, other):
    report(source="resident", reporter=CALLER)
    report(**{"source": "resident", "reporter": CALLER} | other | ({"reporter": None} if "source" in other else {}))
    assert WorkOrder.objects.count() == 2


def test_a_matter_that_is_closed_is_no_obstacle(order_at, report):
    order_at("closed", source="resident", reporter=CALLER)
    assert report(source="resident", reporter=CALLER).status == "reported"


def test_the_page_and_the_api_ask_whether_there_is_something_new(cast, sent):
    said = sent | {"source": "resident", "reporter_name": "欧阳若兰", "reporter_phone": CALLER["phone"]}
    page = signed_in(cast.worker)
    assert page.post(reverse("report"), said).status_code == 302
    again = page.post(reverse("report"), said)
    html = again.content.decode()
    assert (again.status_code, WorkOrder.objects.count()) == (409, 1)
    assert 'name="new_facts"' in html
    assert WorkOrder.objects.get().number in html
    told = page.post("/api/v1/orders/", said | {"category": "060101"})
    assert (told.status_code, told.json()["code"]) == (409, "repeated")
    assert page.post(reverse("report"), said | {"new_facts": "on"}).status_code == 302
    assert WorkOrder.objects.count() == 2


def test_an_external_number_is_one_order_however_it_comes(report, cast, sent):
    report(source="12345", details={"external_no": "TJ-1"})
    with pytest.raises(NotNow, match="TJ-1"):
        report(source="12345", details={"external_no": "TJ-1"}, lng=117.152)
    report(source="96118", details={"external_no": "TJ-1"})
    told = signed_in(cast.worker).post(reverse("report"), sent | {"source": "12345", "external_no": "TJ-1"})
    assert (told.status_code, WorkOrder.objects.count()) == (409, 2)


# --- hiding --------------------------------------------------------------------------------------------------------
@pytest.fixture
def tip_off(report, sanitation, cast):
    """A resident informs against the sanitation station; it goes to the housing office instead."""
    order = report(source="resident", reporter=CALLER, nature="tip_off", accused_department=sanitation)
    orders.accept(order, by=cast.dispatcher)
    housing = Department.objects.get(code="housing")
    return orders.dispatch(order, by=cast.dispatcher, department=housing)


def reporter_told(user, order) -> tuple[dict, str]:
    """What the API and the page tell this person of the reporter."""
    client = signed_in(user)
    api = client.get(f"/api/v1/orders/{order.number}/")
    page = client.get(reverse("order", args=[order.number]))
    assert (api.status_code, page.status_code) == (200, 200)
    return api.json()["reporter"], page.content.decode()


def test_the_handler_of_a_tip_off_learns_nothing_of_who_reported(tip_off, cast):
    told, page = reporter_told(cast.officer_b, tip_off)
    assert told == {"name": "＊＊", "phone": "", "erased": False, "may_unmask": False, "hidden": True}
    assert "欧" not in page
    assert "139****" not in page
    desk, _page = reporter_told(cast.dispatcher, tip_off)
    assert (desk["name"], desk["may_unmask"]) == ("欧＊＊", True)


def test_the_handler_of_an_ordinary_report_knows_the_masked_name(report, cast):
    order = report(source="resident", reporter=CALLER)
    orders.accept(order, by=cast.dispatcher)
    orders.dispatch(order, by=cast.dispatcher, department=Department.objects.get(code="housing"))
    assert reporter_told(cast.officer_b, order)[0]["name"] == "欧＊＊"


def test_a_source_that_hides_its_reporters_hides_them_from_handlers(report, cast, city, monkeypatch):
    monkeypatch.setattr(sources_of(rulebook_today(city).pk)["petition"], "hides_reporter", True)
    order = report(source="petition", details={"letter_no": "信〔2026〕1"}, reporter=CALLER)
    orders.accept(order, by=cast.dispatcher)
    orders.dispatch(order, by=cast.dispatcher, department=Department.objects.get(code="housing"))
    told, page = reporter_told(cast.officer_b, order)
    assert told["hidden"]
    assert "信〔2026〕1" not in page


def test_nobody_of_the_accused_department_learns_it_even_where_he_may_unmask(report, cast, sanitation):
    """The officer of the accused station also sits at the desk: his right to unmask does not reach this order."""
    order = report(source="resident", reporter=CALLER, nature="complaint", accused_department=sanitation)
    post = cast.officer.posts.get(department=sanitation)
    post.user = cast.dispatcher
    post.save()
    told, page = reporter_told(cast.dispatcher, order)
    assert told["hidden"]
    assert "欧" not in page
    with pytest.raises(NotYours):
        reporters.unmask(order, by=cast.dispatcher, reason="看看")
    answer = signed_in(cast.dispatcher).post(reverse("unmask", args=[order.number]), {"reason": "看看"})
    assert answer.status_code == 403
    assert CALLER["phone"] not in answer.content.decode()
    assert not order.unmaskings.exists()


def test_the_accused_person_learns_nothing_and_takes_no_step(report, cast):
    said = {"source": "resident", "reporter": CALLER, "nature": "tip_off", "accused_person": cast.dispatcher}
    order = report(by=cast.worker2, **said)
    told, _page = reporter_told(cast.dispatcher, order)
    assert told["hidden"]
    client = signed_in(cast.dispatcher)
    assert client.get(f"/api/v1/orders/{order.number}/").json()["available_steps"] == []
    assert client.post(f"/api/v1/orders/{order.number}/accept/").status_code == 403
    assert client.post(reverse("step", args=[order.number, "accept"])).status_code == 403
    order.refresh_from_db()
    assert order.status == "reported"
    assert orders.accept(order, by=User.objects.get(username="duty_chief")).status == "accepted"


def test_a_colleague_who_complains_of_a_colleague_is_not_named_to_him(report, cast):
    order = report(by=cast.worker2, nature="complaint", accused_person=cast.dispatcher)
    client = signed_in(cast.dispatcher)
    page = client.get(reverse("order", args=[order.number])).content.decode()
    told = client.get(f"/api/v1/orders/{order.number}/events/").content.decode()
    assert cast.worker2.name not in page
    assert cast.worker2.name not in told
    assert cast.worker2.name in signed_in(cast.leader).get(reverse("order", args=[order.number])).content.decode()


def test_the_accused_department_neither_gets_nor_claims_it(report, cast, sanitation):
    order = report(source="resident", reporter=CALLER, nature="complaint", accused_department=sanitation)
    orders.accept(order, by=cast.dispatcher)
    housing = Department.objects.get(code="housing")
    for ask in (
        lambda: orders.dispatch(order, by=cast.dispatcher, department=sanitation),
        lambda: orders.dispatch(order, by=cast.dispatcher, department=housing, assistants=[sanitation]),
        lambda: dispatching.offer(order, by=cast.dispatcher, departments=[housing, sanitation]),
    ):
        with pytest.raises(ValidationError, match="环卫所"):
            ask()
    assert not Part.objects.filter(department=sanitation).exists()


@pytest.mark.parametrize("nature", ["help", "consult", "advice", "thanks"])
def test_only_a_complaint_or_a_tip_off_is_against_somebody(report, sanitation, nature):
    with pytest.raises(ValidationError) as refused:
        report(nature=nature, accused_department=sanitation)
    assert list(refused.value.message_dict) == ["nature"]


def test_the_form_finds_the_accused_by_account_or_by_a_name_that_is_one_person_s(cast, sent):
    page = signed_in(cast.worker)
    said = sent | {"nature": "complaint", "accused_person": cast.officer.name}
    assert page.post(reverse("report"), said).status_code == 302
    assert WorkOrder.objects.get().accused_person == cast.officer
    assert page.post(reverse("report"), said | {"accused_person": "没有这个人"}).status_code == 422
    User.objects.filter(pk=cast.officer_b.pk).update(name=cast.officer.name)
    assert page.post(reverse("report"), said).status_code == 422
    assert page.post(reverse("report"), said | {"accused_person": "officer_b"}).status_code == 302


def test_the_masks_of_page_and_api_are_the_same(report, cast):
    order = report(source="resident", reporter=CALLER)
    masked = masked_reporter(order, cast.leader)
    assert (masked.name, masked.phone) == ("欧＊＊", "139****34")
    assert Reporter.objects.get(order=order).phone == CALLER["phone"]

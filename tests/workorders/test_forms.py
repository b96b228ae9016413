"""What each form takes, and with which words it refuses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from grids.models import Department
from workorders.forms import FORMS, DispatchForm, FilterForm, ReportForm
from workorders.forms.steps import FinishForm, RateForm, RefuseForm
from workorders.lifecycle import WORK_ORDER
from workorders.selectors.queue import Asker
from workorders.services.steps import STEPS


@pytest.fixture
def report_form(city, category, clock):
    """`report_form(lng="x")`: a report as the page sends it, fields changed."""
    sent = {
        "category": category.pk, "words": "垃圾外露。", "place": "3 号楼", "lng": "117.151", "lat": "39.165",
        "datum": "wgs84", "source": "patrol",
    }  # fmt: skip
    return lambda files=None, **changes: ReportForm({**sent, **changes}, files or {}, city=city)


def test_every_step_has_its_form_and_no_other():
    assert set(FORMS) == set(WORK_ORDER.by_name) == set(STEPS)


def test_a_report_becomes_the_arguments_of_the_service(report_form, city, category, upload):
    form = report_form({"photos": [upload(), upload()]})
    assert form.is_valid(), form.errors
    said = form.said()
    assert (said["city"], said["category"], said["lng"], said["datum"]) == (city, category, 117.151, "wgs84")
    assert (len(said["pictures"]), said["reporter"]) == (2, None)


def test_a_resident_s_name_is_kept_only_where_a_resident_reported(report_form):
    resident = report_form(source="resident", reporter_name="宋知秋", reporter_phone="10000001234")
    patrol = report_form(source="patrol", reporter_name="宋知秋")
    assert resident.is_valid()
    assert patrol.is_valid()
    assert resident.said()["reporter"] == {"name": "宋知秋", "phone": "10000001234"}
    assert patrol.said()["reporter"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", ""), ("category", "0"), ("words", " "), ("words", "好" * 2001), ("lng", ""), ("lng", "181"),
        ("lng", "nan"), ("lat", "-91"), ("lat", "abc"), ("datum", "mars"), ("source", "rumour"), ("place", "路" * 201),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_at_its_field(report_form, field, value):
    form = report_form(**{field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_only_items_of_the_catalogue_can_be_reported_not_classes_or_groups(report_form, category):
    assert not report_form(category=category.parent_id).is_valid()
    assert not report_form(category=category.parent.parent_id).is_valid()


def test_categories_stand_under_their_class_and_group(report_form, category):
    groups = dict(report_form().fields["category"].choices[1:])
    assert (category.pk, "暴露垃圾、垃圾满溢") in groups["城乡治理协管 · 市容环境"]


def test_a_file_that_is_no_picture_is_refused_with_its_name(report_form):
    script = SimpleUploadedFile("cat.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    form = report_form({"photos": [script]})
    assert not form.is_valid()
    assert "cat.jpg" in form.errors["photos"][0]


def test_the_seventh_photo_is_refused(report_form, upload):
    form = report_form({"photos": [upload() for _turn in range(7)]})
    assert form.errors["photos"] == ["最多 6 张照片。"]


def test_dispatching_offers_the_departments_of_the_area_and_suggests_the_catalogue_s(order_at, city, sanitation):
    order = order_at("accepted")
    form = DispatchForm(order=order, step="dispatch")
    offered = [key for key, _label in form.fields["department"].choices if key]
    assert offered == list(Department.objects.filter(city=city).order_by("code").values_list("pk", flat=True))
    assert form["department"].value() == sanitation.pk


def test_a_department_that_does_not_serve_the_area_cannot_be_chosen(order_at, city, sanitation):
    order = order_at("accepted")
    elsewhere = Department.objects.create(
        city=city, area=order.area.parent.children.exclude(pk=order.area_id).first(), code="other", name="别处",
        valid_from=sanitation.valid_from,
    )  # fmt: skip
    form = DispatchForm({"department": elsewhere.pk}, order=order, step="dispatch")
    assert list(form.errors) == ["department"]


def test_finishing_asks_for_words_and_a_photo(report, upload):
    order = report()
    assert set(FinishForm({}, {}, order=order, step="finish").errors) == {"result", "photos"}
    form = FinishForm({"result": "已清运"}, {"photos": [upload()]}, order=order, step="finish")
    assert form.is_valid()
    assert len(form.said()["pictures"]) == 1


def test_refusing_asks_for_one_of_six_reasons_and_a_sentence(report):
    form = RefuseForm({"reason": "lazy", "words": ""}, order=report(), step="refuse")
    assert set(form.errors) == {"reason", "words"}
    assert len(RefuseForm(order=report(), step="refuse").fields["reason"].choices) == 7


@pytest.mark.parametrize(("solved", "read"), [("yes", True), ("no", False)])
def test_a_rating_says_whether_it_is_solved_and_how_well(report, solved, read):
    form = RateForm({"solved": solved, "stars": "4"}, order=report(), step="rate")
    assert form.is_valid()
    assert form.said() == {"solved": read, "stars": 4, "words": ""}


@pytest.mark.parametrize("stars", ["0", "6", "", "五"])
def test_a_rating_has_one_to_five_stars(report, stars):
    assert "stars" in RateForm({"solved": "yes", "stars": stars}, order=report(), step="rate").errors


def test_fields_of_two_steps_on_one_page_have_ids_of_their_own(report):
    order = report()
    ids = [field.id_for_label for step in ("accept", "refuse") for field in FORMS[step](order=order, step=step)]
    assert len(ids) == len(set(ids)) == 3


def test_a_filter_that_is_not_understood_narrows_nothing(city, cast, clock):
    form = FilterForm(QueryDict("area=nowhere&source=rumour&category=99&q=井盖"), asker=Asker(cast.dispatcher, city))
    filters = form.filters()
    assert (filters.area, filters.source, filters.category, filters.words) == (None, "", "", "井盖")
    assert set(form.errors) == {"area", "source", "category"}


def test_a_filter_names_its_area_by_code(city, cast, clock):
    form = FilterForm(QueryDict("area=120106990002&source=patrol"), asker=Asker(cast.dispatcher, city))
    assert form.filters().area.code == "120106990002"
    assert form.filters().source == "patrol"

"""Stories of what comes in: the catalogue of matters, the four families of work, the ways by which a report comes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cities.folders import COUNTS, folder_of
from workorders.models import Category, WorkOrder
from workorders.services import batches

CALLER = {"reporter_name": "欧阳若兰", "reporter_phone": "10000005678"}
# 哨源: residents, patrol, hotline, phone client, superiors' instructions, petition supervision.
WHISTLE_SOURCES = ["resident", "patrol", "12345", "client", "superior", "petition"]


@pytest.mark.mechanism("0-32")
def test_the_9_81_catalogue_is_what_every_grid_can_report(desk, cast, city, clock):
    """9 classes, 22 groups, 81 items: all of them, and nothing else, stand in the report form."""
    page = desk(cast.worker).client.get(reverse("report"))
    groups = page.context["form"].fields["category"].choices[1:]
    offered = [key for _group, items in groups for key, _name in items]
    codes = list(Category.objects.filter(pk__in=offered).order_by("code").values_list("code", flat=True))
    assert (len(groups), len(codes)) == (22, 81)
    assert len({code[:2] for code in codes}) == 9
    for code in ("010101", "050101", "090202"):
        told = desk(cast.worker).reports("按清单上报。", category=code)
        desk(cast.worker).sees(told.category.name, told.category.parent.name)


@pytest.mark.mechanism("0-32")
@pytest.mark.parametrize("slug", sorted(COUNTS))
def test_every_place_carries_the_whole_catalogue(slug):
    lengths = [len(row["code"]) for row in folder_of(slug).categories]
    assert [lengths.count(length) for length in (2, 4, 6)] == [9, 22, 81]


@pytest.mark.mechanism("2-4")
def test_an_enterprise_s_order_is_one_of_the_four_families_of_work(desk, cast, unit):
    """网格党建、基层治理、保障民生、服务企业: each order shows its family, and the desk is narrowed to one of them."""
    told = {
        family: desk(cast.worker).reports(f"{name}的一件事。", category=code)
        for family, name, code in (
            ("party", "网格党建", "010303"), ("governance", "基层治理", "060101"),
            ("livelihood", "保障民生", "090201"), ("enterprise", "服务企业", "010301"),
        )
    }  # fmt: skip
    centre = desk(cast.dispatcher)
    for family, order in told.items():
        others = [other.number for key, other in told.items() if key != family]
        centre.looks_at(view="new", family=family, part="rows").sees(order.number).sees_nothing_of(*others)
    firm = told["enterprise"]
    centre.opens(firm).sees("四大体系", "服务企业")
    centre.takes(firm, "accept").takes(firm, "dispatch", department=unit("housing"))
    desk(cast.officer_b).looks_at(view="mine", family="enterprise").sees(firm.number)


@pytest.mark.mechanism("2-4")
@pytest.mark.parametrize("slug", [*sorted(COUNTS), "village"])
def test_every_item_of_every_place_belongs_to_a_family_and_each_family_has_items(slug):
    items = [row for row in folder_of(slug).categories if len(row["code"]) == 6]
    assert {row["family"] for row in items} == set(Category.Family.values)


@pytest.mark.mechanism("2-15")
def test_the_six_sources_of_a_whistle_are_coded_data_of_hongqiao():
    rows = {row["code"]: row for row in folder_of("hongqiao").sources}
    assert [rows[code]["kind"] for code in WHISTLE_SOURCES] == [
        "resident",
        "patrol",
        "hotline",
        "app",
        "superior",
        "petition",
    ]


@pytest.mark.mechanism("2-15")
def test_six_reports_by_six_ways_each_keep_theirs_and_the_desk_tells_them_apart(desk, cast):
    asked = {
        "resident": {}, "patrol": {}, "12345": {"external_no": "RX-1"}, "sugetong": {"external_no": "SG-1"},
        "superior": {"instructed_by": "区委办"}, "petition": {"letter_no": "信〔2026〕7 号"},
    }  # fmt: skip
    told = {
        source: desk(cast.worker).reports("空地脏乱。", source=source, new_facts=True, **extra,
                                          **({} if source in ("patrol", "superior") else CALLER))
        for source, extra in asked.items()
    }  # fmt: skip
    for source, order in told.items():
        assert (order.source, order.details) == (source, asked[source])
        others = [other.number for key, other in told.items() if key != source]
        centre = desk(cast.dispatcher).looks_at(view="new", source=source, part="rows")
        centre.sees(order.number).sees_nothing_of(*others)
    desk(cast.dispatcher).opens(told["petition"]).sees("信访督办", "信〔2026〕7 号")


@pytest.mark.mechanism("1-18")
def test_a_sheet_of_the_province_s_app_becomes_orders_once(desk, cast, unit):
    """苏格通: another system's orders come in with their own numbers; the same sheet again opens nothing."""
    sheet = (
        "工单编号,诉求内容,事项,经度,纬度\r\n"
        "SG-1,3 号楼前垃圾外露。,060101,117.151,39.165\r\n"
        "SG-2,不知何事。,999999,117.151,39.165\r\n"
    )
    centre = desk(cast.dispatcher)
    for answer in (302, 409):  # the second time there is nothing new to import
        told = centre.client.post(reverse("imports"), {"source": "sugetong", "file": _file(sheet)})
        batches.read_waiting()
        assert centre.client.post(f"{told.url}confirm/").status_code == answer
        batches.import_waiting()
        page = centre.client.get(told.url).content.decode()
        assert "SG-1" in page
    order = WorkOrder.objects.get()
    assert (order.source, order.details) == ("sugetong", {"external_no": "SG-1"})
    centre.looks_at(view="new", source="sugetong").sees(order.number).opens(order).sees("苏格通", "SG-1")
    centre.takes(order, "accept").takes(order, "dispatch", department=unit("sanitation"))
    desk(cast.officer).takes(order, "sign_for").sees("处置中")


def _file(sheet: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("苏格通.csv", sheet.encode("gb18030"), "text/csv")

"""Sheets of people and homes: a verdict per row, all or nothing, twice is once, and nothing of an attack survives."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from grids.sheets import as_xlsx, read_sheet
from registers.models import Care, Home, Look, Person, RegisterBatch, RegisterLine
from registers.sealing import key_of, unseal
from registers.selectors import sheets as found
from registers.services import people, sheets
from tests.registers.conftest import GRID, HEADINGS, NAME, NUMBER, PHONE, SIBLING, csv, row, xlsx


@pytest.fixture
def hand_in(cast, city):
    return lambda rows, form=xlsx: sheets.hand_in(by=cast.community, city=city, content=form([HEADINGS, *rows]))


def verdicts(batch: RegisterBatch) -> list[str]:
    return list(batch.lines.order_by("line").values_list("verdict", flat=True))


def why(batch: RegisterBatch, line: int) -> dict[str, str]:
    return batch.lines.get(line=line).reasons


@pytest.mark.parametrize("form", [xlsx, csv, lambda rows: csv(rows, "gb18030")], ids=["xlsx", "csv", "gb18030"])
def test_a_sheet_is_judged_row_by_row_and_taken_in_when_confirmed(hand_in, cast, form):
    batch = hand_in([row(1, 关爱类别="高风险老年人；困难家庭成员", 备注="独居"), row(2)], form)
    assert verdicts(batch) == ["new", "new"]
    assert not Person.objects.exists()
    sheets.confirm(batch, by=cast.community)
    first = Person.objects.get(phone_key=key_of("phone", "10000000001"))
    assert unseal(first.name_sealed) == "赵" + chr(0x4E01)
    assert (first.born_year, first.area.code, unseal(first.home.door_sealed)) == (1950, GRID, "101")
    assert sorted(first.cares.values_list("kind", flat=True)) == ["elderly_high", "hardship"]
    assert Look.objects.filter(deed="import").count() == 2


def test_handing_in_the_same_sheet_again_changes_nothing(hand_in, cast):
    rows = [row(number, 关爱类别="重点对象") for number in range(1, 6)]
    sheets.confirm(hand_in(rows), by=cast.community)
    before = list(Person.objects.order_by("pk").values()), Look.objects.count()
    again = hand_in(rows)
    assert set(verdicts(again)) == {"same"}
    with pytest.raises(ValidationError):
        sheets.confirm(again, by=cast.community)
    assert (list(Person.objects.order_by("pk").values()), Look.objects.count()) == before


def test_confirming_twice_is_confirming_once(hand_in, cast):
    batch = hand_in([row(1), row(2)])
    sheets.confirm(batch, by=cast.community)
    sheets.confirm(batch, by=cast.community)
    assert (Person.objects.count(), Home.objects.count()) == (2, 2)


def test_a_changed_row_changes_what_it_says_and_nothing_else(hand_in, cast):
    sheets.confirm(hand_in([row(1, 关爱类别="一般对象")]), by=cast.community)
    batch = hand_in([row(1, 手机号="10099999999", 楼栋="", 门牌="", 关爱类别="重点对象")])
    assert verdicts(batch) == ["changed"]
    assert set(why(batch, 2)) == {"phone", "care"}
    sheets.confirm(batch, by=cast.community)
    changed = Person.objects.get()
    assert unseal(changed.phone_sealed) == "10099999999"
    assert changed.home is not None
    assert sorted(Care.objects.filter(until=None).values_list("kind", flat=True)) == ["key", "ordinary"]


def test_a_new_degree_ends_the_care_of_the_old_one(hand_in, cast):
    mental = {"关爱类别": "严重精神障碍患者", "危险性等级": "1", "稳定情况": "稳定"}
    sheets.confirm(hand_in([row(1, **mental)]), by=cast.community)
    sheets.confirm(hand_in([row(1, **mental | {"危险性等级": "3级", "稳定情况": "不稳定"})]), by=cast.community)
    old, new = Care.objects.order_by("pk")
    assert (old.level, old.stability, old.until is None) == (1, "stable", False)
    assert (new.level, new.stability, new.until) == (3, "unstable", None)


def test_who_moved_within_a_sheet_lives_in_the_new_home(hand_in, cast):
    sheets.confirm(hand_in([row(1)]), by=cast.community)
    batch = hand_in([row(1, 楼栋="甲里小区 9 号楼", 门牌="909")])
    assert why(batch, 2) == {"home": ""}
    sheets.confirm(batch, by=cast.community)
    assert Person.objects.get().home.building == "甲里小区 9 号楼"


def test_the_second_of_two_lines_about_one_person_is_double(hand_in):
    batch = hand_in([row(1), row(1, 手机号="10011112222"), row(2), row(2)])
    assert verdicts(batch) == ["new", "double", "new", "double"]
    assert "2" in why(batch, 3)["line"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"姓名": ""}, "name"),
        ({"姓名": "赵4"}, "name"),
        ({"姓名": "=HYPERLINK(1)"}, "name"),
        ({"手机号": "123"}, "phone"),
        ({"手机号": "一二三四五六七八"}, "phone"),
        ({"身份证号": "990106195012310011"}, "id_number"),
        ({"身份证号": 990106195012310000}, "id_number"),
        ({"网格": SIBLING}, "area"),
        ({"网格": "", "楼栋": "甲里小区 1 号楼"}, "area"),
        ({"楼栋": "", "门牌": "101"}, "building"),
        ({"楼栋": "＝cmd|' /C calc'!A0"}, "building"),
        ({"备注": "@SUM(1+1)", "关爱类别": "重点对象"}, "note"),
        ({"关爱类别": "贵宾"}, "care"),
        ({"关爱类别": "普通住户"}, "care"),
        ({"关爱类别": "严重精神障碍患者"}, "stability"),
        ({"关爱类别": "严重精神障碍患者", "稳定情况": "还行"}, "stability"),
        ({"关爱类别": "严重精神障碍患者", "稳定情况": "稳定", "危险性等级": "9"}, "level"),
        ({"关爱类别": "重点对象", "纳入日期": "2999-01-01"}, "since"),
        ({"备注": "长" * 501}, "note"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_its_reason_and_its_value_stands_in_no_reason(hand_in, changes, field):
    batch = hand_in([row(1, **changes), row(2)])
    assert verdicts(batch) == ["wrong", "new"]
    reasons = why(batch, 2)
    assert field in reasons
    assert reasons[field]
    for text in changes.values():
        assert not text or len(str(text)) < 3 or str(text) not in str(reasons)


def test_somebody_who_stands_in_another_communitys_registers_is_not_taken_over(hand_in, cast, city):
    from_there = city.areas.get(code=SIBLING)
    secretary = from_there.parent.posts.get(role__code="community_secretary").user
    people.take_in(by=secretary, area=from_there, name="赵丁", id_number=row(1)[2])
    batch = hand_in([row(1)])
    assert verdicts(batch) == ["wrong"]
    assert "id_number" in why(batch, 2)


def test_what_became_wrong_between_looking_and_confirming_is_not_taken_in(hand_in, cast, city):
    from_there = city.areas.get(code=SIBLING)
    batch = hand_in([row(1), row(2)])
    secretary = from_there.parent.posts.get(role__code="community_secretary").user
    people.take_in(by=secretary, area=from_there, name="赵丁", id_number=row(1)[2])
    sheets.confirm(batch, by=cast.community)
    assert verdicts(batch) == ["wrong", "new"]
    assert Person.objects.filter(area__code=GRID).count() == 1


def test_cells_are_sealed_at_once_and_emptied_when_they_are_taken_in(hand_in, cast):
    batch = hand_in([row(1), row(2, 手机号="12")])
    stored = "".join(batch.lines.values_list("cells_sealed", flat=True))
    assert row(1)[0] not in stored
    sheets.confirm(batch, by=cast.community)
    assert batch.lines.get(line=2).cells_sealed == ""
    rows = list(found.wrong_rows(batch))
    assert rows[1][:3] == row(2, 手机号="12")[:3]


def test_sheets_are_forgotten_after_their_time(hand_in, cast, clock):
    left, taken = hand_in([row(1)]), hand_in([row(2), row(3, 手机号="12")])
    sheets.confirm(taken, by=cast.community)
    RegisterBatch.objects.filter(pk=left.pk).update(at="2026-01-01T00:00Z")
    RegisterBatch.objects.filter(pk=taken.pk).update(taken_in_at="2026-01-01T00:00Z")
    sheets.forget_old()
    assert not RegisterLine.objects.exclude(cells_sealed="").exists()
    left.refresh_from_db()
    assert left.state == "forgotten"
    with pytest.raises(ValidationError):
        sheets.confirm(left, by=cast.community)


def test_nobody_confirms_or_hands_in_what_is_not_his(hand_in, cast, city):
    batch = hand_in([row(1)])
    with pytest.raises(PermissionDenied):
        sheets.confirm(batch, by=cast.director)
    with pytest.raises(PermissionDenied):
        sheets.hand_in(by=cast.worker, city=city, content=xlsx([HEADINGS, row(1)]))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 not a zip", b"GIF89a\x00\x01<script>", b"\xd0\xcf\x11\xe0", csv([["a", "b"], ["1", "2"]])],
    ids=["empty", "zip in name alone", "picture", "xls", "other headings"],
)
def test_a_file_that_is_no_sheet_of_people_is_refused_with_a_sentence(cast, city, content):
    with pytest.raises(ValidationError) as refused:
        sheets.hand_in(by=cast.community, city=city, content=content)
    assert refused.value.messages[0]
    assert not RegisterBatch.objects.exists()


def test_the_error_sheet_runs_nothing_when_a_spreadsheet_opens_it(hand_in):
    batch = hand_in([row(1, 楼栋="=1+1")])
    back = read_sheet(as_xlsx(found.wrong_rows(batch)))
    assert back.rows[0][1][HEADINGS.index("楼栋")] == "'=1+1"


def test_who_is_erased_is_gone_from_sheets_that_wait_too(hand_in, cast, person):
    batch = hand_in([row(1, 姓名=NAME, 手机号=PHONE, 身份证号=NUMBER)])
    assert verdicts(batch) == ["changed"]
    people.erase(person, by=cast.community)
    assert batch.lines.get().cells_sealed == ""


def test_ten_thousand_rows_are_taken_in_within_thirty_seconds(hand_in, cast, django_assert_max_num_queries):
    rows = [row(number, 关爱类别="一般对象" if number % 5 == 0 else "") for number in range(1, 2001)]
    content = xlsx([HEADINGS, *rows])
    began = time.monotonic()
    with django_assert_max_num_queries(60):
        batch = hand_in(rows, lambda _rows: content)
        sheets.confirm(batch, by=cast.community)
    assert time.monotonic() - began < 6  # a fifth of the rows in a fifth of the time
    assert Person.objects.count() == 2000

"""The search: numbers, words of two Chinese signs, places, and a caller's orders by his whole number."""

import pytest
from django.db import connection

from tests.workorders.branches import open_many
from workorders.models import WorkOrder
from workorders.selectors import search
from workorders.selectors.search import few, sought

CALLER = {"name": "宋知秋", "phone": "139 2078 1234"}


@pytest.fixture
def find(cast):
    """`find("井盖")`: the numbers of what the dispatcher finds."""

    def look(words: str, user=None) -> set[str]:
        person = user or cast.dispatcher
        return {order.number for order in WorkOrder.objects.visible_to(person).filter(sought(person, words))}

    return look


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("井盖松动，夜里有响声。", "井盖"),
        ("井盖松动，夜里有响声。", "响声"),
        ("井盖松动，夜里有响声。", "声"),
        ("井盖松动，夜里有响声。", "井"),
        ("井盖松动，夜里有响声。", "井盖松动夜里"),
        ("井盖松动，夜里有响声。", "夜里 井盖"),
        ("井盖松动，夜里有响声。", "井盖，松动"),
        ("井盖松动，夜里有响声。", "井_盖"),
        ("康平里 12 号楼前污水外溢", "12号楼"),
        ("康平里 12 号楼前污水外溢", "12 号楼"),
        ("康平里 12 号楼前污水外溢", "12"),
        ("ＡＴＭ 机坏了", "atm"),
        ("路灯杆 LED-7b 不亮", "led-7B"),
        ("路灯杆 LED-7b 不亮", "LED 不亮"),
        ("电话亭贴了 100% 中奖", "100%"),
        ("电动车充电", "充电"),
        ("一二三四五六七", "三四五"),
    ],
)
def test_words_are_found(told, asked, report, find):
    order, other = report(words=told), report(words="别的事。")
    assert find(asked) == {order.number}
    assert other.number not in find(asked)


@pytest.mark.parametrize(
    "asked", ["井松", "盖井", "里夜", "三五", "%", "_", "'", "\\", "&|!", "井盖 路灯", "一二四", "，"]
)
def test_what_is_not_said_is_not_found(asked, report, find):
    report(words="井盖松动，夜里有响声。一二三四五六七")
    assert find(asked) == set()


def test_pairs_that_stand_apart_are_not_a_word(report, find):
    report(words="北京人在南方，人在京城。")
    assert find("京人在京") == set()


def test_the_end_of_a_description_and_the_begin_of_a_place_are_no_word(report, find):
    order = report(words="路灯不亮", place="康平里 9 号楼")
    assert find("亮康") == set()
    assert find("不亮康平") == set()
    assert find("康平里") == {order.number}


@pytest.mark.parametrize(
    "cut", [slice(None), slice(-5, None), slice(-3, None), slice(2, 10), slice(0, 10), slice(6, None)]
)
def test_a_part_of_a_number_finds_its_order(cut, report, find):
    order = report()
    assert order.number in find(order.number[cut])
    assert order.number in find(order.number[cut].lower())


def test_the_tail_of_a_number_finds_that_one_alone(report, find):
    first, second = report(words="甲"), report(words="乙")
    assert find(str(int(second.number[-5:]))) == {second.number}
    assert find(f"乙 {int(first.number[-5:])}") == set()


@pytest.mark.parametrize("asked", ["13920781234", "139 2078 1234", "+86 139-2078-1234"])
def test_a_whole_phone_number_finds_the_caller_s_orders_for_who_may_unmask_there(asked, report, find, cast):
    order = report(source="resident", reporter=CALLER)
    report()
    assert find(asked) == {order.number}
    assert find(asked, cast.supervisor) == set()
    assert find(asked, cast.worker2) == set()


def test_a_part_of_a_phone_number_finds_nobody(report, find):
    report(source="resident", reporter=CALLER)
    assert find("1392078123") == set()
    assert find("20781234") == set()


def test_what_was_changed_afterwards_is_found_as_it_is_now(report, find):
    order = report(words="路灯不亮")
    WorkOrder.objects.filter(pk=order.pk).update(words="井盖丢失")
    assert find("井盖") == {order.number}
    assert find("路灯") == set()


def test_among_twenty_thousand_the_search_reads_an_index(report, cast):
    open_many(report())
    report(words="井盖松动")
    reads = {"井盖": "order_words", "井": "order_words", "井盖松": "order_words", "137": "case_number_tail"}
    for asked, index in reads.items():
        orders = WorkOrder.objects.filter(pk__in=search._hits(cast.dispatcher, asked).values("pk"))
        with connection.cursor() as cursor:
            sql, values = orders.query.sql_with_params()
            cursor.execute(f"explain {sql}", values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert index in plan, asked
        assert "Seq Scan on workorders_workorder u" not in plan, asked


def test_few_hits_are_named_and_a_word_that_is_everywhere_is_left_to_the_list(report, cast, monkeypatch):
    monkeypatch.setattr(search, "FEW", 2)
    made = [report(words="井盖松动").pk for _turn in range(2)]
    assert sorted(few(cast.dispatcher, "井盖")) == sorted(made)
    report(words="井盖松动")
    assert few(cast.dispatcher, "井盖") is None
    assert WorkOrder.objects.filter(sought(cast.dispatcher, "井盖")).count() == 3

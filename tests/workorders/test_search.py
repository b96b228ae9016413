"""The search: numbers, words of two Chinese signs, places, and a caller's orders by his whole number."""

import pytest
from django.db import connection

from casework.models import Case
from casework.moment import now
from tests.workorders.branches import open_many
from workorders.models import OpenOrder, WorkOrder
from workorders.selectors import named, search
from workorders.selectors.named import few
from workorders.selectors.search import keys_of_hits, sought
from workorders.services import intake

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


READS = {"井盖": "order_words", "井": "order_words", "井盖松": "order_words", "137": "case_number_tail"}


@pytest.mark.parametrize("open_only", [False, True])
def test_among_twenty_thousand_the_search_reads_an_index(open_only, report, cast):
    open_many(report())
    report(words="井盖松动")
    with connection.cursor() as cursor:
        # As autovacuum does it: what was written last is in the index, not in the list before it.
        cursor.execute("select gin_clean_pending_list('open_words')")
        cursor.execute("analyze workorders_openorder")
    for asked, index in READS.items():
        keys = search.keys_of_hits(cast.dispatcher, asked, open_only=open_only)
        with connection.cursor() as cursor:
            sql, values = keys.query.sql_with_params()
            cursor.execute(f"explain {sql}", values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert index.replace("order_words", "open_words" if open_only else "order_words") in plan, asked
        assert "Seq Scan on workorders_workorder" not in plan, asked
        assert "Seq Scan on workorders_openorder" not in plan, asked


def test_few_hits_are_named_and_a_word_that_is_everywhere_is_left_to_the_list(report, cast, monkeypatch):
    monkeypatch.setattr(named, "FEW", 2)
    made = [report(words="井盖松动").pk for _turn in range(2)]
    assert sorted(few(keys_of_hits(cast.dispatcher, "井盖"))) == sorted(made)
    assert not search.search(cast.dispatcher, "井盖").many
    report(words="井盖松动")
    assert few(keys_of_hits(cast.dispatcher, "井盖")) is None
    assert search.search(cast.dispatcher, "井盖", open_only=True).many
    assert WorkOrder.objects.filter(sought(cast.dispatcher, "井盖")).count() == 3


def found_open(user, words: str) -> set[str]:
    holds = search.search(user, words, open_only=True).holds
    return {order.number for order in WorkOrder.objects.visible_to(user).filter(holds)}


@pytest.mark.parametrize("asked", ["井盖", "井", "井盖松动", "夜里 井盖", "康平里", "12 号楼"])
def test_a_list_of_open_orders_is_searched_among_the_open_ones_alone(asked, report, find, cast):
    told = {"words": "井盖松动，夜里有响声。", "place": "康平里 12 号楼"}
    still_open, ended = report(**told), report(**told)
    assert found_open(cast.dispatcher, asked) == {still_open.number, ended.number}
    intake.withdraw(ended, by=cast.worker, reason="已自行解决。")
    assert found_open(cast.dispatcher, asked) == {still_open.number}
    assert find(asked) == {still_open.number, ended.number}


def test_an_open_order_is_found_by_its_number_and_its_caller_too_and_a_closed_one_is_not(report, find, cast):
    order = report(source="resident", reporter=CALLER)
    for asked in (order.number[-3:], "13920781234"):
        assert found_open(cast.dispatcher, asked) == {order.number}
    intake.withdraw(order, by=cast.worker, reason="已自行解决。")
    for asked in (order.number[-3:], "13920781234"):
        assert found_open(cast.dispatcher, asked) == set()
        assert find(asked) == {order.number}


def test_what_is_kept_of_an_open_order_s_words_follows_them_and_goes_and_comes_with_its_closing(report, cast):
    order = report(words="路灯不亮")
    WorkOrder.objects.filter(pk=order.pk).update(words="井盖丢失")
    assert found_open(cast.dispatcher, "井盖") == {order.number}
    assert found_open(cast.dispatcher, "路灯") == set()
    Case.objects.filter(pk=order.pk).update(closed_at=now())
    assert not OpenOrder.objects.filter(pk=order.pk).exists()
    WorkOrder.objects.filter(pk=order.pk).update(words="树枝折断")
    assert not OpenOrder.objects.filter(pk=order.pk).exists()
    Case.objects.filter(pk=order.pk).update(closed_at=None)
    assert found_open(cast.dispatcher, "树枝") == {order.number}


def test_class_and_source_of_an_open_order_are_kept_beside_its_words_and_follow_it(report, category):
    order = report()
    assert OpenOrder.objects.filter(pk=order.pk, category=category, source="patrol").exists()
    other = category.rulebook.categories.get(code="060102")
    WorkOrder.objects.filter(pk=order.pk).update(category=other, source="hotline")
    assert OpenOrder.objects.filter(pk=order.pk, category=other, source="hotline").exists()


def test_the_words_that_are_kept_are_those_of_the_open_orders(order_at, report):
    for status in ("reported", "handling", "closed"):
        order_at(status)
    open_many(report(), many=50)
    kept = set(OpenOrder.objects.values_list("pk", flat=True))
    assert kept == set(WorkOrder.objects.open().values_list("pk", flat=True))
    assert len(kept) >= 50

"""The desk's lists: what stands in each view, what a count counts, how pages follow one another, what it all costs."""

import datetime as dt

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from casework.models import Case
from casework.selectors import calendar_of
from grids import jurisdiction
from grids.models import Area, Post, Role
from grids.permissions import CODENAMES
from tests.workorders.branches import everywhere, open_many
from workorders.lifecycle import WORK_ORDER
from workorders.models import SavedView, WorkOrder
from workorders.selectors import queue
from workorders.selectors.desks import first_view, views_for
from workorders.selectors.paging import BY_DUE, NEWEST, page_of, read_key
from workorders.selectors.queue import BY_CODE, VIEWS, Asker, Filters
from workorders.selectors.waiting import desks_of, lies_on
from workorders.services import clues, ending, handling


def numbers(asker: Asker, code: str, **filters) -> set[str]:
    return {order.number for order in queue.queue(asker, BY_CODE[code], Filters(**filters)).page.rows}


@pytest.fixture
def asker(city, clock):
    return lambda user: Asker(user, city)


@pytest.fixture
def line(order_at):
    """One order at each status of the line."""
    statuses = ["reported", "accepted", "dispatched", "handling", "finished", "verified", "closed"]
    return {status: order_at(status) for status in statuses}


def test_a_count_is_the_length_of_its_own_list(line, asker, cast, clock):
    clock.pass_(minutes=40)
    for user in (cast.dispatcher, cast.officer, cast.worker, cast.leader, cast.outsider):
        desk = asker(user)
        counted = queue.counts(desk)
        assert {code: len(numbers(desk, code)) for code in counted} == counted


def test_all_counts_are_two_questions_at_most_and_a_person_s_own_views_another(line, asker, cast):
    SavedView.objects.create(user=cast.dispatcher, name="垃圾", query="view=open&q=垃圾")
    SavedView.objects.create(user=cast.dispatcher, name="路灯", query="view=mine&q=路灯&area=120106990001")
    desk = asker(cast.dispatcher)
    assert desk.waiting  # the posts, asked for once
    with CaptureQueriesContext(connection) as asked:
        queue.counts(desk)
    assert sum("COUNT(" in query["sql"] for query in asked) == 2
    assert set(queue.counts(desk)) == {view.code for view in views_for(desk) if view.counted}
    with CaptureQueriesContext(connection) as asked:
        own = queue.saved_counts(desk, list(cast.dispatcher.saved_views.all()))
    assert sum("view_key" in query["sql"] for query in asked) == 1
    assert list(own.values()) == [6, 0]


@pytest.fixture
def made(order_at, cast, sanitation, picture):
    return everywhere(order_at, cast, sanitation, picture)


def test_a_count_is_the_length_of_its_own_list_for_every_role_and_status(made, asker, cast, clock):
    clock.pass_(minutes=40)
    for user in User.objects.filter(posts__isnull=False).distinct():
        desk = asker(user)
        counted = queue.counts(desk)
        assert {code: len(numbers(desk, code)) for code in counted} == counted


# Who holds each view in his rail; what every desk has is left out. Mechanism 1-20: the command desk.
RAILS = {
    "dispatcher": "new to_dispatch to_check to_rule to_verify to_close to_call problem taken whistled",
    "officer": "pool handed assisting returned to_answer parked whistled",
    "head": "pool handed assisting returned to_endorse to_answer parked whistled",
    "community": "to_settle to_check to_verify taken whistled",
    "worker": "to_settle to_check to_verify taken",
    "supervisor": "pressed unanswered cards problem key clues clues_decided",
    "inspector": "clues clues_decided",
    "leader": "red pressed cards problem key",
}
EVERYBODY = {"mine", "due_soon", "late", "open", "closed"}


@pytest.mark.mechanism("1-20")
@pytest.mark.parametrize(("person", "views"), RAILS.items())
def test_each_role_has_the_views_that_its_posts_make_sense_of(person, views, asker):
    rail = {view.code for view in views_for(asker(User.objects.get(username=person)))}
    assert rail == {*views.split(), *EVERYBODY}


def test_every_view_holds_what_its_role_looks_for(made, asker, cast):
    clues.file_clue(made["closed"], by=cast.supervisor, reason="other", words="见经过。")
    handling.hand_to(made["handling"], by=cast.officer, officer=cast.head)
    held = {
        ("dispatcher", "to_dispatch"): {"accepted"}, ("dispatcher", "to_check"): {"checking"},
        ("duty_chief", "to_rule"): {"ruling", "questioned"}, ("duty_chief", "to_decide"): {"endorsed"},
        ("officer", "pool"): {"pooled"}, ("head", "handed"): {"handling"},
        ("officer_b", "assisting"): {"assisted"}, ("officer", "returned"): {"ruling"},
        ("head", "to_endorse"): {"asked"}, ("officer", "to_answer"): {"pressed"}, ("officer", "parked"): {"parked"},
        ("worker", "to_settle"): {"kept"}, ("supervisor", "pressed"): {"pressed"},
        ("supervisor", "unanswered"): {"pressed"}, ("supervisor", "cards"): {"pressed"},
        ("inspector", "clues"): {"closed"}, ("duty_chief", "parked"): {"parked"}, ("dispatcher", "whistled"): {"whistled"},
        ("officer", "whistled"): {"whistled"},
    }  # fmt: skip
    for (person, code), statuses in held.items():
        found = numbers(asker(User.objects.get(username=person)), code)
        assert found == {made[status].number for status in statuses}, (person, code)


@pytest.mark.mechanism("3-14")
def test_the_discipline_desk_reads_all_and_its_clues_leave_the_list_when_decided(made, asker, cast):
    clues.file_clue(made["rated"], by=cast.supervisor, reason="other", words="见经过。")
    desk = asker(cast.inspector)
    assert numbers(desk, "all") == {order.number for order in made.values()}
    assert numbers(desk, "clues") == {made["rated"].number}
    assert queue.counts(desk)["clues"] == 1
    [clue] = made["rated"].clues.all()
    clues.decide_clue(made["rated"], by=cast.inspector, decision="谈话提醒。")
    assert numbers(desk, "clues") == set()
    assert numbers(desk, "clues_decided") == {made["rated"].number}
    assert clue.order_id == made["rated"].pk


@pytest.mark.mechanism("3-15")
def test_the_hotline_desk_shows_what_its_operator_took_down(report, asker, city, cast):
    operator = User.objects.create(username="hotline", name="钱小暑")
    role = Role.objects.get(city=city, code="hotline_operator")
    top = Area.objects.get(city=city, parent=None)
    Post.objects.create(user=operator, role=role, area=top, since=dt.date(2026, 1, 1))
    jurisdiction.derive_grants([operator])
    mine = report(by=operator, source="96118", reporter={"name": "宋知秋", "phone": "13920781234"})
    report()
    desk = asker(operator)
    assert first_view(desk).code == "taken"
    assert numbers(desk, "taken") == {mine.number} == numbers(desk, "open")
    assert queue.counts(desk)["taken"] == 1


def test_a_citizen_to_be_called_stands_on_the_desk_although_the_case_is_closed(order_at, asker, cast):
    order = order_at("closed", source="resident", reporter={"name": "宋知秋", "phone": "13920781234"})
    desk = asker(cast.dispatcher)
    assert (numbers(desk, "to_call"), queue.counts(desk)["to_call"]) == ({order.number}, 1)
    assert numbers(desk, "open") == set()
    ending.record_rating(order, by=cast.dispatcher, solved=True, satisfied=True)
    assert numbers(desk, "to_call") == set()


def test_no_open_order_is_on_nobody_s_desk(made, asker):
    """In every status there is a desk, somebody sits at it, and it is just the orders of his desks that are his."""
    assert {order.status for order in made.values()} == set(WORK_ORDER.statuses)
    people = [asker(user) for user in User.objects.filter(posts__isnull=False).distinct()]
    mine = {desk.user.username: numbers(desk, "mine") for desk in people}
    for state, order in made.items():
        order = WorkOrder.objects.get(pk=order.pk)
        desks = desks_of(order)
        sitting = {one.user.username for one in people if any(lies_on(one.places, desk) for desk in desks)}
        if order.is_open:
            assert sitting, (state, "lies on nobody's desk")
        if order.is_open and order.status != "joined":
            assert {name for name, found in mine.items() if order.number in found} == sitting, state
        else:
            assert not any(order.number in found for found in mine.values()), state


def test_only_who_has_an_order_in_hand_is_asked_for_it(made):
    desks = {state: [(desk.permission, desk.place.code) for desk in desks_of(order)] for state, order in made.items()}
    assert desks["handling"] == [("handle_in", "sanitation")] == desks["joined"]
    assert set(desks["pooled"]) == {("handle_in", "sanitation"), ("handle_in", "housing")}
    assert set(desks["assisted"]) == {("handle_in", "sanitation"), ("handle_in", "housing")}
    assert desks["asked"] == [("handle_in", "sanitation"), ("endorse_in", "sanitation")]
    assert [permission for permission, _place in desks["endorsed"]] == ["handle_in", "rule_in"]
    assert [permission for permission, _place in desks["parked"]] == ["rule_in"]
    for ended in ("closed", "rated", "unrated", "refused", "withdrawn"):
        assert desks[ended] == []


def test_mine_is_what_waits_for_a_step_of_mine(line, asker, cast):
    numbered = {status: order.number for status, order in line.items()}
    waiting = {numbered[status] for status in ("reported", "accepted", "finished", "verified")}
    assert numbers(asker(cast.dispatcher), "mine") == waiting
    assert numbers(asker(cast.officer), "mine") == {numbered["dispatched"], numbered["handling"]}
    assert numbers(asker(cast.worker), "mine") == {numbered["finished"]}
    assert numbers(asker(cast.officer_b), "mine") == set()


def test_what_a_person_may_is_the_same_asked_one_by_one_and_all_at_once(cast):
    for user in (cast.dispatcher, cast.officer, cast.worker, cast.secretary, cast.outsider):
        at_once = jurisdiction.places_of(user)
        for permission in CODENAMES:
            paths, departments = at_once.get(permission, ([], []))
            assert Area.objects.within(*Area.objects.filter(path__in=paths)).count() == (
                jurisdiction.areas_where(user, permission).count()
            )
            one_by_one = jurisdiction.departments_where(user, permission).values_list("pk", flat=True)
            assert departments == sorted(one_by_one)


def test_every_list_begins_with_what_the_person_may_see(line, asker, cast):
    for view in VIEWS:
        assert numbers(asker(cast.outsider), view.code) == set()
        assert numbers(asker(cast.worker2), view.code) == set()


def test_late_and_due_soon_part_at_the_moment_itself(report, asker, cast, clock):
    order = report()
    assert numbers(asker(cast.dispatcher), "due_soon") == {order.number}
    clock.pass_(minutes=16)
    assert numbers(asker(cast.dispatcher), "due_soon") == set()
    assert numbers(asker(cast.dispatcher), "late") == {order.number}


def test_groups_follow_the_city_s_day(order_at, report, asker, cast, clock, category):
    late = report()
    clock.pass_(minutes=20)
    soon = report()
    days_long = type(category).objects.get(rulebook=category.rulebook, code="030102")
    later = order_at("handling", category=days_long)
    shown = queue.queue(asker(cast.dispatcher), BY_CODE["open"], Filters())
    assert [(group.tone, group.count, [order.pk for order in group.rows]) for group in shown.groups] == [
        ("late", 1, [late.pk]),
        ("near", 1, [soon.pk]),
        ("", 1, [later.pk]),
    ]
    assert shown.total == 3


def test_a_view_can_be_narrowed_by_area_source_class_and_words(report, asker, cast, category):
    here = report(words="路灯不亮。", place="康平里 9 号楼")
    there = report(lng=117.156, lat=39.161, source="resident", words="井盖松动。")
    other = report(category=type(category).objects.get(rulebook=category.rulebook, code="030303"))
    desk = asker(cast.dispatcher)
    community = Area.objects.get(city=desk.city, code="120106990002")
    assert numbers(desk, "open", area=community) == {there.number}
    assert numbers(desk, "open", source="resident") == {there.number}
    assert numbers(desk, "open", category="03") == {other.number}
    assert numbers(desk, "open", words="康平里") == {here.number}
    assert numbers(desk, "open", words="井盖") == {there.number}
    assert numbers(desk, "open", words=here.number[-3:]) == {here.number}
    assert numbers(desk, "open", words="路灯 松动") == set()


def test_the_closed_ones_come_newest_first_and_are_not_counted(order_at, asker, cast, clock):
    old = order_at("closed")
    clock.pass_(hours=1)
    new = order_at("closed")
    shown = queue.queue(asker(cast.dispatcher), BY_CODE["closed"], Filters())
    assert [order.number for order in shown.page.rows] == [new.number, old.number]
    assert "closed" not in queue.counts(asker(cast.dispatcher))


def walk(rows, order, size: int) -> list[list[int]]:
    pages, after = [], ""
    while True:
        page = page_of(rows, order, after=after, size=size)
        pages.append([row.pk for row in page.rows])
        after = page.after
        if not after:
            return pages


@pytest.mark.parametrize("order", [BY_DUE, NEWEST])
def test_pages_hold_every_row_once_in_both_directions(order, report, order_at, cast, clock):
    made = []
    for _turn in range(3):
        made += [report(), report()]
        clock.pass_(minutes=1, sweep=False)
    made.append(order_at("closed"))  # no clock any more: nulls last
    made.append(order_at("closed"))
    rows = Case.objects.all()
    whole = [row.pk for row in page_of(rows, order).rows]
    assert sorted(whole) == sorted(case.pk for case in made)
    pages = walk(rows, order, size=3)
    assert [key for page in pages for key in page] == whole
    second = page_of(rows, order, after=page_of(rows, order, size=3).after, size=3)
    last = page_of(rows, order, after=second.after, size=3)
    before = page_of(rows, order, before=last.before, size=3)
    assert [row.pk for row in before.rows] == pages[1]
    first = page_of(rows, order, before=before.before, size=3)
    assert ([row.pk for row in first.rows], first.before) == (pages[0], "")


def test_rows_of_the_same_moment_are_not_lost_between_pages(report):
    made = [report().pk for _turn in range(5)]
    assert walk(Case.objects.all(), BY_DUE, size=2) == [made[:2], made[2:4], made[4:]]


@pytest.mark.parametrize(
    "text",
    ["", "x", "_", "2026-10-09_1", "-_x", "2026-10-09T10:00:00+08:00_", "9999999_1", "0001-01-01T00:00:00+23:59_1"],
)
def test_a_mangled_key_shows_the_first_page(text, report):
    order = report()
    assert read_key(text) is None
    assert [row.pk for row in page_of(Case.objects.all(), BY_DUE, after=text).rows] == [order.pk]


def test_a_list_costs_the_same_with_one_row_and_with_three(report, order_at, asker, cast):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            queue.queue(asker(cast.dispatcher), BY_CODE["open"], Filters())
        return len(asked)

    order_at("handling")
    one = cost()
    report()
    order_at("dispatched")
    assert cost() == one


def test_a_row_shows_no_more_than_was_read_for_it(made, asker, cast, city, clock):
    clock.pass_(hours=30)
    person = asker(cast.dispatcher)
    shown = {order.number: order for view in ("open", "closed") for order in rows_of(person, view)}
    assert len(shown) == len(made)
    said = {"calendar": calendar_of(city), "target": "/orders/"}
    texts = [render_to_string("workorders/row.html", {"order": order, **said}) for order in shown.values()]
    with CaptureQueriesContext(connection) as asked:
        again = [render_to_string("workorders/row.html", {"order": order, **said}) for order in shown.values()]
    assert (len(asked), again) == (0, texts)
    whole = WorkOrder.objects.select_related("area", "category", "department", "joined_to")
    for order in whole.prefetch_related("deadlines__rungs", "deadlines__pauses"):
        assert render_to_string("workorders/row.html", {"order": order, **said}) in texts, order.status


def rows_of(desk: Asker, view: str) -> list[WorkOrder]:
    return list(queue.queue(desk, BY_CODE[view], Filters()).page.rows)


def plan_of_page(desk: Asker, view: str, filters: Filters) -> tuple[int, str]:
    """How many rows the page shows, and by which plan PostgreSQL found them."""
    with CaptureQueriesContext(connection) as asked:
        shown = queue.queue(desk, BY_CODE[view], filters)
    [rows] = [query["sql"] for query in asked if "LIMIT 51" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"explain {rows}")
        return len(shown.page.rows), "\n".join(line for (line,) in cursor.fetchall())


def test_among_twenty_thousand_open_orders_a_page_is_read_by_an_index(report, order_at, asker, cast, clock):
    open_many(report())
    order_at("handling")
    clock.pass_(hours=3, sweep=False)
    for view in ("mine", "open", "new", "late"):
        shown, plan = plan_of_page(asker(cast.dispatcher), view, Filters())
        assert shown == 50, view
        assert "Seq Scan on casework_case" not in plan, view
        assert "case_queue" in plan, view
    subtree = Filters(area=Area.objects.get(code="120106990002"))
    for person, filters in ((cast.dispatcher, subtree), (cast.officer, Filters()), (cast.head, Filters())):
        _shown, plan = plan_of_page(asker(person), "open", filters)
        assert "Seq Scan on casework_case" not in plan, person
        assert any(name in plan for name in ("case_queue", "case_open_subtree", "case_department_queue")), person


def test_a_whole_number_leads_straight_to_its_order(report, cast):
    order = report()
    assert queue.number_sought(cast.dispatcher, f" {order.number.lower()} ") == order.number
    assert queue.number_sought(cast.outsider, order.number) is None


def test_a_person_chooses_among_the_areas_below_his_own(asker, cast, city):
    assert [area.code for area in queue.areas_to_choose(asker(cast.dispatcher))] == ["120106990001", "120106990002"]
    assert list(queue.areas_to_choose(asker(cast.worker))) == []
    assert queue.areas_to_choose(asker(cast.officer)).count() == 2


def test_the_reports_of_a_person_are_his_own(report, cast):
    mine, other = report(), report(by=User.objects.get(username="worker2"))
    assert [order.pk for order in queue.reports_of(cast.worker)] == [mine.pk]
    assert [order.pk for order in queue.reports_of(cast.worker2)] == [other.pk]

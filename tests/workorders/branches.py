"""An order in every state it can be in, taken there by the real services."""

import datetime as dt

from django.db import connection

from grids.models import Department
from workorders.models import WorkOrder
from workorders.services import applications, checks, dispatching, ending, intake, matters, orders, rulings
from workorders.services import supervision as presses


def parked(order, cast):
    order = applications.ask_parking(
        order, by=cast.officer, reason="weather", words="连日大雨。", measures="先围挡。",
        until=dt.date(2026, 12, 1),
    )  # fmt: skip
    order = applications.endorse(order, by=cast.head)
    return applications.park(order, by=cast.duty_chief, answer="同意。")


def everywhere(order_at, cast, sanitation, picture) -> dict:
    """One order in each status, closed ones too, and open ones with something asked of others besides."""
    housing = Department.objects.get(city=sanitation.city, code="housing")
    made = {status: order_at(status) for status in ("reported", "accepted", "dispatched", "handling", "finished")}
    made |= {status: order_at(status) for status in ("verified", "closed")}
    made["checking"] = checks.ask_check(order_at("reported"), by=cast.dispatcher)
    made["kept"] = intake.keep(order_at("reported"), by=cast.worker)
    made["pooled"] = dispatching.offer(order_at("accepted"), by=cast.dispatcher, departments=[sanitation, housing])
    offered = dispatching.offer(order_at("accepted"), by=cast.dispatcher, departments=[sanitation, housing])
    made["held"] = dispatching.claim(offered, by=cast.officer)
    made["ruling"] = rulings.send_back(order_at("handling"), by=cast.officer, reason="not_our_duty", basis="职责清单")
    made["questioned"] = rulings.question(order_at("accepted"), by=cast.dispatcher, words="两家都说不是自己的。")
    made["parked"] = parked(order_at("handling"), cast)
    made["whistled"] = order_at("whistled")
    made["joined"] = matters.join(order_at("accepted"), by=cast.dispatcher, lead=made["handling"])
    made["asked"] = applications.ask_longer(order_at("handling"), by=cast.officer, reason="weather", words="雨。")
    asked = applications.ask_longer(order_at("handling"), by=cast.officer, reason="weather", words="雨。")
    made["endorsed"] = applications.endorse(asked, by=cast.head)
    made["assisted"] = orders.dispatch(
        order_at("accepted"), by=cast.dispatcher, department=sanitation, assistants=[housing]
    )
    made["pressed"] = presses.press(order_at("handling"), by=cast.supervisor, level=2, words="今天要有结果。")
    made["refused"] = orders.refuse(order_at("reported"), by=cast.dispatcher, reason="secret", words="请另行反映。")
    made["withdrawn"] = intake.withdraw(order_at("reported"), by=cast.worker, reason="已自行解决。")
    made["rated"] = orders.rate(order_at("closed"), by=cast.worker, stars=5, solved=True)
    made["unrated"] = ending.call(ending.call(order_at("closed"), by=cast.dispatcher), by=cast.dispatcher)
    return made


MANY = 20_000
# Two tables, because a work order is a case; the worker's village, spread over ten days.
OPEN_MANY = """
with numbers as (select generate_series(1, %(many)s) as n), cases as (
    insert into casework_case (kind, number, title, city_id, rulebook_id, area_id, area_path, reported_by_id, status,
        opened_at, lamp, rung, due_clock, due_from, due_at, paused, event_count, last_hash)
    select 'workorder', 'GD20261001-' || lpad(n::text, 5, '0'), '垃圾外露 ' || n, c.city_id, c.rulebook_id, c.area_id,
        c.area_path, null, 'reported', c.opened_at, 0, '', 'workorders.accept', c.opened_at,
        c.opened_at + n * interval '40 seconds', false, 0, ''
    from casework_case c cross join numbers where c.id = %(like)s returning id
)
insert into workorders_workorder
select (jsonb_populate_record(w, jsonb_build_object('case_ptr_id', cases.id))).*
from cases cross join workorders_workorder w where w.case_ptr_id = %(like)s
"""


def open_many(order: WorkOrder, many: int = MANY) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_MANY, {"many": many, "like": order.pk})
        cursor.execute("analyze casework_case, workorders_workorder")

"""Before a department is asked: settled in the grid, passed up, looked at on site, withdrawn."""

import pytest
from django.core.exceptions import ValidationError

from casework.refusals import NotNow, NotYours
from grids import geo
from grids.models import Area
from workorders.models import SiteCheck
from workorders.services import checks, intake, orders


@pytest.mark.mechanism("2-32")
@pytest.mark.mechanism("1-11")
def test_what_the_grid_cannot_settle_goes_up_with_what_it_tried(report, cast):
    order = intake.keep(report(), by=cast.worker)
    assert [row.clock for row in order.deadlines.open()] == ["workorders.keep"]
    with pytest.raises(ValidationError):
        intake.pass_up(order, by=cast.worker, tried=" ")
    order = intake.pass_up(order, by=cast.worker, tried="已劝离两次，反复摆摊。")
    assert (order.status, order.deadlines.open().get().clock) == ("reported", "workorders.accept")
    assert order.events.last().note == "已劝离两次，反复摆摊。"
    # Demand has gone up; the order comes down.
    assert orders.accept(order, by=cast.dispatcher).status == "accepted"


def test_settled_on_the_spot_it_is_closed_and_shown(report, cast, picture):
    with pytest.raises(ValidationError):
        intake.settle(report(), by=cast.worker, result="已清。", pictures=[])
    order = intake.settle(report(), by=cast.worker, result="已清。", pictures=[picture])
    assert (order.status, order.department, order.photos.get(moment="after").added_by) == ("closed", None, cast.worker)
    assert order.deadlines.get().state == "met"
    assert orders.rate(order, by=cast.worker, stars=5, solved=True).status == "rated"


def test_settling_late_stays_late(report, cast, picture, clock):
    order = intake.keep(report(), by=cast.worker)
    clock.pass_(days=7)
    order = intake.settle(order, by=cast.worker, result="已清。", pictures=[picture])
    assert order.deadlines.get(clock="workorders.keep").state == "late"


def test_a_worker_of_another_grid_settles_nothing_here(report, cast, picture):
    with pytest.raises(NotYours):
        intake.settle(report(), by=cast.worker2, result="已清。", pictures=[picture])


def test_withdrawing_is_the_reporters_and_only_before_dispatch(order_at, cast):
    with pytest.raises(NotYours):
        intake.withdraw(order_at("accepted"), by=cast.dispatcher, reason="不办了")
    with pytest.raises(NotNow):
        intake.withdraw(order_at("dispatched"), by=cast.worker, reason="已解决")
    order = intake.withdraw(order_at("checking"), by=cast.worker, reason="已解决")
    assert (order.status, order.checks.filter(done_at=None).count()) == ("withdrawn", 0)


def test_a_look_before_taking_it_on_stops_the_clock_of_accepting(report, cast, clock, picture):
    order = checks.ask_check(report(), by=cast.dispatcher)
    asked = order.checks.get()
    assert (asked.worker, asked.chosen) == (cast.worker, "own_grid")
    clock.pass_(hours=1)
    accept = order.deadlines.get(clock="workorders.accept")
    assert (accept.state, accept.missed_at) == ("paused", None)
    order = checks.check(order, by=cast.worker, there=False, words="现场已清理干净。", pictures=[picture])
    assert (order.status, order.checks.get().outcome) == ("reported", SiteCheck.Outcome.GONE)
    assert order.deadlines.get(clock="workorders.accept").state == "running"
    assert order.deadlines.get(clock="workorders.check").state == "met"


def test_a_grid_without_a_worker_asks_the_neighbour_with_the_fewest_looks(report, cast, city):
    # The second grid of the first community has nobody of its own.
    grid = Area.objects.get(city=city, code="120106990001002")
    lng, lat = geo.inner_point(grid.boundary)
    order = checks.ask_check(report(lng=lng, lat=lat), by=cast.dispatcher)
    assert order.area == grid
    asked = order.checks.get()
    assert (asked.worker, asked.chosen) == (cast.worker, "least_load")

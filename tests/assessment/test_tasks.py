"""Beat: several that come at once open each board exactly once; one board that cannot be scored holds no other up."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from assessment import tasks
from assessment.models import Assessment, Scheme
from assessment.services import months
from tests.assessment.conftest import scheme_in
from tests.assessment.monthly import NOVEMBER, OCTOBER, REPORTS, give_limits


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_open_each_board_of_the_month_exactly_once(cast, clock, city):
    give_limits(city)
    scheme = scheme_in(city, rows=REPORTS, least=1, code="october")
    clock.set(2026, 11, 2, 9, 0)
    street, opened, ready = city.areas.get(parent=None), [], Barrier(4)

    def beat() -> None:
        clock.set(2026, 11, 2, 9, 0)  # each thread has its own context
        ready.wait(10)
        try:
            opened.append(months.open_month(scheme=scheme, area=street, since=OCTOBER, until=NOVEMBER))
        finally:
            connection.close()

    threads = [Thread(target=beat) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len([each for each in opened if each is not None]) == 1
    assert opened.count(None) == 3
    (board,) = Assessment.objects.filter(scheme=scheme)
    assert board.cards.count() == 2
    assert board.events.count() == 2


@pytest.mark.django_db
def test_a_board_that_cannot_be_scored_is_left_for_the_next_time_and_holds_no_other_up(
    month, scheme, report, clock, caplog
):
    report()
    Scheme.objects.update(state="retired")
    broken = scheme(rows={"实绩": {"no_such_measure": {"weight": 100}}}, code="a-broken")
    good = month().scheme
    clock.set(2026, 11, 2, 9, 0)
    tasks.open_months()
    assert not Assessment.objects.filter(scheme=broken).exists()
    assert Assessment.objects.get(scheme=good).status == "scored"
    assert "tried again" in caplog.text

"""How often a street whistles: by month of the city, and the two bounds of rules.md 13.3 row 66."""

import pytest

from grids.models import Area, Level
from tests.whistle.conftest import there
from whistle.models import Whistle
from whistle.selectors.monitor import Rate, monitor_of
from whistle.selectors.sight import sight_of

pytestmark = pytest.mark.django_db


def rate(total: int, months: int = 12) -> Rate:
    return Rate(Area(name="某街道"), [total, *[0] * 11], months)


@pytest.mark.parametrize(
    ("total", "few", "many"),
    [(0, True, False), (2, True, False), (3, False, False), (60, False, False), (61, False, True)],
)
def test_under_a_fifth_or_over_five_a_month_is_worth_a_look(total, few, many):
    # 2 ÷ 12 = 0.17, 3 ÷ 12 = 0.25; 60 ÷ 12 = 5, 61 ÷ 12 = 5.08.
    assert (rate(total).few, rate(total).many) == (few, many)


def test_the_months_before_the_city_began_do_not_make_it_quiet():
    assert not rate(2, months=10).few
    assert rate(2, months=11).few


def test_each_whistle_stands_in_its_month_and_its_street_and_the_quiet_street_too(blow, cast, city, clock):
    Level.objects.filter(city=city, rank=2).update(accepts=True)
    own = Area.objects.get(city=city, code="120106990001")
    clock.set(2026, 8, 31, 23, 50)
    blow("rescue", caller=own)
    clock.set(2026, 9, 1, 0, 30)
    blow("rescue", caller=own), blow("rescue", caller=own)
    clock.set(2026, 10, 9, 10, 42)
    shown = monitor_of(sight_of(cast.supervisor, city))
    assert [month.query for month in (shown.months[0], shown.months[-1])] == ["month=2025-11", "month=2026-10"]
    rates = {each.street.code: each for each in shown.rates}
    assert rates["120106990001"].counts[-3:] == [1, 2, 0]
    assert shown.sums[-3:] == [1, 2, 0]
    assert (rates["120106990001"].total, rates["120106990001"].months) == (3, 10)
    assert rates["120106990002"].total == 0
    assert [each.street.code for each in shown.few] == ["120106990002"]
    assert shown.many == []


def test_what_grew_louder_by_itself_nobody_blew(blow, cast, city, clock):
    there(blow(), "parks")
    clock.pass_(hours=3)
    assert Whistle.objects.count() == 2
    (street,) = monitor_of(sight_of(cast.supervisor, city)).rates
    assert street.total == 1


def test_it_costs_the_same_however_many_whistle(blow, cast, city, clock, django_assert_num_queries):
    seen = sight_of(cast.supervisor, city)
    for _turn in range(2):
        with django_assert_num_queries(QUERIES):
            monitor_of(seen)
        blow()


QUERIES = 4

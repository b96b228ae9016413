"""下考上: the year's and the month's tables, reckoned by hand; and each figure opens onto exactly what it counted."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.moment import now
from casework.refusals import NotFound, NotYours
from grids.models import Area, City, Department, Level
from tests.whistle.conftest import Marks, staff, summons, there
from whistle.models import Whistle
from whistle.selectors import year
from whistle.selectors.counted import asked_for, counted
from whistle.selectors.facts import OF_DEPARTMENT, OF_STREET
from whistle.selectors.sight import Period, month_of, sight_of, year_of
from whistle.selectors.year import Line, Share, StreetMark
from whistle.services.steps import STEPS

pytestmark = pytest.mark.django_db

FIRST, SECOND = "120106990001", "120106990002"
# Places in the ground of each.
AT = {FIRST: {"lng": 117.151, "lat": 39.165}, SECOND: {"lng": 117.155, "lat": 39.165}}


@pytest.fixture
def streets(city) -> dict[str, Area]:
    """The village's two communities with desks of their own: here they are the streets."""
    Level.objects.filter(city=city, rank=2).update(accepts=True)
    return {code: Area.objects.get(city=city, code=code) for code in (FIRST, SECOND)}


@pytest.fixture
def rated(whistle_at, streets, cast):
    """`rated(FIRST, parks=(5, 5, 4, 4))`: a whistle of a street to these units, settled in time and rated so."""

    def make(street: str, **marks: tuple[int, int, int, int]) -> Whistle:
        whistle = whistle_at("settled", departments=tuple(marks), caller=streets[street], **AT[street])
        given = {summons(whistle, unit).pk: Marks(*values, words="按实评。") for unit, values in marks.items()}
        return STEPS["rate"](whistle, by=cast.secretary, solved=True, marks=given)

    return make


@pytest.fixture
def october(city) -> Period:
    return month_of(city, "2026-10")


def lines_of(table) -> dict[str, Line]:
    return {line.department.code: line for line in table.lines}


def test_a_streets_mean_a_small_sample_and_the_total_are_what_one_reckons_by_hand(rated, cast, city, october):
    for marks in ((5, 5, 4, 4), (4, 4, 4, 4), (5, 5, 5, 5)):  # 87.5, 75, 100
        rated(FIRST, parks=marks, sanitation=(3, 3, 3, 3))  # 50
    for _twice in range(2):
        rated(SECOND, parks=(1, 1, 1, 1))  # 0, but two matters are too few to count
    lines = lines_of(year.table_of(sight_of(cast.supervisor, city), october))
    parks, sanitation = lines["parks"], lines["sanitation"]
    assert [(mark.street.code, mark.rated, mark.mean, mark.counts) for mark in parks.marks] == [
        (FIRST, 3, 87.5, True), (SECOND, 2, 0.0, False),
    ]  # fmt: skip
    assert (parks.raw, parks.sample, parks.rated) == (87.5, 3, 5)
    assert (sanitation.raw, sanitation.sample) == (50.0, 3)
    assert parks.prior == sanitation.prior == 68.75
    # (3 × 87.5 + 3 × 68.75) ÷ 6 and (3 × 50 + 3 × 68.75) ÷ 6
    assert (parks.shrunk, sanitation.shrunk) == (78.125, 59.375)
    # Five whistles of four clocks each, all met; no orders, nobody asked: two thirds streets, one third clocks.
    assert (parks.clocks, parks.left_out) == (Share(20, 20), ["citizens"])
    assert [(part.name, round(part.weight, 2)) for part in parks.parts] == [("streets", 66.67), ("clocks", 33.33)]
    assert parks.total == pytest.approx((78.125 * 50 + 100 * 25) / 75)


def test_streets_weigh_the_same_however_many_matters_they_rated(rated, cast, city, october):
    for _matter in range(4):
        rated(FIRST, parks=(5, 5, 5, 5))
    for _matter in range(3):
        rated(SECOND, parks=(3, 3, 3, 3))
    parks = lines_of(year.table_of(sight_of(cast.supervisor, city), october))["parks"]
    # (100 + 50) ÷ 2, not (4 × 100 + 3 × 50) ÷ 7; alone it is the mean of all departments itself.
    assert (parks.raw, parks.sample, parks.prior, parks.shrunk) == (75.0, 7, 75.0, 75.0)


def test_without_the_minimum_there_is_no_mark_and_the_other_parts_weigh_the_more(rated, cast, city, october):
    rated(FIRST, parks=(5, 5, 5, 5))
    parks = lines_of(year.table_of(sight_of(cast.supervisor, city), october))["parks"]
    assert (parks.raw, parks.shrunk, parks.rated) == (None, None, 1)
    assert parks.left_out == ["streets", "citizens"]
    assert [(part.name, part.weight) for part in parks.parts] == [("clocks", 100.0)]


def test_who_came_late_or_never_is_counted_as_late_and_what_still_runs_is_not_counted(blow, cast, city, clock, october):
    there(blow(), "parks")
    clock.pass_(hours=3)
    lines = lines_of(year.table_of(sight_of(cast.supervisor, city), october))
    # The whistle and the second one that followed it; parks came to the first and need not come again.
    assert (lines["parks"].figures["called"], lines["sanitation"].figures["called"]) == (2, 2)
    assert (lines["parks"].stage("arrive"), lines["parks"].stage("sign")) == (Share(1, 1), Share(1, 1))
    assert lines["sanitation"].stage("arrive") == Share(0, 1), "the second whistle's clock is still running"
    # When the first whistle ended as a louder one, its settlement was asked for no more.
    assert lines["sanitation"].stage("settle") == Share(0, 0)


def test_the_orders_of_a_department_give_its_clocks_and_its_citizens(rated, order_at, cast, city, october):
    rated(FIRST, sanitation=(5, 5, 5, 5))
    order_at("rated")
    line = lines_of(year.table_of(sight_of(cast.supervisor, city), october))["sanitation"]
    # Signed for and handled in time (its contact with the citizen has no clock here), and the citizen gave five stars.
    assert (line.order_clocks, line.satisfied) == (Share(2, 2), Share(1, 1))
    assert line.clocks == Share(6, 6)
    assert {part.name: part.weight for part in line.parts} == {"clocks": 50.0, "citizens": 50.0}
    assert line.total == 100.0


def test_an_excused_unit_is_not_assessed_and_counts_against_the_street(blow, cast, city, clock, october, streets):
    whistle = blow(caller=streets[FIRST])
    STEPS["object_to"](whistle, by=staff("parks"), reason="streets_own", basis="街道职责清单第 3 项")
    STEPS["excuse"](whistle, by=cast.duty_chief, ruling="属街道职责。", improper=True)
    blow(caller=streets[FIRST])
    table = year.table_of(sight_of(cast.supervisor, city), october)
    assert lines_of(table)["parks"].figures["called"] == 1
    (street,) = table.streets
    assert (street.street.code, street.improper) == (FIRST, Share(1, 2))


def test_a_street_that_does_not_rate_in_time_is_told_from_one_that_does(rated, whistle_at, streets, cast, city, clock):
    rated(FIRST, parks=(5, 5, 5, 5))
    whistle_at("settled", caller=streets[SECOND], **AT[SECOND])
    clock.pass_(days=12)
    table = year.table_of(sight_of(cast.supervisor, city), year_of(city, "2026"))
    assert {row.street.code: row.rated for row in table.streets} == {FIRST: Share(1, 1), SECOND: Share(0, 1)}
    assert lines_of(table)["parks"].figures["rated_facts"] == 1


def test_a_whistle_belongs_to_the_day_of_the_city_not_of_greenwich(blow, cast, city, clock):
    clock.set(2026, 9, 30, 23, 50)
    blow("rescue")
    clock.set(2026, 10, 1, 0, 30)  # 16:30 of the day before in Greenwich
    blow("rescue")
    seen = sight_of(cast.supervisor, city)
    counts = {
        month: year.table_of(seen, month_of(city, month)).whistles["whistles"]
        for month in ("2026-09", "2026-10", "2026-11")
    }
    assert counts == {"2026-09": 1, "2026-10": 1, "2026-11": 0}
    assert year.table_of(seen, year_of(city, "2026")).whistles["whistles"] == 2


def test_the_citys_whistles_and_reports(rated, blow, whistle_at, report, order_at, cast, city, clock):
    rated(FIRST, parks=(5, 5, 5, 5))
    whistle_at("withdrawn")
    there(blow(), "parks")
    report(), order_at("closed")
    clock.pass_(hours=3)
    seen, period = sight_of(cast.supervisor, city), year_of(city, "2026")
    table = year.table_of(seen, period)
    told = {name: table.whistles[name] for name in ("whistles", "grown", "settled", "running", "went_on", "void")}
    assert told == {"whistles": 4, "grown": 1, "settled": 1, "running": 1, "went_on": 1, "void": 1}
    assert table.settled == Share(1, 2)
    assert year.reports_of(seen, period) == Share(1, 2)


def test_every_figure_opens_onto_as_many_rows_as_it_counts(rated, blow, order_at, cast, city, clock, streets):
    rated(FIRST, parks=(5, 5, 4, 4), sanitation=(3, 3, 3, 3))
    rated(SECOND, parks=(1, 1, 1, 1))
    there(blow(caller=streets[FIRST]), "parks")
    order_at("rated")
    clock.pass_(hours=3)
    seen, period = sight_of(cast.supervisor, city), year_of(city, "2026")
    table = year.table_of(seen, period)

    def behind(figure: str, department: str = "", street: str = "") -> int:
        found = counted(seen, asked_for(seen, period, figure=figure, department=department, street=street))
        assert len(found.page.rows) == found.count
        return found.count

    for line in table.lines:
        code = line.department.code
        assert {name: behind(name, code) for name in OF_DEPARTMENT} == line.figures
        assert behind("order_clocks_met", code) == line.order_clocks.met
        assert behind("order_clocks_late", code) == line.order_clocks.late
        assert (behind("satisfied", code), behind("unsatisfied", code)) == (line.satisfied.met, line.satisfied.late)
        for mark in line.marks:
            assert behind("rated", code, mark.street.code) == mark.rated
    for row in table.streets:
        assert {name: behind(name, street=row.street.code) for name in OF_STREET} == {
            name: row.figures[name] for name in OF_STREET
        }
    assert {name: behind(name) for name in OF_STREET} == table.whistles
    reports = year.reports_of(seen, period)
    assert (behind("reports"), behind("reports_closed")) == (reports.of, reports.met)
    assert table.lines
    assert table.streets
    assert reports.of == 1


def test_a_figure_that_is_none_or_not_the_readers_is_not_there(rated, cast, city):
    rated(FIRST, parks=(5, 5, 5, 5))
    seen, period = sight_of(cast.supervisor, city), year_of(city, "2026")
    for figure, department in (("drop table", ""), ("called", ""), ("called", "nobody"), ("blown", "parks")):
        with pytest.raises(NotFound):
            asked_for(seen, period, figure=figure, department=department, street="")
    own = sight_of(staff("parks"), city)
    assert asked_for(own, period, figure="called", department="parks", street="").department is not None
    for figure, department in (("called", "sanitation"), ("whistles", ""), ("reports", "")):
        with pytest.raises(NotFound):
            asked_for(own, period, figure=figure, department=department, street="")


def test_a_department_reads_its_own_year_with_the_mean_of_all(rated, cast, city):
    for _matter in range(3):
        rated(FIRST, parks=(5, 5, 5, 5), sanitation=(3, 3, 3, 3))
    whole = year.table_of(sight_of(cast.supervisor, city), year_of(city, "2026"))
    own = year.table_of(sight_of(staff("parks"), city), year_of(city, "2026"))
    assert [line.department.code for line in own.lines] == ["parks"]
    assert own.streets == []
    assert own.prior == whole.prior == 75.0
    assert own.lines[0].total == lines_of(whole)["parks"].total


def test_a_community_counts_its_own_ground_without_a_total(rated, cast, city):
    rated(FIRST, parks=(5, 5, 5, 5))
    rated(SECOND, parks=(5, 5, 5, 5))
    seen = sight_of(cast.community, city)
    table = year.table_of(seen, year_of(city, "2026"))
    assert (seen.whole, table.whistles["whistles"], lines_of(table)["parks"].figures["called"]) == (False, 1, 1)
    assert year.reports_of(seen, table.period) is None
    with pytest.raises(NotYours):
        sight_of(cast.outsider, city)


def test_a_small_sample_is_drawn_the_less_the_more_matters_stand_behind_it():
    street, unit = Area(code="a"), Department(code="u")

    def shrunk(rated: int) -> float:
        line = Line(unit, dict.fromkeys(OF_DEPARTMENT, 0), [StreetMark(street, rated, 100.0)])
        line.prior = 60.0
        return line.shrunk

    drawn = [shrunk(rated) for rated in (3, 6, 30, 300)]
    assert drawn[0] == 80.0
    assert drawn == sorted(drawn)
    assert drawn[-1] > 99


def test_the_tables_cost_the_same_however_much_there_is(rated, cast, city, django_assert_num_queries):
    seen, period = sight_of(cast.supervisor, city), year_of(city, "2026")
    rated(FIRST, parks=(5, 5, 5, 5))
    for _turn in range(2):
        with django_assert_num_queries(QUERIES):
            year.table_of(seen, period)
            year.reports_of(seen, period)
        rated(SECOND, parks=(5, 5, 5, 5), sanitation=(3, 3, 3, 3))


def test_periods_are_read_from_addresses_and_whatever_else_is_said_means_now(city, clock):
    assert (year_of(city, "2019").words, month_of(city, "2019-04").query) == ("2019 年", "month=2019-04")
    assert {year_of(city, text).year for text in ("", "abc", "99999", "1066", "²⁰²⁶")} == {2026}
    assert {month_of(city, text).query for text in ("", "2019-13", "2019", "2019-1", "x-y")} == {"month=2026-10"}
    assert (Period(city, 2026, 12).beside(1).query, Period(city, 2026, 1).beside(-1).query) == (
        "month=2027-01", "month=2025-12",
    )  # fmt: skip
    assert Period(city, 2026).until - Period(city, 2026).since == dt.timedelta(days=365)
    assert not Period(city, 2026).ahead
    assert Period(city, 2027).ahead
    assert now() < Period(city, 2027).since


def test_two_cities_do_not_mix(rated, cast, city):
    rated(FIRST, parks=(5, 5, 5, 5))
    other = City.objects.create(slug="other", name="别处")
    with pytest.raises(NotYours):
        sight_of(cast.supervisor, other)


QUERIES = 7

"""Which dispatch rule fits a matter at a moment, and which can never fit."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.models import Area
from tests.conftest import MORNING
from workorders.models import DispatchRule
from workorders.selectors import matching
from workorders.selectors.conflicts import shadowed
from workorders.selectors.rules import (
    matching_rule,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=MORNING.tzinfo)


def test_the_first_rule_from_the_top_that_fits_wins(in_force, report):
    in_force({"category": "0602"}, {"category": "06", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(), MORNING).lead.code == "housing"


def test_a_group_stands_for_its_items_and_an_empty_rule_for_everything(in_force, report, code):
    in_force({"category": "0601", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(category=code("060101")), MORNING).place == 1
    assert matching_rule(report(category=code("060202")), MORNING).place == 2


def test_where_no_rule_fits_there_is_none(in_force, report):
    in_force({"category": "0901"})
    assert matching_rule(report(), MORNING) is None


def test_an_area_stands_for_all_that_lies_in_it(in_force, report, city):
    own = Area.objects.get(city=city, code="120106990001")
    in_force({"area": own, "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(), MORNING).place == 1
    assert matching_rule(report(lng=117.155), MORNING).place == 2


def test_a_rule_of_one_source_leaves_the_others_alone(in_force, report):
    in_force({"source": "resident", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(source="resident", reporter={"name": "甲", "phone": "13900000000"}), MORNING).place == 1
    assert matching_rule(report(source="patrol"), MORNING).place == 2


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (at(2026, 10, 9, 21, 59), 2),
        (at(2026, 10, 9, 22, 0), 1),
        (at(2026, 10, 10, 0, 0), 1),
        (at(2026, 10, 10, 5, 59), 1),
        (at(2026, 10, 10, 6, 0), 2),
        # The same minute, told in the server's zone.
        (dt.datetime(2026, 10, 9, 15, 30, tzinfo=dt.UTC), 1),
    ],
)
def test_hours_are_the_citys_own_and_reach_over_midnight(in_force, report, moment, place):
    in_force({"hour_from": dt.time(22), "hour_until": dt.time(6)}, {"lead": "housing"})
    assert matching_rule(report(), moment).place == place


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (at(2026, 10, 7, 9, 0), 1),  # National Day's last day off
        (at(2026, 10, 9, 9, 0), 2),  # a Friday
        (at(2026, 10, 10, 9, 0), 2),  # a make-up Saturday is worked
        (at(2026, 10, 11, 9, 0), 1),  # a Sunday
    ],
)
def test_days_off_are_those_of_the_working_calendar(in_force, report, moment, place):
    in_force({"days": "off"}, {"days": "working", "lead": "housing"})
    assert matching_rule(report(), moment).place == place


def test_a_dated_rule_holds_from_its_first_to_its_last_day(in_force, report):
    dated = {"valid_from": dt.date(2026, 11, 15), "valid_until": dt.date(2027, 3, 15)}
    in_force({**dated, "lead": "housing"}, {"lead": "estates"})
    order = report()
    moments = [at(2026, 11, 14, 23, 59), at(2026, 11, 15, 0, 0), at(2027, 3, 15, 23, 59), at(2027, 3, 16, 0, 0)]
    assert [matching_rule(order, moment).place for moment in moments] == [2, 1, 1, 2]


PATHS = ["/1/", "/1/2/", "/1/2/4/", "/1/3/", "/1/3/5/"]
CODES = ["01", "0101", "010101", "010102", "02", "0201", "020101"]
hours = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] != pair[1])
days = st.dates(dt.date(2026, 10, 1), dt.date(2026, 10, 14))


@st.composite
def some_rule(draw) -> DispatchRule:
    span, first, last = draw(hours), draw(st.none() | days), draw(st.none() | days)
    path = draw(st.sampled_from(["", *PATHS]))
    return DispatchRule(
        category=draw(st.sampled_from(["", *CODES])), area=Area(path=path) if path else None,
        source=draw(st.sampled_from(["", "patrol", "resident"])), days=draw(st.sampled_from(["any", "working", "off"])),
        hour_from=dt.time(span[0]) if span else None, hour_until=dt.time(span[1]) if span else None,
        valid_from=first, valid_until=last,
    )  # fmt: skip


lists = st.lists(some_rule(), max_size=12).map(
    lambda found: [setattr(rule, "place", place) or rule for place, rule in enumerate(found, start=1)]
)
matters = st.builds(
    matching.Matter, st.sampled_from(CODES), st.sampled_from(PATHS), st.sampled_from(["patrol", "resident", "window"])
)
moments = st.builds(matching.Moment, days, st.times(), st.booleans())
samples = st.lists(st.tuples(matters, moments), min_size=1, max_size=40)


def fits_in_words(rule: DispatchRule, matter: matching.Matter, moment: matching.Moment) -> bool:
    """The same question asked in another way, minute by minute."""
    now, start, end = moment.hour, rule.hour_from or dt.time(), rule.hour_until or dt.time()
    inside = start <= now < end if start < end else now >= start or now < end
    return all(
        [
            rule.category in [matter.category[:length] for length in (0, 2, 4, 6)],
            rule.area is None or rule.area.path in [path for path in PATHS if matter.path.startswith(path)],
            not rule.source or rule.source == matter.source,
            {"any": True, "working": moment.works, "off": not moment.works}[rule.days],
            rule.valid_from is None or moment.day >= rule.valid_from,
            rule.valid_until is None or moment.day <= rule.valid_until,
            inside or start == end,
        ]
    )


@settings(max_examples=200, deadline=None)
@given(lists, samples)
def test_what_matches_is_always_the_first_of_the_list_that_fits(found, sample):
    first = matching.matcher(found)
    for matter, moment in sample:
        fitting = [rule for rule in found if fits_in_words(rule, matter, moment)]
        expected = fitting[0] if fitting else None
        assert matching.first_fitting(found, matter, moment) is expected
        assert first(matter, moment) is expected


@settings(max_examples=300, deadline=None)
@given(lists, samples)
def test_a_rule_called_shadowed_never_matches_anything(found, sample):
    dead = shadowed(found)
    for matter, moment in sample:
        rule = matching.first_fitting(found, matter, moment)
        assert rule is None or rule.place not in dead
    assert all(cover.place < place for place, cover in dead.items())

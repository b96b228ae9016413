"""China's published calendar, and any other: moments, units, amounts, hours and pauses for the property tests."""

import datetime as dt
from zoneinfo import ZoneInfo

from chinese_calendar import constants
from hypothesis import strategies as st

from casework.calendar import DayKind, Hours, Unit, WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3_600
DAY_SPANS = ((8 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR))
PUBLISHED = dict.fromkeys(constants.holidays, DayKind.OFF) | dict.fromkeys(constants.workdays, DayKind.WORK)


def at(*parts: int, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone)


def china(spans=DAY_SPANS, days=PUBLISHED, zone=SHANGHAI) -> WorkingCalendar:
    return WorkingCalendar(zone, [Hours(dt.date(2020, 1, 1), None, spans)], days)


CHINA = china()

moments = st.datetimes(
    min_value=dt.datetime(2025, 1, 1), max_value=dt.datetime(2026, 12, 1), timezones=st.just(SHANGHAI)  # noqa: DTZ001
).map(lambda moment: moment.replace(microsecond=0))  # fmt: skip
units = st.sampled_from(list(Unit))
working_units = st.sampled_from([Unit.WORK_HOUR, Unit.WORK_DAY])
amounts = st.one_of(
    st.floats(min_value=0, max_value=40, allow_nan=False), st.sampled_from([0.25, 0.5, 1, 2, 3, 5, 8, 10, 15, 24])
)


@st.composite
def day_spans(draw):
    """One to three spans of a day, whole quarters of an hour, in order."""
    edges = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).filter(lambda e: len(e) % 2 == 0))
    edges = sorted(edges)
    return tuple((900 * start, 900 * end) for start, end in zip(edges[::2], edges[1::2], strict=True))


@st.composite
def calendars(draw):
    """Any working hours, with a season, and any days off and made up."""
    days = draw(
        st.dictionaries(st.dates(dt.date(2024, 12, 1), dt.date(2027, 3, 1)), st.sampled_from(DayKind), max_size=30)
    )
    hours = [Hours(dt.date(2020, 1, 1), None, draw(day_spans()))]
    if draw(st.booleans()):
        hours.append(Hours(dt.date(2026, 5, 1), dt.date(2026, 9, 30), draw(day_spans())))
    return WorkingCalendar(SHANGHAI, hours, draw(st.sampled_from([PUBLISHED, days])))


@st.composite
def pauses_after(draw, start):
    """Any pauses that follow one another, to the second; the last one may still be open."""
    edges = [start]
    for gap in draw(st.lists(st.integers(1, 5 * 86_400), max_size=8)):
        edges.append(edges[-1] + dt.timedelta(seconds=gap))
    edges = edges[1:]
    if len(edges) % 2:
        edges.append(None)
    return list(zip(edges[::2], edges[1::2], strict=True))

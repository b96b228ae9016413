"""下考上: the department table of a year or a month, each department's arithmetic, and what the streets are held to.

A department's total is half the streets' (rules.md 13.3 row 67), a quarter clocks, a quarter citizens; a part without
data is left out and the others weigh the more. What stands behind a figure is `selectors/counted.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from grids.models import Area, Department
from whistle.selectors.facts import OF_DEPARTMENT, OF_STREET, STAGES, counting, rows
from whistle.selectors.sight import Period, Sight
from workorders.lifecycle import WORK_ORDER

# Rules.md 13.3 row 67: a street counts from so many rated matters on.
LEAST_RATED: Final = 3
# By how many matters of the mean of all a small sample is drawn to it: as many as a street needs to count at all
# (this product's choice; the page says it and shows the figure before and after).
DRAWN_BY: Final = 3
WEIGHTS: Final = {"streets": 50, "clocks": 25, "citizens": 25}


@dataclass(frozen=True)
class Share:
    """So many of so many; of none there is no share."""

    met: int = 0
    of: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.met / self.of if self.of else None

    @property
    def late(self) -> int:
        return self.of - self.met

    def __add__(self, other: Share) -> Share:
        return Share(self.met + other.met, self.of + other.of)


@dataclass(frozen=True)
class StreetMark:
    """How one street rated one department: the mean of its ratings on a scale of 0 to 100."""

    street: Area
    rated: int
    mean: float

    @property
    def counts(self) -> bool:
        return self.rated >= LEAST_RATED


@dataclass(frozen=True)
class Part:
    """One part of a total: its points of 100, what it weighs where all parts have data, and what here, in percent."""

    name: str
    points: float
    full_weight: int
    weight: float


@dataclass
class Line:
    """One department's row: what it was called to, its clocks, the streets' word, the citizens', and the total."""

    department: Department
    figures: dict[str, int]
    marks: list[StreetMark]
    order_clocks: Share = Share()
    satisfied: Share = Share()
    # The mean of all departments' raw means, to which a small sample is drawn; None while nobody has one.
    prior: float | None = None

    def stage(self, name: str) -> Share:
        """How many clocks of a stage were met in time, of those that are decided."""
        return Share(self.figures[f"{name}_met"], self.figures[f"{name}_met"] + self.figures[f"{name}_late"])

    @property
    def stages(self) -> list[tuple[str, Share]]:
        return [(name, self.stage(name)) for name in STAGES]

    @property
    def counting(self) -> list[StreetMark]:
        return [mark for mark in self.marks if mark.counts]

    @property
    def rated(self) -> int:
        """Ratings of all streets, those too small to count as well."""
        return sum(mark.rated for mark in self.marks)

    @property
    def sample(self) -> int:
        """Rated matters behind the streets' mean."""
        return sum(mark.rated for mark in self.counting)

    @property
    def raw(self) -> float | None:
        """The mean of the streets that count, each weighing the same."""
        means = [mark.mean for mark in self.counting]
        return sum(means) / len(means) if means else None

    @property
    def shrunk(self) -> float | None:
        """The same, drawn to the mean of all departments the more the fewer matters stand behind it."""
        if self.raw is None or self.prior is None:
            return None
        return (self.sample * self.raw + DRAWN_BY * self.prior) / (self.sample + DRAWN_BY)

    @property
    def clocks(self) -> Share:
        """Its clocks of whistles and of work orders together."""
        return sum((share for _name, share in self.stages), self.order_clocks)

    @property
    def parts(self) -> list[Part]:
        points = {"streets": self.shrunk, "clocks": self.clocks.percent, "citizens": self.satisfied.percent}
        there = {name: value for name, value in points.items() if value is not None}
        whole = sum(WEIGHTS[name] for name in there)
        return [Part(name, value, WEIGHTS[name], 100 * WEIGHTS[name] / whole) for name, value in there.items()]

    @property
    def left_out(self) -> list[str]:
        """The parts that have no data."""
        there = {part.name for part in self.parts}
        return [name for name in WEIGHTS if name not in there]

    @property
    def weighed(self) -> int:
        """What the parts with data weigh together."""
        return sum(part.full_weight for part in self.parts)

    @property
    def total(self) -> float | None:
        return sum(part.points * part.full_weight for part in self.parts) / self.weighed if self.parts else None


@dataclass(frozen=True)
class StreetLine:
    """What one street is held to: how often it blew, wrongly, and whether it rated in time."""

    street: Area
    figures: dict[str, int]

    @property
    def improper(self) -> Share:
        return Share(self.figures["improper"], self.figures["blown"])

    @property
    def rated(self) -> Share:
        return Share(self.figures["rated_in_time"], self.figures["rated_in_time"] + self.figures["rated_by_facts"])


@dataclass
class Table:
    """A period's boards: the departments by name, the streets by name, the whole city's figures."""

    sight: Sight
    period: Period
    lines: list[Line]
    streets: list[StreetLine]
    prior: float | None = None
    whistles: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> Share:
        """Of the matters: a whistle that went on louder is told by the next one, one taken back by nobody."""
        told = self.whistles["whistles"] - self.whistles["went_on"] - self.whistles["void"]
        return Share(self.whistles["settled"], told)


_BY_DEPARTMENT = f"""
    select department, street, {counting(OF_DEPARTMENT)}, avg(points)::float8 as mean from facts group by 1, 2
"""  # noqa: S608
_BY_STREET = f"""
    select street, {counting(OF_STREET)} from blown join street using (caller) group by 1
"""  # noqa: S608


def table_of(sight: Sight, period: Period) -> Table:
    """The boards of a period; so many questions however many whistles, departments and streets there are."""
    of_street, of_department = _by_street(sight, period), rows(_BY_DEPARTMENT, sight, period)
    areas = Area.objects.defer("boundary").in_bulk({row["street"] for row in [*of_street, *of_department]})
    lines = _lines(of_department, areas)
    if sight.whole:
        _add_orders(lines, period)
    raw = [line.raw for line in lines if line.raw is not None]
    prior = sum(raw) / len(raw) if raw and sight.departments is None else _prior(sight, period)
    for line in lines:
        line.prior = prior
    streets = [StreetLine(areas[row["street"]], row) for row in of_street]
    whistles = {name: sum(row[name] for row in of_street) for name in OF_STREET}
    return Table(sight, period, lines, sorted(streets, key=lambda each: each.street.code), prior, whistles)


def _by_street(sight: Sight, period: Period) -> list[dict[str, Any]]:
    """The streets' own side; who reads for his department reads nothing of it."""
    if sight.departments is not None:
        return []
    return rows(_BY_STREET, sight, period)


def _prior(sight: Sight, period: Period) -> float | None:
    """The mean of all departments, for a reader to whom only his own are shown."""
    if sight.departments is None:
        return None
    every = Sight(sight.city, sight.top, sight.paths)
    asked = """
        select avg(raw)::float8 as prior from (
            select avg(mean) as raw from (
                select department, street, avg(points) as mean from facts where points is not null
                group by 1, 2 having count(*) >= %(least)s
            ) marks group by department
        ) departments
    """
    prior: float | None = rows(asked, every, period, least=LEAST_RATED)[0]["prior"]
    return prior


def _lines(found: Iterable[dict[str, Any]], areas: dict[int, Area]) -> list[Line]:
    """The rows of department and street folded by department; by name, for there are no ranks (product.md C.3)."""
    figures: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OF_DEPARTMENT, 0))
    marks: dict[int, list[StreetMark]] = defaultdict(list)
    for row in found:
        of = figures[row["department"]]
        for name in OF_DEPARTMENT:
            of[name] += row[name]
        if row["rated"]:
            marks[row["department"]].append(StreetMark(areas[row["street"]], row["rated"], row["mean"]))
    departments = Department.objects.in_bulk(figures.keys())
    return [
        Line(departments[key], figures[key], sorted(marks[key], key=lambda mark: mark.street.code))
        for key in sorted(figures, key=lambda key: (departments[key].title, key))
    ]


_ORDER_CLOCKS = """
    select department_id, count(*) filter (where state = 'met'), count(*) from casework_deadline
    where department_id = any (%(departments)s) and clock like 'workorders.%%' and started_at >= %(since)s
      and started_at < %(until)s and (state in ('met', 'late') or ended_at is null and missed_at is not null)
    group by 1
"""
_SATISFIED = """
    select c.department_id, count(*) filter (where o.satisfied), count(*)
    from casework_case c join workorders_workorder o on o.case_ptr_id = c.id
    where c.city_id = %(city)s and c.department_id = any (%(departments)s)
      and c.opened_at >= %(since)s and c.opened_at < %(until)s
      and o.satisfied is not null
    group by 1
"""


def _add_orders(lines: list[Line], period: Period) -> None:
    """What the departments' work orders say of them: clocks begun in the period, ratings of orders opened in it."""
    keys = [line.department.pk for line in lines]
    clocks, satisfied = _shares(_ORDER_CLOCKS, keys, period), _shares(_SATISFIED, keys, period)
    for line in lines:
        line.order_clocks = clocks.get(line.department.pk, Share())
        line.satisfied = satisfied.get(line.department.pk, Share())


def _shares(asked: str, departments: list[int], period: Period) -> dict[int, Share]:
    if not departments:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(asked, _asked(period) | {"departments": departments})
        return {key: Share(met, of) for key, met, of in cursor.fetchall()}


def _asked(period: Period) -> dict[str, Any]:
    return {"city": period.city.pk, "since": period.since, "until": period.until}


_REPORTS = """
    select count(*) filter (where closed_at is not null), count(*) from casework_case
    where city_id = %(city)s and kind = %(kind)s and opened_at >= %(since)s and opened_at < %(until)s
"""


def reports_of(sight: Sight, period: Period) -> Share | None:
    """How many reports were opened in a period and are closed; for who sees the whole city."""
    if not sight.whole or sight.departments is not None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, _asked(period) | {"kind": WORK_ORDER.kind})
        closed, opened = cursor.fetchone()
    return Share(closed, opened)

"""What the moving map's bar and side say of the chosen area: figures, who answers, its orders, what lies below."""

from __future__ import annotations

from dataclasses import dataclass

from casework.calendar import WorkingCalendar
from casework.models import Case
from casework.selectors import calendar_of
from grids.jurisdiction import Person
from grids.models import Area, Level, Post
from grids.selectors import who_answers
from insight import selectors
from insight.selectors import Sight, Tally

MOST_ROWS = 300
MOST_FOUND = 50
MOST_CASES = 12
Row = tuple[Area, Tally | None]


@dataclass(frozen=True)
class Panel:
    """The side of one area for one reader."""

    area: Area
    above: list[Area]
    levels: list[Level]
    level: Level
    words: str
    rows: list[Row]
    more: int
    sight: Sight
    tally: Tally | None
    answering: list[tuple[Area, list[Post]]]
    cases: list[Case]
    calendar: WorkingCalendar

    @property
    def rank(self) -> int:
        return self.level.rank


def panel_of(user: Person, area: Area, *, level: str, words: str) -> Panel:
    """The side of an area; `level` lists another level than the one below, `words` the areas of that name instead."""
    sight = selectors.sight_of(user, area.city)
    levels = list(area.city.levels.all())
    listed = _level(area, levels, level)
    words = words.strip()[:MOST_FOUND]
    rows = _named(area, words, sight) if words else _below(area, listed.rank, sight)
    return Panel(
        area=area, above=list(Area.objects.above(area).exclude(pk=area.pk).defer("boundary")), levels=levels,
        level=listed, words=words, rows=rows[:MOST_ROWS], more=max(0, len(rows) - MOST_ROWS), sight=sight,
        tally=sight.of(area.path_keys), answering=_answering(area),
        cases=list(selectors.open_cases(user, area, most=MOST_CASES)), calendar=calendar_of(area.city),
    )  # fmt: skip


def _level(area: Area, levels: list[Level], asked: str) -> Level:
    """The level whose areas are listed: the one asked for, else the one below the chosen area."""
    lower = [level for level in levels if level.rank >= area.level.rank]
    named = [level for level in lower if str(level.rank) == asked]
    return (named or lower[1:] or lower)[0]


def _named(area: Area, words: str, sight: Sight) -> list[Row]:
    found = selectors.areas_named(area.city, words, most=MOST_FOUND)
    return [(place, sight.of(place.path_keys)) for place in found]


def _below(area: Area, rank: int, sight: Sight) -> list[Row]:
    """What is latest first; areas of which the reader sees nothing last."""
    places = selectors.areas_below(area, rank).exclude(pk=area.pk)
    rows = [(place, sight.of(place.path_keys)) for place in places]
    return sorted(rows, key=lambda row: (-row[1].late, -row[1].open, row[0].code) if row[1] else (1, 1, row[0].code))


def _answering(area: Area) -> list[tuple[Area, list[Post]]]:
    """Who answers, level by level; in the area itself its workers too. Each person once."""
    answer = who_answers(area)
    found = []
    for rung in answer.ladder:
        posts = [*rung.heads, *(answer.workers if rung.area.pk == area.pk else [])]
        found.append((rung.area, list({post.user_id: post for post in reversed(posts)}.values())[::-1]))
    return found

"""What stands behind a figure: each thing with the case it belongs to, as far as the reader may see it.

What he may not see is counted but not named: its row has neither title nor link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from accounts.models import User
from assessment import measures
from assessment.models import Entry, ScoreLine
from assessment.reasons import Item, Sort
from casework.models import Case, Deadline, Event
from grids.models import GroupTask
from patrols.models import CheckIn, Patrol, Visit
from whistle.models import Summons, Whistle
from workorders.models import Rating, SiteCheck

# Where a kind of case has its page.
_PAGES: Final = {"workorder": "order", "whistle": "whistle"}


@dataclass(frozen=True)
class ItemRow:
    """One thing behind a figure. `url` and `title` are empty where the reader may not see the case."""

    key: int
    seen: bool
    number: str = ""
    title: str = ""
    words: str = ""
    url: str = ""


def items_of(line: ScoreLine, which: str = "items", *, reader: User | None = None) -> list[ItemRow]:
    """What a line counted (`items`), what of it cost points (`against`), or what an appeal took out (`exempt`)."""
    keys: Sequence[int] = getattr(line, which)
    if line.indicator.sort == Sort.ENTERED:
        return _entries(keys)
    item = measures.measure_of(line.indicator.measure).item
    cases = _CASES[item](keys) if item in _CASES else {}
    words = _WORDS[item](keys) if item in _WORDS else {}
    seen = _seen(set(cases.values()), reader)
    return [_row(key, seen.get(cases.get(key, 0)), words.get(key, ""), item not in _CASES) for key in keys]


def item_of_line(line: ScoreLine) -> str:
    """To which table the keys of a line belong."""
    return Item.ENTRY if line.indicator.sort == Sort.ENTERED else measures.measure_of(line.indicator.measure).item


def _row(key: int, case: Case | None, words: str, open_to_all: bool) -> ItemRow:
    if case is None:
        return ItemRow(key, seen=open_to_all, words=words if open_to_all else "")
    page = _PAGES.get(case.kind)
    url = reverse(page, args=[case.number]) if page else ""
    return ItemRow(key, True, case.number, case.title, words, url)


def _seen(keys: Iterable[int], reader: User | None) -> dict[int, Case]:
    """Of these cases those that the reader may see; all of them where no reader is named (the house itself)."""
    wanted = Case.objects.filter(pk__in=keys)
    if reader is None:
        return {case.pk: case for case in wanted}
    found = {case.pk: case for case in wanted.visible_to(reader)}
    called = Whistle.objects.visible_to(reader).filter(pk__in=set(keys) - set(found))
    return found | {whistle.pk: whistle for whistle in called}


def _entries(keys: Sequence[int]) -> list[ItemRow]:
    """Marks that were entered: the mark with its grounds."""
    marks = {entry.pk: entry for entry in Entry.objects.filter(pk__in=keys)}
    return [ItemRow(key, True, words=f"{marks[key].points:g}：{marks[key].words}") for key in keys if key in marks]


Cases = Callable[[Sequence[int]], dict[int, int]]


def _by(model: Any, column: str) -> Cases:
    return lambda keys: dict(model.objects.filter(pk__in=keys).values_list("pk", column))


_CASES: Final[dict[str, Cases]] = {
    Item.CASE: lambda keys: {key: key for key in keys},
    Item.CLOCK: _by(Deadline, "case_id"),
    Item.RATING: _by(Rating, "order_id"),
    Item.EVENT: _by(Event, "case_id"),
    Item.CHECK: _by(SiteCheck, "order_id"),
    Item.SUMMONS: _by(Summons, "whistle_id"),
}
# Of people who are visited nothing is said but in which grid; who they are, the register says to whom it may.
_WORDS: Final[dict[str, Callable[[Sequence[int]], dict[int, str]]]] = {
    Item.CLOCK: lambda keys: {
        clock.pk: str(clock.case.lifecycle.clocks.get(clock.clock, clock.clock))
        for clock in Deadline.objects.filter(pk__in=keys).select_related("case")
    },
    Item.CORRECTION: lambda keys: {
        visit.pk: f"{visit.area} {visit.get_proposal_display()}"
        for visit in Visit.objects.filter(pk__in=keys).select_related("area")
    },
    Item.VISIT: lambda keys: {
        visit.pk: f"{visit.area} {visit.get_outcome_display()}"
        for visit in Visit.objects.filter(pk__in=keys).select_related("area")
    },
    Item.TASK: lambda keys: {task.pk: task.words for task in GroupTask.objects.filter(pk__in=keys)},
    Item.PATROL: lambda keys: {
        patrol.pk: str(patrol.area) for patrol in Patrol.objects.filter(pk__in=keys).select_related("area")
    },
    Item.STOP: lambda keys: {
        done.pk: str(done.point) for done in CheckIn.objects.filter(pk__in=keys).select_related("point")
    },
}

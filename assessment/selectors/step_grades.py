"""阶梯式管理: the rows of the steps, who stands where by duty, years and results, what was proposed and decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import ScoreCard, StepGrade, StepRule
from assessment.reasons import Grade
from assessment.selectors.boards import standing
from assessment.selectors.grounds import MOST, below
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City, Post
from patrols.selectors.points import today_in

DECIDES: Final = "decide_rewards_in"
EDITS: Final = "edit_schemes_in"
WATCH: Final = "see_scores_in"
MONTHS: Final = 12


@dataclass(frozen=True)
class Standing:
    """One person in one duty: his days in it, his best months, the step he has, and the one the rows let him have."""

    post: Post
    days: int
    tops: int
    has: StepRule | None
    may_have: StepRule | None
    # A step was proposed and not yet decided.
    waits: bool

    @property
    def years(self) -> float:
        return self.days / 365.25

    @property
    def is_due(self) -> bool:
        """Whether the rows let him have a higher step than he has."""
        return not self.waits and self.may_have is not None and self.may_have.step > (self.has.step if self.has else 0)


def rules_seen(user: User, city: City) -> list[StepRule]:
    """The rows in force on the ground that the reader watches, decides or writes them for."""
    paths = [path for permission in (DECIDES, EDITS, WATCH) for path in jurisdiction.paths_where(user, permission)]
    rows = StepRule.objects.filter(below(paths), city=city, ended_at=None).select_related("area", "duty")
    return list(rows.order_by("area__path", "duty__code", "step")[:300])


def rules_on(area: Area) -> list[StepRule]:
    """The rows in force on an area; those of the nearest area above that has any for a duty count for it."""
    rows = StepRule.objects.filter(area__in=area.path_keys, ended_at=None).select_related("area", "duty")
    nearest: dict[int, int] = {}
    for row in rows:
        nearest[row.duty_id] = max(nearest.get(row.duty_id, 0), len(row.area.path_keys))
    return [row for row in rows if len(row.area.path_keys) == nearest[row.duty_id]]


def standings_of(area: Area) -> list[Standing]:
    """Everybody below an area who holds a duty that has steps, by grid; in a few questions however many there are."""
    rules, today = rules_on(area), today_in(area.city)
    duties = {rule.duty_id for rule in rules}
    held = Post.objects.held(today).filter(role__in=duties, area__path__startswith=area.path)
    posts = list(held.select_related("user", "role", "area").order_by("area__code", "pk")[:MOST])
    people = {post.user_id for post in posts}
    days, tops, has = (
        days_in_duty(people, duties, today),
        tops_of_people(people, area.city),
        steps_of(people, area.city),
    )
    waits = set(_proposed(area.city).filter(person__in=people).values_list("person_id", flat=True))
    once: dict[tuple[int, int], Standing] = {}
    for post in posts:
        key = (post.user_id, post.role_id)
        mine = [rule for rule in rules if rule.duty_id == post.role_id]
        once.setdefault(key, Standing(
            post, days[key], tops[post.user_id], has.get(key), highest(mine, days[key], tops[post.user_id]),
            post.user_id in waits,
        ))  # fmt: skip
    return list(once.values())


def highest(rules: list[StepRule], days: int, tops: int) -> StepRule | None:
    """The highest step whose years and best months are there; none is skipped on the way to it by luck of the rows."""
    open_ = [rule for rule in rules if days >= rule.least_years * 365.25 and tops >= rule.least_tops]
    return max(open_, key=lambda rule: rule.step, default=None)


def days_in_duty(people: set[int], duties: set[int], today: dt.date) -> dict[tuple[int, int], int]:
    """How many days each person has held each duty; two posts at once count once."""
    spells: dict[tuple[int, int], list[tuple[dt.date, dt.date]]] = defaultdict(list)
    posts = Post.objects.filter(user__in=people, role__in=duties, since__lte=today).order_by("since")
    for user, role, since, until in posts.values_list("user_id", "role_id", "since", "until"):
        spells[user, role].append((since, min(until or today, today)))
    return defaultdict(int, {key: _days(found) for key, found in spells.items()})


def _days(spells: list[tuple[dt.date, dt.date]]) -> int:
    total, reached = 0, dt.date.min
    for since, until in spells:
        begun = max(since, reached)
        total += max((until - begun).days, 0)
        reached = max(reached, until)
    return total


def tops_of_people(people: set[int], city: City) -> Counter[int]:
    """In how many of the last twelve months each person stood in the best band, by boards that still stand."""
    today = today_in(city)
    first = dt.date(today.year - 1, today.month, 1)
    cards = standing(ScoreCard.objects.filter(person__in=people, assessment__city=city, grade=Grade.TOP))
    months = cards.filter(assessment__since__gte=first).values_list("person_id", "assessment__since").distinct()
    return Counter(person for person, _month in months)


def steps_of(people: set[int], city: City) -> dict[tuple[int, int], StepRule]:
    """The step each person has in each duty: the last that was given."""
    granted = StepGrade.objects.filter(person__in=people, city=city, state=StepGrade.State.GRANTED)
    rows = granted.select_related("rule").order_by("decided_at", "pk")
    return {(row.person_id, row.rule.duty_id): row.rule for row in rows}


def proposals_seen(user: User, city: City) -> list[StepGrade]:
    """Steps that are proposed and wait for a decision, for who decides there; nobody sees his own to decide it."""
    return list(_read(_proposed(city)).filter(below(jurisdiction.paths_where(user, DECIDES))).exclude(person=user))


def history_seen(user: User, city: City) -> list[StepGrade]:
    """What was decided of late on the ground that the reader watches; of everybody, his own."""
    decided = StepGrade.objects.filter(city=city).exclude(state=StepGrade.State.PROPOSED)
    seen = below(jurisdiction.paths_where(user, WATCH)) | below(jurisdiction.paths_where(user, DECIDES))
    rows = _read(decided.filter(seen) | decided.filter(person=user))
    return list(rows.order_by("-decided_at", "-pk").distinct()[:200])


def grade_to_decide(user: User, key: int) -> StepGrade:
    """A proposed step, for who decides there."""
    rows = _read(StepGrade.objects.filter(below(jurisdiction.paths_where(user, DECIDES)), pk=key))
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such step, or it is not yours to decide."))
    return found


def _proposed(city: City) -> QuerySet[StepGrade]:
    return StepGrade.objects.filter(city=city, state=StepGrade.State.PROPOSED)


def _read(rows: QuerySet[StepGrade]) -> QuerySet[StepGrade]:
    return rows.select_related("person", "rule__duty", "area", "city", "decided_by", "proposed_by")

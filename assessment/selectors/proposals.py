"""Proposals: which runs of months lead to one, which wait for a decision, and one with what gave rise to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.models import Assessment, HeavyReward, Proposal, Scheme, ScoreCard
from assessment.reasons import Consequence, Grade, Subject
from assessment.selectors.months import finals_of, months_around
from assessment.statuses import PROPOSED
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City, Post, Rulebook
from workorders.selectors.paging import Order, Page, page_of

NEWEST = Order("opened_at", newest_first=True)
ROWS = 30


@dataclass(frozen=True)
class Rule:
    """So many months running in one grade, and what may follow (rules.md 13.5 row 87)."""

    grade: Grade
    months: int
    leads_to: tuple[Consequence, ...]


RULES = (
    Rule(Grade.TOP, 3, (Consequence.AWARD,)),
    Rule(Grade.BOTTOM, 2, (Consequence.TALK, Consequence.TRAINING, Consequence.DISMISSAL)),
)
LONGEST = max(rule.months for rule in RULES)


@dataclass(frozen=True)
class Run:
    """Cards of one person, month by month, that fulfil a rule."""

    rule: Rule
    cards: Sequence[ScoreCard]

    @property
    def last(self) -> ScoreCard:
        return self.cards[-1]


def runs_through(assessment: Assessment) -> list[Run]:
    """The runs of months that a board which has just become final completes; of grid workers alone.

    A month may become final after those that follow it, so runs that end later are looked at too. A card counts in
    one run of its kind only: who stays on top is proposed every third month, not every month.
    """
    scheme = assessment.scheme
    if scheme.subject != Subject.WORKER or scheme.span != Scheme.Span.MONTH:
        return []
    firsts = months_around(assessment.since, before=LONGEST - 1, after=LONGEST - 1)
    finals = finals_of(scheme.code, assessment.city, assessment.area, firsts)
    cards = _cards_by_person(finals)
    return [run for rule in RULES for run in _runs(rule, firsts, cards, assessment.since)]


def _cards_by_person(finals: Mapping[dt.date, Assessment]) -> dict[int, dict[dt.date, ScoreCard]]:
    rows = ScoreCard.objects.filter(assessment__in=finals.values(), person__isnull=False)
    found: dict[int, dict[dt.date, ScoreCard]] = {}
    for card in rows.select_related("assessment__area", "person", "area").order_by("pk"):
        found.setdefault(card.subject, {})[card.assessment.since] = card
    return found


def _runs(
    rule: Rule, firsts: Sequence[dt.date], people: Mapping[int, Mapping[dt.date, ScoreCard]], must: dt.date
) -> Iterator[Run]:
    for cards in people.values():
        used = _used(rule, cards)
        for end in range(rule.months, len(firsts) + 1):
            months = firsts[end - rule.months : end]
            run = [cards[since] for since in months if since in cards]
            whole = must in months and len(run) == rule.months
            fresh = used.isdisjoint(card.pk for card in run)
            if whole and fresh and all(card.grade == rule.grade for card in run):
                used |= {card.pk for card in run}
                yield Run(rule, run)


def _used(rule: Rule, cards: Mapping[dt.date, ScoreCard]) -> set[int]:
    """Which of these cards have led to a proposal of this rule already."""
    made = Proposal.objects.filter(cards__in=cards.values(), consequence=rule.leads_to[0], reported_by=None)
    return set(made.values_list("cards", flat=True))


def rewards_of(rulebook: Rulebook) -> QuerySet[HeavyReward]:
    """重奖: for which merit the city gives what, by grade."""
    return HeavyReward.objects.filter(rulebook=rulebook).order_by("merit", "grade")


def proposals_seen(user: User, city: City) -> QuerySet[Proposal]:
    """The proposals of a city that this person may see, with whom they concern."""
    rows = Proposal.objects.visible_to(user).filter(city=city)
    return rows.select_related("area", "city", "person", "unit", "decided_by", "reported_by")


def proposals_page(user: User, city: City, *, status: str = "", after: str = "", before: str = "") -> Page:
    """A page of them, the newest first."""
    rows = proposals_seen(user, city)
    return page_of(rows.filter(status=status) if status else rows, NEWEST, after=after, before=before, size=ROWS)


def to_decide(user: User, city: City) -> int:
    """How many proposals wait for a decision where this person decides."""
    return sum(
        not each.bars(user, "approve") and jurisdiction.may(user, "decide_rewards_in", each.area)
        for each in proposals_seen(user, city).filter(status=PROPOSED)
    )


def visible_proposal(user: User, number: str) -> Proposal:
    """One proposal that this person may see."""
    rows = Proposal.objects.visible_to(user).filter(number=number)
    rows = rows.select_related("area", "city", "rulebook", "person", "unit", "decided_by", "reported_by")
    found: Proposal | None = rows.first()
    if found is None:
        raise NotFound(_("There is no such proposal, or it is not yours to see."))
    return found


def cards_behind(proposal: Proposal) -> list[ScoreCard]:
    """The months that gave rise to it."""
    cards = proposal.cards.select_related("assessment__scheme", "person", "area")
    return list(cards.order_by("assessment__since"))


def people_to_propose(user: User, city: City) -> QuerySet[User]:
    """For whom this person may propose something: those who hold a post where he sees all scores; never himself."""
    areas = jurisdiction.areas_where(user, "see_scores_in").filter(city=city)
    held = Post.objects.held().filter(area__in=areas)
    return User.objects.filter(pk__in=held.values("user")).exclude(pk=user.pk).order_by("name", "pk")


def place_of(person: User, user: User, city: City) -> Area | None:
    """Where a person holds a post within the ground on which another sees all scores; the lowest such place."""
    areas = jurisdiction.areas_where(user, "see_scores_in").filter(city=city)
    held = Post.objects.held().filter(user=person, area__in=areas).select_related("area")
    last = held.order_by("-area__level__rank", "area__code", "pk").first()
    return last.area if last else None

"""The supervisor's month: for whom it is, its spread and trend, who needs help and why, what is looked at again."""

from __future__ import annotations

import pytest

from assessment.models import ScoreCard
from assessment.reasons import Grade
from assessment.selectors.boards import sight_of
from assessment.selectors.funnel import OUT, funnel_of
from assessment.selectors.resampled import drawn_for, is_drawn
from assessment.selectors.supervising import supervised
from tests.assessment.asking import text
from tests.assessment.drawn import draw, many, whole_scheme
from tests.assessment.monthly import OCTOBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(city, cast, street, clock):
    return draw(whole_scheme(city), street, [cast.worker, cast.worker2, *many(city, 40)])


@pytest.mark.parametrize(("person", "status"), [
    ("secretary", 200), ("supervisor", 200), ("community", 200), ("worker", 403), ("dispatcher", 403), ("outsider", 404),
])  # fmt: skip
def test_only_those_who_watch_over_scores_see_the_month(page, board, cast, person, status):
    assert page(getattr(cast, person), f"/boards/{board.number}/month/").status_code == status


def test_a_community_sees_the_month_of_its_own_people_alone(board, cast):
    shown = supervised(sight_of(cast.community, board))
    own = ScoreCard.objects.filter(assessment=board, area__code__startswith="120106990001")
    assert sum(spread.of for spread in shown.spreads) == own.count()
    whole = supervised(sight_of(cast.secretary, board))
    assert sum(spread.of for spread in whole.spreads) == 42


def test_the_spread_counts_every_card_once_and_leads_to_the_list_of_each_grade(page, board, cast):
    told = page(cast.secretary, f"/boards/{board.number}/month/")
    for spread in told.context["shown"].spreads:
        for share in spread.shares:
            address = f"?group={spread.group.code}&amp;grade={share.grade}"
            assert address in told.content.decode()
            part = page(cast.secretary, f"/boards/{board.number}/{address.replace('&amp;', '&')}").context["part"]
            assert part.tier.count == share.count


def test_who_needs_help_is_told_with_the_doubt_and_what_cost_most(page, board, cast):
    card = ScoreCard.objects.filter(assessment=board, grade=Grade.MIDDLE).first()
    ScoreCard.objects.filter(pk=card.pk).update(watched=True, doubt=0.4137)
    told = page(cast.secretary, f"/boards/{board.number}/month/")
    [each] = [each for each in told.context["shown"].needing if each.card.pk == card.pk]
    assert each.lines
    assert each.lines[0].lost == max(line.lost for line in each.lines)
    assert "with a probability of 41 %" in text(told)
    assert each.lines[0].indicator.title in text(told)


def test_the_trend_has_the_last_six_months_the_last_edition_of_each(city, cast, street, clock):
    scheme, people = whole_scheme(city), [cast.worker, cast.worker2, *many(city, 6)]
    for month in range(2, 9):
        draw(scheme, street, people, since=OCTOBER.replace(month=month))
    first = draw(scheme, street, people)
    last = draw(scheme, street, people, corrects=first)
    trend = supervised(sight_of(cast.secretary, last)).trend
    assert [month.board.since.month for month in trend] == [4, 5, 6, 7, 8, 9]
    assert trend[-1].board == last
    assert all(month.of == 8 for month in trend)


def test_the_funnel_has_everybody_with_something_behind_him_and_marks_who_is_outside(board, cast):
    sight = sight_of(cast.secretary, board)
    group = board.scheme.groups.first()
    funnel = funnel_of(sight, group)
    assert len(funnel.dots) == ScoreCard.objects.filter(assessment=board, group=group, sample__gt=0).count()
    for dot in funnel.dots:
        low, high = dot.limits.outer
        assert (dot.where == OUT) == (not low <= dot.share <= high)
    assert "95 %" not in funnel.outer


def test_the_funnels_numbers_stand_in_a_table_too(page, board, cast):
    group = board.scheme.groups.first()
    told = page(cast.worker, f"/boards/{board.number}/funnel/?group={group.code}")
    assert told.content.decode().count('<tr><th scope="row">') == len(told.context["funnel"].dots)
    assert 'role="img"' in told.content.decode()


def test_one_in_twenty_reports_is_drawn_the_same_for_everybody_and_by_nobodys_choice(board):
    drawn = [key for key in range(1, 4001) if is_drawn(key, board)]
    assert 150 < len(drawn) < 250
    assert drawn == [key for key in range(1, 4001) if is_drawn(key, board)]
    board.since = OCTOBER
    assert drawn != [key for key in range(1, 4001) if is_drawn(key, board)]


def test_of_the_reports_drawn_those_one_may_not_see_are_counted_not_named(page, cast, month, reported):
    reported(cast)
    board = month().published(cast.secretary)
    line = month_line(board, cast)
    keys = [key for key in line.items if is_drawn(key, board)]
    assert [case.pk for case in drawn_for(board) if case.pk in line.items] == sorted(keys)
    told = page(cast.secretary, f"/boards/{board.number}/month/").context["shown"].sample
    assert told.of == len(told.cases) + told.hidden + told.more


def month_line(board, cast):
    return board.cards.get(person=cast.worker).lines.get(indicator__code="valid_reports")


def test_the_progress_says_what_the_month_still_waits_for(page, city, cast, street, clock, month, reported):
    reported(cast)
    clock.set(2026, 11, 2, 9, 0)
    board = month().opens()
    told = page(cast.secretary, f"/boards/{board.number}/month/")
    assert "0 of" in text(told)
    assert "To be confirmed and published" in text(told)

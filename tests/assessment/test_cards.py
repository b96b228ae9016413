"""A card opened: what moved it, its arithmetic in words, what stands behind a line, the same again, one's own."""

from __future__ import annotations

import re

import pytest

from accounts.models import User
from assessment.models import Scheme, ScoreCard, ScoreLine
from assessment.reasons import Grade, Item, Sort
from assessment.selectors.advice import advice_for
from assessment.selectors.boards import sight_of
from assessment.selectors.cards import opened
from assessment.services import months
from tests.assessment.asking import text
from tests.assessment.drawn import draw, many, whole_scheme
from tests.assessment.monthly import NOVEMBER, OCTOBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(city, cast, street, clock):
    return draw(whole_scheme(city), street, [cast.worker, cast.worker2, *many(city, 8)])


@pytest.fixture
def mine(drawn, cast) -> ScoreCard:
    return ScoreCard.objects.get(assessment=drawn, person=cast.worker)


def card_of(user: User, card: ScoreCard):
    return opened(sight_of(user, card.assessment), card)


@pytest.fixture
def october(city, cast, street, clock, reported, limits):
    """The village's own scheme over real orders, published by the street."""
    reported(cast)
    clock.set(2026, 11, 2, 9, 0)
    scheme = Scheme.objects.get(city=city, code="workers", state="active")
    scheme.least = 1
    scheme.save()
    board = months.open_month(scheme=scheme, area=street, since=OCTOBER, until=NOVEMBER)
    return months.publish(board, by=cast.secretary)


@pytest.mark.mechanism("0-31")
def test_a_workers_card_shows_the_six_roles_as_statistics_and_gives_no_points_for_them(page, october, cast):
    card = ScoreCard.objects.get(assessment=october, person=cast.worker)
    shown = card_of(cast.worker, card)
    [roles] = [part for part in shown.statistics if part.dimension.code == "roles"]
    assert len(roles.lines) == 6
    assert sum(line.line.points for line in roles.lines) == 0
    told = text(page(cast.worker, f"/boards/{october.number}/{card.pk}/"))
    for title in ("Collector of data", "Helper", "Mediator", "Patroller", "Liaison", "Publicist"):
        assert title in told


def test_the_points_of_a_card_are_those_of_its_parts(october, cast):
    for card in ScoreCard.objects.filter(assessment=october):
        shown = card_of(cast.secretary, card)
        whole = sum(part.got for part in (*shown.parts, *shown.beside))
        assert whole == pytest.approx(card.points)
        assert sum(part.full for part in shown.parts) == pytest.approx(100)


def test_reckoned_anew_a_card_comes_out_the_same_and_says_so_and_one_that_was_tampered_with_does_not(
    page, october, cast
):
    card = ScoreCard.objects.get(assessment=october, person=cast.worker)
    address = f"/boards/{october.number}/{card.pk}/?again=1"
    assert "lines come out the same" in text(page(cast.worker, address))
    ScoreLine.objects.filter(card=card, indicator__code="valid").update(points=3)
    told = text(page(cast.worker, address))
    assert "It does not come out the same" in told
    assert "Reports that were accepted: 3.0 →" in told


def test_every_figure_of_a_card_leads_to_as_many_things_as_it_says(page, october, cast):
    card = ScoreCard.objects.get(assessment=october, person=cast.worker)
    body = page(cast.worker, f"/boards/{october.number}/{card.pk}/").content.decode()
    links = re.findall(r'href="(/boards/[^"]+/\d+/\d+/\?which=(\w+))"><span aria-hidden="true">→ </span>(\d+)', body)
    assert links
    for link, which, count in links:
        found = page(cast.worker, link).context["found"]
        assert found.counts[which] == len(found.rows) == int(count)


def test_each_thing_behind_a_line_has_its_link_and_what_one_may_not_see_is_counted_not_named(page, october, cast):
    line = ScoreLine.objects.get(card__assessment=october, card__person=cast.worker, indicator__code="valid")
    address = f"/boards/{october.number}/{line.card_id}/{line.pk}/?which=items"
    own = page(cast.worker, address)
    assert len(re.findall(r'<li><span class="b-item"><a href="/orders/', own.content.decode())) == 6
    other = page(cast.worker2, address)
    assert "/orders/GD" not in other.content.decode()
    assert "6 count whose matters are not yours to see." in text(other)


def test_the_arithmetic_of_a_share_stands_in_words_with_its_numbers(page, october, cast):
    line = ScoreLine.objects.get(card__assessment=october, card__person=cast.worker, indicator__code="valid")
    told = text(page(cast.worker, f"/boards/{october.number}/{line.card_id}/{line.pk}/"))
    share = f"{line.estimate:.3f}".rstrip("0").rstrip(".")
    assert f"÷ ({line.window_n} + " in told
    assert f"× ({share} − 0) ÷ (1 − 0) = {line.points:.1f}" in told


def test_lines_without_data_weigh_nothing_and_the_card_says_so(page, october, cast):
    card = ScoreCard.objects.get(assessment=october, person=cast.worker)
    dead = [line for part in card_of(cast.worker, card).parts for line in part.dead]
    assert [line.indicator.code for line in dead] == ["satisfied"]
    told = text(page(cast.worker, f"/boards/{october.number}/{card.pk}/"))
    assert "1 line has no data in the whole group and weighs nothing" in told
    behind = text(page(cast.worker, f"/boards/{october.number}/{card.pk}/{dead[0].line.pk}/"))
    assert "Nobody of the group has anything to go by here" in behind


def test_ones_own_card_says_what_moved_it_what_can_be_done_and_leads_to_an_appeal_of_each_line(page, mine, cast):
    told = page(cast.worker, "/boards/mine/")
    costly = told.context["opened"].costly
    assert costly
    assert [line.lost for line in costly] == sorted((line.lost for line in costly), reverse=True)
    for line in costly:
        assert line.advice in text(told)
        assert f'href="/boards/appeals/new/{line.line.pk}/"' in told.content.decode()


def test_on_ones_own_card_stand_none_of_the_words_that_a_workers_page_may_not_have(page, mine, cast):
    told = text(page(cast.worker, "/boards/mine/", language="zh-hans"))
    assert not re.search("打卡|签到|积分|排名|在线时长", told)


def test_nobody_appeals_against_anothers_card(page, mine, cast):
    told = page(cast.worker2, f"/boards/{mine.assessment.number}/{mine.pk}/").content.decode()
    assert "/boards/appeals/new/" not in told
    assert "What moved it" in told


def test_the_panel_beside_a_board_is_the_card_alone(page, mine, cast):
    told = page(cast.worker, f"/boards/{mine.assessment.number}/{mine.pk}/?part=panel").content.decode()
    assert "<html" not in told
    assert f'data-card="{mine.pk}"' in told


def test_a_line_or_card_of_another_board_is_not_found(page, mine, cast, city, street):
    other = draw(whole_scheme(city, code="other"), street, [cast.worker, cast.worker2])
    assert page(cast.worker, f"/boards/{other.number}/{mine.pk}/").status_code == 404
    own = ScoreCard.objects.get(assessment=other, person=cast.worker)
    line = mine.lines.first()
    assert page(cast.worker, f"/boards/{other.number}/{own.pk}/{line.pk}/").status_code == 404


def test_the_last_months_of_a_card_are_those_of_the_same_scheme_oldest_first(page, city, cast, street, clock):
    scheme, people = whole_scheme(city), [cast.worker, cast.worker2]
    for month in (5, 6, 7, 8):
        draw(scheme, street, people, since=OCTOBER.replace(month=month))
    last = draw(scheme, street, people)
    card = ScoreCard.objects.get(assessment=last, person=cast.worker)
    shown = page(cast.worker, f"/boards/{last.number}/{card.pk}/").context["months"]
    assert [past.card.assessment.since.month for past in shown] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("item", Item)
def test_there_is_a_sentence_of_advice_for_everything_that_can_be_counted(item):
    assert advice_for(item).endswith(("。", "."))


@pytest.mark.parametrize("sort", Sort)
def test_every_sort_of_line_explains_itself(page, mine, cast, sort):
    line = mine.lines.filter(indicator__sort=sort).first()
    told = page(cast.worker, f"/boards/{mine.assessment.number}/{mine.pk}/{line.pk}/")
    assert told.status_code == 200
    assert told.context["formula"]


def test_a_card_with_too_little_behind_it_shows_no_points(page, city, cast, street, clock):
    board = draw(whole_scheme(city), street, [cast.worker, cast.worker2])
    card = board.cards.get(person=cast.worker)
    ScoreCard.objects.filter(pk=card.pk).update(grade=Grade.NONE, points=93.7)
    told = text(page(cast.worker, f"/boards/{board.number}/{card.pk}/"))
    assert "93.7" not in told
    assert "not graded" in told

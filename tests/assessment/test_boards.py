"""The boards as pages: who sees which, in which order, with how many questions, and their faces when there is nothing."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessment.models import ScoreCard, ScoreLine
from assessment.reasons import Grade
from assessment.selectors import listed
from grids.models import Area, Department
from tests.assessment.asking import text
from tests.assessment.drawn import draw, many, whole_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(city, cast, street, clock):
    """September of the village, published: the two workers and some more."""
    return draw(whole_scheme(city), street, [cast.worker, cast.worker2, *many(city, 24)])


@pytest.mark.mechanism("0-34")
def test_a_published_board_shows_everybody_there_its_grades_with_icon_word_and_colour(page, board, cast):
    told = page(cast.worker, f"/boards/{board.number}/")
    assert told.status_code == 200
    body = told.content.decode()
    for colour, shape, word in (("red", "top", "red Excellent"), ("blue", "middle", "blue Passed")):
        assert re.search(rf'class="grade grade-{colour}"><svg[^>]*><use href="[^"]*#g-{shape}"/></svg>{word}', body)
    assert cast.worker2.name in body


def test_within_a_grade_the_board_goes_by_community_and_grid_and_names_no_rank(page, board, cast):
    told = page(cast.worker, f"/boards/{board.number}/")
    for section in told.context["listing"].sections:
        for tier in section.tiers:
            codes = [row.card.area.code for row in tier.rows]
            assert codes == sorted(codes)
    assert "Within a grade by community and grid, without ranks." in text(told)
    assert "tracks and the number of reports count nothing" in text(told)


def test_nobody_elsewhere_sees_a_board_and_nobody_before_it_is_published(page, city, cast, street, clock):
    hidden = draw(whole_scheme(city), street, [cast.worker, cast.worker2], status="scored")
    for person, status in (
        ("worker", 404),
        ("officer", 404),
        ("outsider", 404),
        ("community", 200),
        ("secretary", 200),
    ):
        assert page(getattr(cast, person), f"/boards/{hidden.number}/").status_code == status, person


def test_a_community_that_looks_sees_only_its_own_people_before_the_board_is_published(page, city, cast, street, clock):
    hidden = draw(whole_scheme(city), street, [cast.worker, *many(city, 6)], status="scored")
    listing = page(cast.community, f"/boards/{hidden.number}/").context["listing"]
    places = {row.card.area.code for section in listing.sections for tier in section.tiers for row in tier.rows}
    assert places
    assert all(code.startswith("120106990001") for code in places)
    beyond = ScoreCard.objects.filter(assessment=hidden, area__code__startswith="120106990002").first()
    assert page(cast.community, f"/boards/{hidden.number}/{beyond.pk}/").status_code == 404
    assert page(cast.secretary, f"/boards/{hidden.number}/{beyond.pk}/").status_code == 200


def test_doubt_and_watching_are_told_to_nobody_but_those_who_watch(page, board, cast):
    card = ScoreCard.objects.filter(assessment=board, grade=Grade.MIDDLE).first()
    ScoreCard.objects.filter(pk=card.pk).update(watched=True, doubt=0.4137)
    for address in (f"/boards/{board.number}/", f"/boards/{board.number}/{card.pk}/"):
        told = page(cast.worker2, address).content.decode()
        assert "Watched" not in told
        assert "41\u00a0%" not in told
    told = page(cast.secretary, f"/boards/{board.number}/{card.pk}/").content.decode()
    assert "Watched" in told
    assert "41\u00a0%" in told


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_has_a_face_when_there_is_nothing(page, city, cast, street, clock, language):
    assert 'class="state"' in page(cast.worker, "/boards/", language=language).content.decode()
    assert 'class="state"' in page(cast.worker, "/boards/mine/", language=language).content.decode()
    empty = draw(whole_scheme(city), street, [])
    for path in ("", "month/", "funnel/"):
        told = page(cast.secretary, f"/boards/{empty.number}/{path}", language=language)
        assert told.status_code == 200
        assert 'class="state"' in told.content.decode(), path


def test_who_holds_no_post_is_told_so(page, cast):
    assert "You hold no post yet" in text(page(cast.outsider, "/boards/"))


def test_a_corrected_edition_says_so_and_leads_to_the_newer(page, city, cast, street, clock):
    scheme = whole_scheme(city)
    first = draw(scheme, street, [cast.worker, cast.worker2])
    second = draw(scheme, street, [cast.worker, cast.worker2], corrects=first)
    told = page(cast.worker, f"/boards/{first.number}/").content.decode()
    assert f'href="/boards/{second.number}/"' in told
    assert 'class="note note-warn"' in told
    assert f'href="/boards/{first.number}/"' in page(cast.worker, f"/boards/{second.number}/").content.decode()


def test_an_unknown_board_grade_and_card_are_not_found_and_odd_keys_do_no_harm(page, board, cast):
    for address in (
        "KH20200101-00001/",
        f"{board.number}/0/",
        f"{board.number}/?grade=nothing",
        f"{board.number}/?card=0{9 * '9'}",
    ):
        assert page(cast.worker, f"/boards/{address}").status_code == 404, address
    odd = f"/boards/{board.number}/?group=full&grade=middle&after=x_-3&before=y"
    assert page(cast.worker, odd).status_code == 200
    assert page(cast.worker, "/boards/?before=yesterday").status_code == 200


def test_a_board_costs_as_many_questions_with_eighty_cards_as_with_forty(page, city, cast, street, clock):
    scheme, people = whole_scheme(city), many(city, 80)
    few = draw(scheme, street, [cast.worker, *people[:40]])
    full = draw(whole_scheme(city, code="full"), street, [cast.worker, *people])
    ScoreCard.objects.filter(assessment=few).update(watched=True)
    for path in ("", "month/", "funnel/"):
        asked = []
        for number in (few.number, full.number):
            page(cast.secretary, f"/boards/{number}/{path}")
            with CaptureQueriesContext(connection) as queries:
                page(cast.secretary, f"/boards/{number}/{path}")
            asked.append(len(queries))
        assert asked[0] == asked[1], path


def test_a_thousand_cards_are_shown_in_parts_and_in_good_time(page, city, cast, street, clock):
    full = draw(whole_scheme(city), street, many(city, 1000))
    page(cast.secretary, "/boards/")
    began = perf_counter()
    told = page(cast.secretary, f"/boards/{full.number}/")
    assert perf_counter() - began < 3
    listing = told.context["listing"]
    assert listing.count == 1000
    assert sum(len(tier.rows) for section in listing.sections for tier in section.tiers) < 320
    section = max(listing.sections, key=lambda each: each.count)
    tier = max(section.tiers, key=lambda each: each.count)
    address, seen = f"/boards/{full.number}/?group={section.group.code}&grade={tier.grade}", []
    while address:
        part = page(cast.secretary, address).context["part"]
        seen += [row.card.pk for row in part.tier.rows]
        kept = f"/boards/{full.number}/?group={section.group.code}&grade={tier.grade}"
        address = f"{kept}&after={part.after}" if part.after else ""
    assert len(seen) == len(set(seen)) == tier.count
    back = page(cast.secretary, f"{kept}&before={listed._key(part.tier.rows[0].card)}").context["part"]
    assert [row.card.pk for row in back.tier.rows] == seen[-len(part.tier.rows) - listed.PAGE : -len(part.tier.rows)]


def test_a_board_of_units_is_a_table_by_groups_with_those_without_orders_apart(page, city, cast, street, clock):
    scheme = whole_scheme(city, subject="department", code="units")
    others = Department.objects.filter(city=city).exclude(code="sanitation").order_by("code")
    board = draw(scheme, street, [Department.objects.get(city=city, code="sanitation"), *others[:8]])
    ScoreCard.objects.filter(assessment=board).update(group=scheme.groups.first())
    idle = ScoreCard.objects.filter(assessment=board, grade=Grade.NONE).first()
    ScoreCard.objects.filter(pk=idle.pk).update(points=None, sample=0, met=0)
    told = page(cast.officer, f"/boards/{board.number}/")
    [group] = told.context["table"].groups
    assert [row.card.pk for row in group.none] == [idle.pk]
    assert len(group.rows) + len(group.few) == 8
    assert "No orders" in text(told)
    assert "yours" in text(told)


def test_a_part_of_a_units_score_without_anything_to_weigh_by_is_no_nought(page, city, cast, street, clock):
    scheme = whole_scheme(city, subject="department", code="units")
    board = draw(scheme, street, list(Department.objects.filter(city=city).order_by("code")[:3]))
    ScoreLine.objects.filter(card__assessment=board, indicator__code="satisfied").update(n=0, peers=None, points=0)
    told = page(cast.officer, f"/boards/{board.number}/")
    weighed = {title for group in told.context["table"].groups for row in group.rows for title, got in row.parts if got}
    gaps = {
        title for group in told.context["table"].groups for row in group.rows for title, got in row.parts if got is None
    }
    assert gaps == {scheme.dimensions.get(indicators__code="satisfied").title}
    assert weighed
    assert "nothing to weigh by" in text(told)


@pytest.mark.mechanism("2-19", "3-18")
def test_a_departments_card_says_how_the_streets_ratings_make_its_score(page, city, cast, street, clock):
    scheme = whole_scheme(city, subject="department", code="units")
    board = draw(scheme, street, list(Department.objects.filter(city=city, code="sanitation")))
    card = board.cards.get()
    line = card.lines.get(indicator__code="satisfied")
    told = text(page(cast.officer, f"/boards/{board.number}/{card.pk}/{line.pk}/"))
    share = f"{line.peers if line.small else line.estimate:.3f}".rstrip("0").rstrip(".")
    assert f"20 × ({share} − 0) ÷ (1 − 0) = {line.points:.1f}" in told


def test_red_and_black_lists_are_for_units_alone_and_name_nobody_who_is_level(page, city, cast, street, clock):
    units = list(Department.objects.filter(city=city).order_by("code"))[:12]
    board = draw(whole_scheme(city, subject="department", code="units"), street, units)
    cards = ScoreCard.objects.filter(assessment=board)
    cards.update(points=80, grade=Grade.MIDDLE, tier=1, group=board.scheme.groups.first())
    assert "Red list" not in text(page(cast.officer, f"/boards/{board.number}/"))
    for place, card in enumerate(cards.order_by("pk")):
        ScoreCard.objects.filter(pk=card.pk).update(points=70 + place, tier=place + 1)
    [group] = page(cast.officer, f"/boards/{board.number}/").context["table"].groups
    assert (len(group.best), len(group.last)) == (5, 5)
    assert not {row.card.pk for row in group.best} & {row.card.pk for row in group.last}


def test_people_are_never_set_against_one_another_in_a_table(page, board, cast):
    assert page(cast.worker, f"/boards/{board.number}/table/").status_code == 404
    area = Area.objects.get(code="120106990001")
    assert area.level.rank == 2


@pytest.mark.parametrize("person", ["worker", "officer", "community", "secretary", "supervisor", "organiser"])
def test_every_page_that_the_assessment_offers_to_somebody_is_open_to_him(page, board, cast, person):
    told = page(getattr(cast, person), "/boards/")
    offered = re.search(r'<nav class="boards b-places".*?</nav>', told.content.decode(), re.DOTALL).group()
    addresses = re.findall(r'href="([^"]+)"', offered)
    assert "/boards/mine/" in addresses
    for address in addresses:
        assert page(getattr(cast, person), address).status_code == 200, address

"""Boards, cards and appeals for programs: the same rows, forms and sentences as on the pages."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from assessment.models import Appeal
from assessment.services import appeals

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def board(month, reported, cast):
    reported(cast)
    village = month()
    board = village.published(cast.secretary)
    board.village = village
    return board


def api(person) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def own(board, cast) -> tuple[dict, dict]:
    """The worker's own card of the board, and its only line."""
    (row,) = api(cast.worker).get(f"{V1}/assessments/mine/").json()["results"]
    card = api(cast.worker).get(f"{V1}/assessments/{board.number}/cards/{row['key']}/").json()
    return card, card["lines"][0]


def test_who_works_there_reads_the_published_board_and_its_cards(board, cast):
    for person in (cast.worker, cast.worker2, cast.dispatcher):
        found = api(person).get(f"{V1}/assessments/").json()["results"]
        assert board.number in [row["number"] for row in found]
    told = api(cast.worker2).get(f"{V1}/assessments/{board.number}/").json()
    assert (told["status"]["code"], told["edition"], told["available_steps"]) == ("published", 1, [])
    cards = api(cast.worker2).get(f"{V1}/assessments/{board.number}/cards/").json()["results"]
    assert {card["who"] for card in cards} == {"林小满", "何清明"}
    assert not {"watched", "doubt"} & set(cards[0])


def test_before_it_is_published_a_board_is_unknown_to_workers(month, cast, clock):
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    draft = village.opens()
    for person, status in (
        (cast.worker, 404),
        (cast.officer, 404),
        (cast.outsider, 404),
        (cast.secretary, 200),
        (cast.community, 200),
    ):
        for path in ("", "cards/"):
            assert api(person).get(f"{V1}/assessments/{draft.number}/{path}").status_code == status, person
        listed = api(person).get(f"{V1}/assessments/").json()["results"]
        assert (draft.number in [row["number"] for row in listed]) is (status == 200)


def test_a_worker_reads_his_card_and_what_of_it_he_may_appeal_against(board, cast):
    card, line = own(board, cast)
    assert (card["board"], card["who"], line["k"], line["n"]) == (board.number, "林小满", 4, 6)
    assert len(line["to_appeal"]) == 2
    others = api(cast.worker2).get(f"{V1}/assessments/{board.number}/cards/{card['key']}/").json()
    assert others["lines"][0]["to_appeal"] == []


def test_an_appeal_is_lodged_and_decided_by_the_api(board, cast):
    _card, line = own(board, cast)
    said = {"line": line["key"], "item": line["to_appeal"][0], "reason": "beyond", "words": "暴雨封路。"}
    answer = api(cast.worker).post(f"{V1}/appeals/", said, format="json")
    assert answer.status_code == 201
    address = answer["Location"]
    assert api(cast.worker2).get(address).status_code == 404
    for person, step, status in ((cast.duty_chief, "support", "supported"), (cast.supervisor, "uphold", "upheld")):
        assert step in [each["name"] for each in api(person).get(address).json()["available_steps"]]
        told = api(person).post(f"{address}{step}/", {"words": "属实。"}, format="json")
        assert (told.status_code, told.json()["status"]["code"]) == (200, status)
    listed = api(cast.worker).get(f"{V1}/appeals/", {"status": "upheld"}).json()["results"]
    assert [row["number"] for row in listed] == [Appeal.objects.get().number]


@pytest.mark.parametrize(
    ("said", "field"), [({"reason": ""}, "reason"), ({"words": ""}, "words"), ({"item": 1}, "item")]
)
def test_what_is_missing_is_said_at_its_field_in_the_words_of_the_page(board, cast, said, field):
    _card, line = own(board, cast)
    whole = {"line": line["key"], "item": line["to_appeal"][0], "reason": "other", "words": "另述。"}
    answer = api(cast.worker).post(f"{V1}/appeals/", whole | said, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Appeal.objects.exists()


def test_others_may_not_lodge_and_do_not_learn_whether_the_line_is_there(board, cast):
    _card, line = own(board, cast)
    for key in (line["key"], 999_999):
        answer = api(cast.worker2).post(f"{V1}/appeals/", {"line": key}, format="json")
        assert answer.status_code == 404


def test_the_refusals_are_those_of_the_page(board, cast):
    appeal = board.village.appeal(board, cast.worker)
    address = f"{V1}/appeals/{appeal.number}/"
    assert api(cast.duty_chief).post(f"{address}uphold/", {"words": "x"}, format="json").status_code == 409
    assert api(cast.worker).post(f"{address}support/", {"words": "x"}, format="json").status_code == 403
    assert api(cast.duty_chief).post(f"{address}fly/", {}, format="json").status_code == 404
    assert api(cast.duty_chief).post(f"{address}support/", {}, format="json").status_code == 400
    assert APIClient().get(address).status_code == 401
    appeals.take_back(appeal, by=cast.worker)


def test_a_board_is_looked_at_and_published_by_the_api(month, cast, clock):
    village = month()
    clock.set(2026, 11, 2, 9, 0)
    address = f"{V1}/assessments/{village.opens().number}/"
    assert api(cast.community).post(f"{address}look/", {"agrees": "no"}, format="json").status_code == 400
    assert api(cast.community).post(f"{address}look/", {"agrees": "yes"}, format="json").status_code == 200
    told = api(cast.secretary).post(f"{address}publish/", {"seen": "2"}, format="json")
    assert told.status_code == 409  # somebody has looked since
    told = api(cast.secretary).post(f"{address}publish/", {}, format="json")
    assert told.json()["status"]["code"] == "published"

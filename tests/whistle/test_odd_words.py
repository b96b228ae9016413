"""Whatever is said to a whistle, the house answers with a sentence; never with a 500, and nothing changes."""

import pytest
from rest_framework.test import APIClient

from tests.architecture.test_odd_bytes import CURIOUS, is_an_answer
from tests.whistle.conftest import staff
from whistle.forms import FORMS, BlowForm
from whistle.lifecycle import WHISTLE
from whistle.models import Whistle

pytestmark = pytest.mark.django_db
WHISTLES = "/api/v1/whistles/"
ODD = [word.replace("\r\n", " ") for word in CURIOUS]
STREET = ("withdraw", "register", "plan", "attach", "file_clue", "blow_again")
UNIT = ("contact", "announce", "check_in", "object_to")
WORKING = {"handling": ("progress", "reply", "audit", "settle"), "settled": ("rate",)}


def client(user) -> APIClient:
    api = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    api.force_authenticate(user)
    return api


def odd_answers(api: APIClient, address: str, names) -> list:
    """What is answered where every field holds the same odd word."""
    told = [api.post(address, dict.fromkeys(names, word), format="json") for word in ODD]
    for answer in told:
        is_an_answer(answer.render())
    return told


def names_of(step: str, whistle: Whistle) -> list[str]:
    keys = [one.pk for one in whistle.summonses.all()] if step == "rate" else []
    return [*FORMS[step].base_fields, "seen", *(f"{mark}_{key}" for key in keys for mark in ("signing", "words"))]


def test_an_odd_whistle_is_answered(cast, clock):
    told = odd_answers(client(cast.secretary), WHISTLES, [*BlowForm.base_fields, "city"])
    assert {answer.status_code for answer in told} <= {400, 404}
    assert Whistle.objects.count() == 0


FIELDS = ("sort", "caller", "datum", "meet_at", "item", "called_1", "effort_on_1", "order", "again", "lng")


@pytest.mark.parametrize("turn", range(len(FIELDS)), ids=FIELDS)
def test_one_odd_word_in_a_good_whistle_is_answered(cast, clock, turn):
    """Every second of the words, another half at the next field: all of them at once stand in the test above."""
    good = {
        "sort": "rescue", "spring": "masses", "words": "大树倒伏。", "place": "楼前", "lng": "117.151", "lat": "39.165",
        "meet_at": "2026-10-09T11:00", "why_unlisted": "险情", "called_1": "department:parks",
    }  # fmt: skip
    api = client(cast.secretary)
    for word in ODD[turn % 2 :: 2]:
        is_an_answer(api.post(WHISTLES, {**good, FIELDS[turn]: word}, format="json").render())


@pytest.mark.parametrize("step", [*STREET, *UNIT])
def test_odd_words_at_a_step_are_answered(cast, blow, step):
    whistle = blow()
    odd_answers(
        client(cast.secretary if step in STREET else staff("parks")),
        f"{WHISTLES}{whistle.number}/{step}/",
        names_of(step, whistle),
    )


@pytest.mark.parametrize(("status", "step"), [(status, step) for status, steps in WORKING.items() for step in steps])
def test_odd_words_at_a_later_step_are_answered(cast, whistle_at, status, step):
    whistle = whistle_at(status)
    by = staff("parks") if step in ("progress", "reply") else cast.secretary
    odd_answers(client(by), f"{WHISTLES}{whistle.number}/{step}/", names_of(step, whistle))


def test_the_steps_named_here_are_steps():
    assert {*STREET, *UNIT, *(step for steps in WORKING.values() for step in steps)} <= set(WHISTLE.by_name)

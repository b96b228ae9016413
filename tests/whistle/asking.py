"""How the tests of the API ask: addresses of cases, a whistle as a program sends it, the sentence of a refusal."""

from rest_framework.test import APIClient

from accounts.models import User
from tests.conftest import PLACE
from whistle.models import Supervision, Whistle

WHISTLES, SUPERVISIONS, NOTICES = "/api/v1/whistles/", "/api/v1/supervisions/", "/api/v1/notices/"


def as_(user: User) -> APIClient:
    """The API as that person uses it, in English."""
    api = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    api.force_authenticate(user)
    return api


def of(case: Whistle | Supervision, *more: str) -> str:
    start = WHISTLES if isinstance(case, Whistle) else SUPERVISIONS
    return start + "".join(f"{part}/" for part in (case.number, *more))


def blown(**changes) -> dict:
    whole = {
        "sort": "work", "caller": "120106990", "spring": "masses", "words": "十段社区无主空地，垃圾堆积。", "place": "空地东侧",
        **PLACE, "meet_at": "2026-10-09T15:00", "item": "1", "called_1": "department:parks", "asked_1": "清理空地",
        "called_2": "department:sanitation", "effort_on_1": "2026-10-08", "effort_words_1": "清理两次，三日后复堆。",
    }  # fmt: skip
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def sentence_of(refusal) -> str:
    return refusal.data["sentence"]


def numbers(answer) -> list[str]:
    return [row["number"] for row in answer.data["results"]]

"""The village of the tests as a town to fight over: its people with tokens and sessions, and limits of seconds."""

from __future__ import annotations

import io
import json
import secrets
import threading
from functools import lru_cache
from http.client import HTTPConnection
from importlib import import_module
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from PIL import Image

from accounts.models import User
from accounts.services import give_token
from casework.calendar import Unit
from casework.models import TimeLimit
from embedded.refusals import TREE
from grids.models import City, Department
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from workorders.models import Category
from workorders.services import reporting

CHOICES = ("department", "assistants", "departments", "officer")
PLACE = {"lng": 117.151, "lat": 39.165}
RUBBISH = "060101"
# Seconds, so that lamps turn, claims lapse and nobody claims in time while people are at work.
LIMITS = {
    "workorders.hold": 2, "workorders.claim": 6, "workorders.sign": 5, "workorders.handle": 8, "workorders.accept": 4,
    "workorders.verify": 5, "workorders.rule": 3,
}  # fmt: skip


@lru_cache
def village() -> City:
    """Loaded once, with real weeks and minutes."""
    autodiscover_modules("cityfile")
    return publish(TREE / "tests" / "cities" / "village").city


def hurry(city: City, seconds: dict[str, int] = LIMITS) -> None:
    """Makes the limits of the rulebook in force so short."""
    book = rulebook_in_force(city, timezone.localdate())
    for clock, amount in seconds.items():
        TimeLimit.objects.filter(rulebook=book, clock=clock).update(amount=amount / 3600, unit=Unit.URGENT_HOUR)


def person(name: str) -> User:
    return User.objects.get(username=name)


def unit(code: str) -> Department:
    return Department.objects.get(city=village(), code=code)


def a_report(words: str = "3 号楼前垃圾外露。", **told):
    """An order as the worker opens it."""
    city = village()
    category = Category.objects.get(rulebook=rulebook_in_force(city, timezone.localdate()), code=RUBBISH)
    return reporting.report(by=person("worker"), city=city, category=category, words=words, **PLACE, **told)


@lru_cache
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (48, 32), "olive").save(out, "JPEG")
    return out.getvalue()


class Answer:
    """What came back: status, body, and what it says of an order."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str]):
        self.status, self.text, self.headers = status, body.decode(errors="replace"), headers

    @property
    def json(self) -> dict:
        """Nothing, where the answer is a page about a fault."""
        return json.loads(self.text) if "json" in self.headers.get("Content-Type", "") else {}

    @property
    def done(self) -> bool:
        return self.status in (200, 201, 302)


class Someone:
    """A person at a keyboard or a program in his name, over real HTTP."""

    def __init__(self, name: str, port: int, *, pages: bool):
        self.name, self.pages, self.port = name, pages, port
        user = person(name)
        self.headers = _session(user) if pages else {"Authorization": f"Token {give_token(user=user)['token']}"}

    def take(self, number: str, step: str, said: dict) -> Answer:
        """One step, through the page's address or the API's."""
        where = "/orders" if self.pages else "/api/v1/orders"
        return self.ask("POST", f"{where}/{number}/{step}/", _by_key(said) if self.pages else said)

    def ask(self, method: str, path: str, said: dict | None = None) -> Answer:
        body, kind = _form(said or {}) if method == "POST" else (None, "")
        headers = self.headers | ({"Content-Type": kind} if kind else {})
        return ask(self.port, method, path, body, headers)


def ask(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), dict(answer.getheaders()))
    finally:
        connection.close()


def _by_key(said: dict) -> dict:
    """Pages name a choice by its key, the API by its code."""
    keys = _keys()

    def key(value):
        return [key(one) for one in value] if isinstance(value, list) else keys.get(value, value)

    return {name: key(value) if name in CHOICES else value for name, value in said.items()}


@lru_cache
def _keys() -> dict[str, int]:
    units = Department.objects.filter(city=village()).values_list("code", "pk")
    return {**dict(units), **dict(User.objects.values_list("username", "pk"))}


def _session(user: User) -> dict[str, str]:
    """A session as signing in leaves it, without the third of a second that a password costs."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    token = secrets.token_hex(16)
    cookies = {settings.SESSION_COOKIE_NAME: store.session_key, settings.CSRF_COOKIE_NAME: token}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}


def _form(said: dict) -> tuple[bytes, str]:
    """The fields as a browser sends them; with a picture as parts, else in one line."""
    pairs = [(name, one) for name, value in said.items() for one in (value if isinstance(value, list) else [value])]
    if not any(isinstance(value, bytes) for _name, value in pairs):
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    mark = secrets.token_hex(8)
    parts = [_part(mark, name, value) for name, value in pairs]
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def _part(mark: str, name: str, value: object) -> bytes:
    picture = isinstance(value, bytes)
    file = '; filename="a.jpg"\r\nContent-Type: image/jpeg' if picture else ""
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
    return head + (value if isinstance(value, bytes) else str(value).encode()) + b"\r\n"


def all_at_once(works: list) -> list:
    """Every work in a thread of its own, begun together; their answers in order."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        gate.wait(30)
        answers[place] = works[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers

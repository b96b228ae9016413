"""The cast and the city: a village of four grids, loaded by the real `load_city`; time stands still until moved."""

from __future__ import annotations

import datetime as dt
import gc
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from django.utils.module_loading import autodiscover_modules
from PIL import Image

from accounts.models import User
from casework import moment
from casework.actors import SYSTEM
from casework.services.sweep import sweep_deadlines
from grids.models import City, Department
from grids.once import asked_once
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from tests.restoring import Village
from workorders.models import Category, WorkOrder
from workorders.services import reporting
from workorders.services.steps import STEPS

VILLAGE = Path(__file__).parent / "cities" / "village"
SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Friday in working hours, two days after the National Day break, the day before a make-up Saturday.
MORNING = dt.datetime(2026, 10, 9, 10, 42, tzinfo=SHANGHAI)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """bin/test has migrated a database once; each process begins with a copy of it."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("TEST_TEMPLATE")


def pytest_make_parametrize_id(val: object) -> str | None:
    """A set has no order of its own: two processes of one run must call the same test by the same name."""
    return " ".join(sorted(map(str, val))) if isinstance(val, set | frozenset) else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test begins in the loaded village; what it changes is rolled back, or put back where it commits."""
    autodiscover_modules("cityfile")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        publish(VILLAGE)
        village = Village()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: village.put_back())
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_house(tmp_path_factory):
    """What holds for every test, told once.

    A real hash takes a third of a second on purpose; what passwords are compared by is asked of no test. Tests, the
    live server's too, find static files by their own names; the folder of hashed ones is for `collectstatic`, and each
    test client would read the whole of it.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture
def city(db) -> City:
    return City.objects.get(slug="village")


@dataclass(frozen=True)
class Cast:
    """Everybody of the village, by part."""

    worker: User
    worker2: User
    dispatcher: User
    secretary: User
    director: User
    officer: User
    officer_b: User
    supervisor: User
    leader: User
    organiser: User
    community: User
    duty_chief: User
    head: User
    inspector: User
    # Someone from elsewhere, who must see nothing.
    outsider: User


@pytest.fixture
def cast(city) -> Cast:
    people = {person.username: person for person in User.objects.filter(username__in=Cast.__annotations__)}
    if "outsider" not in people:
        people["outsider"] = User.objects.create(username="outsider", name="路人")
    return Cast(**people)


class Clock:
    """The test's own time: stands still, moves forward on request, fires what has fallen due."""

    def __init__(self, at: dt.datetime):
        self.now = at

    def set(self, *parts: int) -> None:
        """Moves to a local moment, e.g. `clock.set(2026, 10, 9, 15, 0)`."""
        self._go(dt.datetime(*parts, tzinfo=SHANGHAI))

    def pass_(self, *, sweep: bool = True, **delta: float) -> None:
        """Lets time pass (`hours=3`) and, unless told otherwise, lets the sweep come by once at its end."""
        self._go(self.now + dt.timedelta(**delta))
        if sweep:
            sweep_deadlines()

    def _go(self, at: dt.datetime) -> None:
        self.now = at
        moment._moved.set(at.astimezone(dt.UTC))


@pytest.fixture
def clock():
    """Time stands still on the morning of Friday 9 October 2026 until it is moved."""
    token = moment._moved.set(MORNING.astimezone(dt.UTC))
    yield Clock(MORNING)
    moment._moved.reset(token)


@pytest.fixture
def hours_pass(clock):
    """`hours_pass(3)`: three hours go by, and the sweep comes once."""
    return lambda hours: clock.pass_(hours=hours)


@pytest.fixture
def sanitation(city) -> Department:
    return Department.objects.get(city=city, code="sanitation")


@pytest.fixture
def category(city) -> Category:
    """Exposed rubbish: an ordinary matter of the default catalogue, with a limit in working time."""
    return Category.objects.get(rulebook=rulebook_in_force(city, MORNING.date()), code="060101")


def jpeg(colour: str = "olive", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def picture() -> bytes:
    return jpeg()


@pytest.fixture
def upload():
    """`upload()`: a picture as a browser sends it."""
    return lambda name="place.jpg", content=None: SimpleUploadedFile(name, content or jpeg(), "image/jpeg")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """No test leaves a photo behind."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def language():
    """No test leaves its reader's language to the next."""
    with translation.override("zh-hans"):
        yield


# The worker's own grid and a place in it.
PLACE = {"lng": 117.151, "lat": 39.165}


@pytest.fixture
def report(city, cast, category, clock):
    """`report()`: a work order as the worker opens it; fields may be changed."""

    def make(**changes) -> WorkOrder:
        fields = {"by": cast.worker, "city": city, "category": category, "words": "3 号楼前垃圾外露。", **PLACE}
        with asked_once():
            return reporting.report(**{**fields, **changes})

    return make


@dataclass(frozen=True)
class Ways:
    """How the real services take an order on: each name is a step as the cast would take it."""

    cast: Cast
    department: Department
    picture: bytes

    def take(self, order: WorkOrder, name: str) -> WorkOrder:
        """Each step is a request of its own, which reads once what it asks again."""
        by, said = self._table()[name]
        with asked_once():
            return STEPS[name](order, by=by, **said)

    def _table(self) -> dict[str, tuple[User, dict[str, Any]]]:
        cast, until = self.cast, dt.date(2026, 12, 31)
        why = {"reason": "weather", "words": "冰冻期不能施工。"}
        return {
            "accept": (cast.dispatcher, {}),
            "ask_check": (cast.dispatcher, {}),
            "refuse": (cast.dispatcher, {"reason": "nothing_new", "words": "此事已在办理。"}),
            "withdraw": (cast.worker, {"reason": "已自行解决"}),
            "keep": (cast.worker, {}),
            "dispatch": (cast.dispatcher, {"department": self.department}),
            "offer": (cast.dispatcher, {"departments": [self.department]}),
            "claim": (cast.officer, {}),
            "sign_for": (cast.officer, {}),
            "send_back": (cast.officer, {"reason": "not_our_duty", "basis": "权责清单第 12 项"}),
            "ask_parking": (cast.officer, {**why, "measures": "先行围挡。", "until": until}),
            "endorse": (cast.head, {}),
            "park": (cast.duty_chief, {"answer": "同意。"}),
            "finish": (cast.officer, {"result": "已清运。", "pictures": [self.picture]}),
            "verify": (cast.worker, {}),
            "close": (cast.dispatcher, {}),
            "rate": (cast.worker, {"stars": 5, "solved": True}),
            "call": (cast.dispatcher, {}),
            "stand_by": (SYSTEM, {}),
        }


HANDLED = ("accept", "dispatch", "sign_for")
CLOSED = (*HANDLED, "finish", "verify", "close")
# By which steps a report reaches each status.
ROADS: dict[str, tuple[str, ...]] = {
    "reported": (),
    "checking": ("ask_check",),
    "kept": ("keep",),
    "accepted": ("accept",),
    "pooled": ("accept", "offer"),
    "held": ("accept", "offer", "claim"),
    "dispatched": ("accept", "dispatch"),
    "handling": HANDLED,
    "ruling": (*HANDLED, "send_back"),
    "parked": (*HANDLED, "ask_parking", "endorse", "park"),
    "whistled": (*HANDLED, "stand_by"),
    "finished": CLOSED[:4],
    "verified": CLOSED[:5],
    "closed": CLOSED,
    "rated": (*CLOSED, "rate"),
    "unrated": (*CLOSED, "call", "call"),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
}


@pytest.fixture
def ways(cast, sanitation, picture) -> Ways:
    return Ways(cast, sanitation, picture)


@pytest.fixture
def order_at(report, ways, cast):
    """`order_at("handling")`: a work order taken by the real services to a status."""

    def make(status: str, **changes) -> WorkOrder:
        if status == "joined":
            lead = report()
            return STEPS["join"](report(**changes), by=cast.dispatcher, lead=lead)
        order = report(**changes)
        for name in ROADS[status]:
            order = ways.take(order, name)
        assert order.status == status
        return order

    return make

"""What the tests of the ground share: places of the village, pages as a person reads them, real cities."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from accounts.models import User
from grids.folder import Loading
from grids.models import Area, Post, Role
from grids.selectors import counts_within, rulebook_in_force
from grids.services.publishing import publish
from tests.conftest import VILLAGE

CITIES = Path(__file__).resolve().parents[2] / "config" / "cities"
STREET = "120106990"
MAY_DAY = dt.date(2026, 5, 1)


@pytest.fixture
def place(city) -> Callable[[str], Area]:
    """`place("001002")`: the second grid of the first community; `place("")` is the street itself."""

    def find(digits: str = "") -> Area:
        return Area.objects.select_related("city", "level", "parent").get(city=city, code=STREET + digits)

    return find


@pytest.fixture
def seat(city) -> Callable[[str], Post]:
    """`seat("secretary")`: the post that the village's file calls so, as it is held now."""
    return lambda key: Post.objects.select_related("user", "role", "area").get(role__city=city, seat=key, until=None)


@pytest.fixture
def newcomer(db) -> User:
    """Somebody with an account and no post."""
    return User.objects.create(username="baiqiu", name="白秋分")


@pytest.fixture
def rulebook(city):
    return rulebook_in_force(city, MAY_DAY)


@pytest.fixture
def read(client) -> Callable[..., str]:
    """`read(person, "/organisation/…/")`: the text of a page as this person reads it, in English; tags are gone."""

    def get(person: User | None, url: str, *, status: int = 200) -> str:
        if person is not None:
            client.force_login(person)
        response = client.get(url, headers={"accept-language": "en"})
        assert response.status_code == status, response.content.decode()[:400]
        return words_of(response.content.decode())

    return get


@pytest.fixture
def send(client) -> Callable[..., tuple[int, str]]:
    """`send(person, url, field=…)`: what became of a form: its status, and the text of the page that says so."""

    def post(person: User, url: str, **said) -> tuple[int, str]:
        client.force_login(person)
        response = client.post(url, said, headers={"accept-language": "en"})
        return response.status_code, words_of(response.content.decode())

    return post


def words_of(page: str) -> str:
    """What a reader sees of a page, on one line."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page[page.find("<main") :], flags=re.S)
    return re.sub(
        r"\s+",
        " ",
        html.unescape(re.sub(r"<[^>]*>", "", body.replace("</li>", " ").replace("</b>", " ").replace("</p>", " "))),
    )


@pytest.fixture
def english():
    """Sentences are compared in the language in which the code says them."""
    with translation.override("en"):
        yield


class RealCity:
    """One of the five city folders, loaded as it is delivered."""

    def __init__(self, loading: Loading):
        self.loading, self.city, self.rulebook = loading, loading.city, loading.rulebook

    @property
    def top(self) -> Area:
        return self.on_level(1).get()

    @property
    def grids(self):
        return self.of(Area).filter(level__base=True).order_by("code")

    def on_level(self, rank: int):
        return self.of(Area).filter(level__rank=rank).order_by("code")

    def of(self, model):
        return model.objects.filter(city=self.city)

    def held(self, *roles: str):
        posts = Post.objects.held().filter(role__city=self.city).select_related("user", "area", "role")
        return posts.filter(role__code__in=roles) if roles else posts

    @staticmethod
    def people(posts) -> int:
        """How many persons hold these posts."""
        return posts.values("user").distinct().count()

    @property
    def reader(self) -> User:
        """Somebody of the city who sees its organisation and has no right to change it."""
        return self.held("supervisor").first().user

    def page(self, area: Area) -> str:
        return f"/organisation/{area.code}/"

    def roles_without_a_part(self) -> set[str]:
        """Roles held in a grid of which nobody could say what their part there is."""
        codes = set(self.held().filter(area__level__base=True).values_list("role__code", flat=True))
        return {code for code in codes if Role(code=code).part == Role.Part.OTHER}


@pytest.fixture
def shown_tree(read):
    """`shown_tree(hongqiao)`: how many areas each level has and what the levels are called, as its page says it."""

    def see(city: RealCity) -> tuple[list[int], str]:
        text = read(city.reader, city.page(city.top))
        counts = [count for _level, count in counts_within(city.top)]
        assert all(str(count) in text for count in counts)
        assert all(child.title in text for child in city.on_level(2))
        return counts, " ".join(level.name for level in city.city.levels.all())

    return see


def delivered(slug: str):
    """A fixture with one city folder, loaded once for a module inside a transaction that leaves nothing behind.

    A module's fixtures are made before a test opens its own transaction, so each test rolls back to the loaded city.
    """

    @pytest.fixture(scope="module", name=slug)
    def city(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            yield RealCity(publish(CITIES / slug))
            transaction.set_rollback(True)

    return city


hongqiao, xingdian, pingchang, dalad, shuyang = map(
    delivered, ["hongqiao", "xingdian", "pingchang", "dalad", "shuyang"]
)


class Folder:
    """A copy of the village's folder in which words are exchanged."""

    def __init__(self, path: Path):
        self.path = path

    def __call__(self, file: str, old: str, new: str) -> None:
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def village_folder(city, tmp_path) -> Folder:
    """`village_folder("posts.csv", old, new)`: the file says something else; publish `village_folder.path`."""
    shutil.copytree(VILLAGE, tmp_path / "village")
    return Folder(tmp_path / "village")

"""The pages of the registers: masked, constant in questions, a form each, and no plain word where nobody asked."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.moment import now
from grids.models import Area
from patrols.services import visiting
from registers.models import Home, Look, Person
from registers.selectors.people import homes_of, people_found, people_of
from registers.services import caring, people
from tests.architecture.seeing import READERS
from tests.conftest import Cast
from tests.registers.conftest import HEADINGS, NAME, NUMBER, PHONE, csv, id_number, row, xlsx

# A form that was sent as it stood: browsers always send something.
NOTHING = {"said": "nothing"}
SECRETS = (NAME, PHONE, NUMBER, "1940-10-02", "10-02")


@pytest.fixture
def page(cast):
    """`page("community", "/registers/")`: what that person gets; with words, what he sends."""

    def ask(who: str, path: str, said: dict | None = None):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(getattr(cast, who))
        return client.post(path, said) if said is not None else client.get(path)

    return ask


def text_of(answer) -> str:
    return answer.content.decode() + str(answer.headers)


def test_no_page_of_nobody_holds_a_plain_word_unasked(page, person, cast, caplog):
    caring.give_care(person, by=cast.community, kind="elderly_high")
    visiting.record(by=cast.worker, key=person.key, target=person.key, outcome="correct", changes={"phone": PHONE})
    caplog.set_level(logging.DEBUG)
    paths = [
        "/registers/", "/registers/homes/", "/registers/imports/", "/registers/people/new/", "/registers/homes/new/",
        f"/registers/people/{person.key}/", f"/registers/people/{person.key}/correct/",
        f"/registers/people/{person.key}/move/", f"/registers/people/{person.key}/care/",
        f"/registers/people/{person.key}/erase/", f"/registers/homes/{person.home.key}/",
        f"/registers/homes/{person.home.key}/correct/", "/field/visits/", "/field/visits/?what=homes",
        f"/field/visits/{person.key}/", f"/field/visits/{person.home.key}/", f"/field/visited/{person.key}/",
        "/patrols/visits/", "/patrols/proposals/", "/home/", "/map/",
    ]  # fmt: skip
    # Who may read asks for every page; of the others, who are turned away, each for some.
    for turn, who in enumerate(Cast.__annotations__):
        for path in paths if who in READERS else paths[turn % 4 :: 4]:
            told = text_of(page(who, path))
            assert not any(secret in told for secret in (*SECRETS, "3 单元 702")), (who, path)
    assert not any(secret in caplog.text for secret in (NAME, PHONE, NUMBER))


def test_a_search_finds_and_repeats_nothing_of_what_was_typed(page, person):
    told = page("worker", "/registers/search/", {"words": PHONE})
    assert told.status_code == 200
    assert "欧阳**" in told.content.decode()
    assert not any(secret in text_of(told) for secret in SECRETS)
    assert "欧阳**" not in page("worker2", "/registers/search/", {"words": PHONE}).content.decode()
    assert page("worker", "/registers/search/", {"words": ""}).status_code == 422


def test_what_was_asked_for_is_shown_once_and_is_on_record(page, person):
    path = f"/registers/people/{person.key}/"
    shown = page("worker", f"{path}show/", {"fields_": ["phone"], "why": "emergency"})
    assert PHONE in shown.content.decode()
    assert NAME not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert PHONE not in page("worker", path).content.decode()
    assert "林小满" in page("community", path).content.decode()
    refused = page("worker", f"{path}show/", {"fields_": ["phone"], "why": "emergency", "words": PHONE})
    assert refused.status_code == 422
    assert Look.objects.filter(deed="look").count() == 1


def test_a_person_is_taken_in_corrected_cared_for_and_erased_by_plain_forms(page, home):
    taken = page("community", "/registers/people/new/", {
        "name": NAME, "phone": PHONE, "id_number": NUMBER, "area": home.area.code, "building": home.building,
        "door": "3单元702",
    })  # fmt: skip
    assert taken.status_code == 302
    path = taken.headers["Location"]
    person = Person.objects.get()
    assert person.home == home
    assert page("community", f"{path}correct/", {"phone": "10033334444"}).status_code == 302
    assert page("community", f"{path}correct/", {"phone": "12"}).status_code == 422
    assert page("community", f"{path}correct/", NOTHING).status_code == 422
    assert page("community", f"{path}care/", {"kind": "key", "since": "2026-01-01"}).status_code == 302
    care = person.cares.get()
    assert page("community", f"{path}care/{care.pk}/end/", NOTHING).status_code == 302
    assert page("community", f"{path}move/", {"area": home.area.code}).status_code == 302
    assert page("community", f"{path}erase/", {}).status_code == 302
    person.refresh_from_db()
    assert person.erased_at is not None
    assert page("community", path).status_code == 200


def test_a_home_is_taken_in_shown_and_corrected(page, grid):
    said = {"area": grid.code, "building": "平房 8 号", "door": "东屋", "kind": "rented"}
    path = page("community", "/registers/homes/new/", said).headers["Location"]
    assert page("community", "/registers/homes/new/", said).status_code == 422
    assert "东屋" not in page("worker", path).content.decode()
    assert "东屋" in page("worker", f"{path}show/", {"why": "verify"}).content.decode()
    assert page("community", f"{path}correct/", {"building": "平房 9 号", "kind": "dwelling"}).status_code == 302
    assert "东屋" in page("community", f"{path}show/", {"why": "verify"}).content.decode()


def test_a_sheet_goes_from_the_form_to_the_register(page, sheet_file):
    handed = page(
        "community", "/registers/imports/", {"file": sheet_file(xlsx([HEADINGS, row(1), row(2, 手机号="12")]))}
    )
    assert handed.status_code == 302
    path = handed.headers["Location"]
    preview = page("community", path).content.decode()
    assert "赵**" in preview
    assert row(1)[0] not in preview
    wrong = page("community", f"{path}errors/csv/")
    assert row(2)[0] in wrong.content.decode("utf-8-sig")
    assert page("director", path).status_code == 404
    assert page("community", f"{path}confirm/", {}).status_code == 302
    assert Person.objects.count() == 1
    assert page("community", f"{path}confirm/", {}).status_code == 302
    again = page("community", "/registers/imports/", {"file": sheet_file(csv([HEADINGS, row(1)]))}).headers["Location"]
    assert page("community", f"{again}confirm/", {}).status_code == 422
    assert page("community", "/registers/imports/", {"file": sheet_file(b"GIF89a")}).status_code == 422
    assert page("community", "/registers/imports/empty.xlsx").content.startswith(b"PK")
    assert page("community", "/registers/imports/empty.exe").status_code == 404


def crowd(cast, grid, first: int, number: int) -> None:
    for each in range(first, first + number):
        name, born = "赵" + chr(0x4E00 + each), id_number("19401231", each)
        who = people.take_in(by=cast.community, area=grid, name=name, id_number=born)
        caring.give_care(who, by=cast.community, kind="key")


@pytest.mark.parametrize("path", ["/registers/", "/registers/?kind=key&old=1", "/registers/homes/", "/field/visits/"])
def test_a_list_asks_the_same_number_of_questions_at_two_and_at_twenty_rows(page, cast, grid, home, path):
    crowd(cast, grid, 1, 2)
    page("community", path)
    with CaptureQueriesContext(connection) as few:
        page("community", path)
    crowd(cast, grid, 3, 18)
    with CaptureQueriesContext(connection) as many:
        page("community", path)
    assert len(many) == len(few)


def test_a_long_list_is_turned_by_its_last_key(page, cast, grid):
    rows = [Person(city=grid.city, area=grid, taken_in_at=now()) for _each in range(60)]
    Person.objects.bulk_create(rows)
    first = page("community", "/registers/").content.decode()
    following = rows[10].pk
    assert f"after={following}" in first
    second = page("community", f"/registers/?after={following}").content.decode()
    assert str(rows[9].key) in second
    assert str(rows[10].key) not in second
    assert page("community", "/registers/?after=x").status_code == 200


@pytest.fixture
def full(cast, grid):
    """Three thousand people and homes, one in fifty in the worker's grid, as PostgreSQL's planner sees a city."""
    others = list(Area.objects.filter(city=grid.city, level__base=True).exclude(pk=grid.pk))
    areas = [grid, *others * 17][:50]
    at = now()
    Home.objects.bulk_create(
        Home(city=grid.city, area=areas[n % 50], building="平房", door_key=str(n), taken_in_at=at) for n in range(3000)
    )
    Person.objects.bulk_create(
        Person(city=grid.city, area=areas[n % 50], name_key=f"n{n}", phone_key=f"p{n}", taken_in_at=at)
        for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze registers_person; analyze registers_home")


def plan_of(table: str, ask) -> str:
    """How PostgreSQL answers the question about this table that the selector really asks."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    [query] = [each["sql"] for each in asked if f'FROM "{table}"' in each["sql"] and "LIMIT" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"explain {query}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("table", "ask", "index"),
    [
        ("registers_person", lambda user: people_of(user), "people_of_area"),
        ("registers_person", lambda user: people_of(user, after=10**9), "people_of_area"),
        ("registers_home", lambda user: homes_of(user), "homes_of_area or one_home_per_building_and_door"),
        ("registers_person", lambda user: people_found(user, PHONE), "people_by_phone"),
        ("registers_person", lambda user: people_found(user, NAME), "people_by_name"),
    ],
    ids=["people", "next page", "homes", "by phone", "by name"],
)
def test_a_workers_list_goes_by_its_index(full, cast, table, ask, index):
    plan = plan_of(table, lambda: ask(cast.worker))
    assert any(name in plan for name in index.split(" or "))
    assert f"Seq Scan on {table}" not in plan


def test_the_menu_leads_to_the_registers_who_may_read_them(page):
    assert 'href="/registers/"' in page("community", "/registers/").content.decode()
    assert 'href="/registers/"' not in page("dispatcher", "/orders/").content.decode()

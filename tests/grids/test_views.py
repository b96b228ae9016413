"""The pages of the ground: who sees them, what they say, what their forms do, what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from grids.models import Area, Department, Level, Post
from grids.selectors import children_of
from grids.services import areas, posts
from tests.grids.conftest import MAY_DAY, STREET

pytestmark = pytest.mark.usefixtures("english")
STREET_PAGE, GRID_PAGE = f"/organisation/{STREET}/", f"/organisation/{STREET}001001/"
PAGES = [STREET_PAGE, GRID_PAGE, f"{STREET_PAGE}gaps/", "/departments/sanitation/", f"/duty/{STREET}/"]
CHANGES = [
    *[f"{GRID_PAGE}{change}/" for change in ("rename", "move", "merge", "appoint", "visits")],
    *[f"/departments/sanitation/{change}/" for change in ("rename", "place", "appoint")],
]


# --- who sees what ----------------------------------------------------------------------------------------------------
def test_whoever_works_in_one_city_comes_to_its_top_at_once(client, cast):
    client.force_login(cast.worker)
    assert client.get("/organisation/").url == STREET_PAGE


@pytest.mark.parametrize("url", PAGES)
def test_everybody_of_the_city_reads_its_organisation(cast, read, url):
    for person in (cast.worker, cast.officer, cast.organiser):
        assert read(person, url)


@pytest.mark.parametrize("url", [*PAGES, *CHANGES])
def test_for_somebody_from_elsewhere_there_is_no_such_page(cast, read, url):
    read(cast.outsider, url, status=404)
    assert "You hold no post yet" in read(cast.outsider, "/organisation/")


@pytest.mark.parametrize("url", ["/organisation/", "/duty/", *PAGES, *CHANGES])
def test_nobody_reads_them_without_signing_in(client, city, url):
    assert client.get(url).url.startswith("/login/")


@pytest.mark.parametrize("url", CHANGES)
def test_whoever_may_not_is_told_so_and_the_page_has_no_such_button(cast, read, url):
    assert "Your posts do not allow you" in read(cast.worker, url, status=403)
    page = url[: url[:-1].rindex("/") + 1]
    assert "Rename" not in read(cast.worker, page)


@pytest.mark.parametrize("url", ["/organisation/999/", f"{GRID_PAGE}fly/", "/departments/none/", "/posts/0/dismiss/"])
def test_what_is_not_there_is_not_found(cast, read, url):
    read(cast.organiser, url, status=404)


# --- what they say ----------------------------------------------------------------------------------------------------
def test_a_grids_page_names_everybody_upward_and_beside(cast, read):
    text = read(cast.dispatcher, GRID_PAGE)
    who = text[text.index("Who answers here") :]
    assert "秦立秋 网格长 党工委书记" in who
    assert "谢霜降 网格长 社区党委书记" in who
    assert "林小满 网格员" in who
    assert "for households 林小满" in who
    assert "12345" in who
    assert "leader's support 汪冬至" in text
    assert "甲里社区 01 网格党支部" in text


def test_a_grid_without_a_worker_says_what_is_missing(cast, read):
    text = read(cast.dispatcher, f"/organisation/{STREET}001002/")
    assert "Staff 一格一员 1 worker missing" in text
    assert "vacant" in text
    assert "No Party body has been attached to this area." in text
    report = read(cast.dispatcher, f"{STREET_PAGE}gaps/")
    assert report.count("1 worker missing") == 2


def test_phones_are_masked_except_for_whom_may_see_them(cast, read):
    User.objects.filter(username="worker").update(phone="13812345678")
    for person in (cast.supervisor, cast.officer, cast.worker2):
        text = read(person, GRID_PAGE)
        assert "138****78" in text
        assert "13812345678" not in text
    assert "13812345678" in read(cast.dispatcher, GRID_PAGE)


def test_the_history_of_names_and_parents_stands_on_the_page_of_an_area_that_has_ended_too(cast, read, place):
    areas.rename(place("001001"), to="甲里一格", on=MAY_DAY)
    areas.merge([place("001001")], into=place("001002"), on=MAY_DAY)
    text = read(cast.organiser, GRID_PAGE)
    assert "Its code is never used again." in text
    assert f"joined 甲里社区 02 网格 {STREET}001002" in text
    assert "until May 1, 2026" in text
    assert "Rename" not in text
    read(cast.organiser, f"{GRID_PAGE}rename/", status=404)


def test_long_lists_are_read_page_by_page_without_a_gap(place):
    first = children_of(place(""), most=1)
    second = children_of(place(""), after=first.following, most=1)
    assert [row.area.code[-3:] for row in (*first.rows, *second.rows)] == ["001", "002"]
    assert (first.total, second.following) == (2, "")
    assert [(count, child.workers) for child in first.rows for _level, count in child.counted] == [(2, 1)]


# --- the open page ----------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("4-39")
def test_a_grids_open_page_says_who_where_and_whom_to_complain_to(read, cast):
    User.objects.filter(username="worker").update(phone="13812345678")
    text = read(None, f"/grids/{STREET}001001/")
    for words in ("甲里社区 01 网格", "试点街道 › 甲里社区", "林小满 网格员", "13812345678", "12345"):
        assert words in text


def test_a_post_that_is_not_published_is_not_named_to_strangers(read, cast):
    User.objects.filter(username="worker").update(phone="13812345678")
    cast.worker.posts.update(published=False)
    text = read(None, f"/grids/{STREET}001001/")
    assert "林小满" not in text
    assert "13812345678" not in text
    assert "Nobody has been named for this grid yet." in text


@pytest.mark.parametrize("digits", ["", "001"])
def test_only_grids_have_an_open_page(read, city, digits):
    read(None, f"/grids/{STREET}{digits}/", status=404)


def test_a_grid_that_has_ended_has_no_open_page(read, place):
    areas.end_area(place("001001"), on=MAY_DAY)
    read(None, f"/grids/{STREET}001001/", status=404)


# --- what the forms do ------------------------------------------------------------------------------------------------
def test_an_organiser_renames_a_grid(cast, send, place):
    assert send(cast.organiser, f"{GRID_PAGE}rename/", to="甲里一格", on="2026-05-01")[0] == 302
    assert place("001001").name == "甲里一格"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"to": "", "on": "2026-05-01"}, "This field is required."),
        ({"to": "甲里一格", "on": "2099-01-01"}, "This day is still to come."),
        ({"to": "甲里一格", "on": "2025-12-31"}, "a change cannot lie before"),
        ({"to": "甲里一格", "on": "yesterday"}, "Enter a valid date."),
        ({"to": "甲" * 81, "on": "2026-05-01"}, "at most 80 characters"),
    ],
)
def test_bad_words_get_a_sentence_and_change_nothing(cast, send, place, said, sentence):
    before = place("001001").name
    status, text = send(cast.organiser, f"{GRID_PAGE}rename/", **said)
    assert status == 422
    assert sentence in text
    assert place("001001").name == before
    assert place("001001").spells.count() == 1


def test_an_organiser_moves_and_merges(cast, send, place):
    assert send(cast.organiser, f"{GRID_PAGE}move/", under=place("002").pk, on="2026-05-01")[0] == 302
    assert place("001001").parent == place("002")
    into = place("002001")
    assert send(cast.organiser, f"{GRID_PAGE}merge/", into=into.pk, on="2026-05-01")[0] == 302
    assert place("001001").valid_to == MAY_DAY
    assert cast.worker.posts.get(until=None).area == into


def test_a_grid_does_not_move_to_where_the_organiser_may_not_reorganise(cast, send, place, city):
    """An organiser of one community alone cannot push a grid into another one."""
    role = Post.objects.get(user=cast.organiser).role
    clerk = User.objects.create(username="clerk", name="小吏")
    posts.appoint(clerk, role=role, area=place("001"), since=MAY_DAY)
    status, _text = send(clerk, f"{GRID_PAGE}move/", under=place("002").pk, on="2026-05-01")
    assert status == 403
    assert place("001001").parent == place("001")


@pytest.mark.mechanism("1-33", "2-5")
def test_an_organiser_appoints_and_the_page_says_how_he_was_chosen_and_what_he_can(cast, send, read, newcomer, city):
    role = city.roles.get(code="grid_worker")
    said = {"role": role.pk, "since": "2026-05-01", "title": "兼职网格员", "employment": "part_time"}
    said |= {"source": "election", "skills": "消防，调解", "tags": "老党员", "promise": "每周入户一次"}
    assert send(cast.organiser, f"{GRID_PAGE}appoint/", user="白秋分", **said)[0] == 302
    post = newcomer.posts.get()
    assert (post.skills, post.tags, post.published) == (["消防", "调解"], ["老党员"], False)
    text = read(cast.worker, GRID_PAGE)
    assert "白秋分 兼职网格员 part-time · chosen by residents 消防 调解 老党员" in text
    assert "Promise: 每周入户一次" in text


def test_a_name_that_two_people_bear_needs_the_account(cast, send, newcomer, city):
    User.objects.create(username="baiqiu2", name="白秋分")
    said = {"user": "白秋分", "role": city.roles.get(code="grid_worker").pk, "since": "2026-05-01"}
    status, text = send(cast.organiser, f"{GRID_PAGE}appoint/", **said)
    assert status == 422
    assert "Several people are called 白秋分. Give the account name." in text


@pytest.mark.mechanism("2-41")
def test_an_organiser_hands_an_office_over_with_all_that_goes_with_it(cast, send, read, seat, newcomer):
    url = f"/posts/{seat('secretary').pk}/hand-over/"
    assert "Held because of it: 网格长" in read(cast.organiser, url)
    assert send(cast.organiser, url, to="baiqiu", on="2026-06-01")[0] == 302
    assert seat("secretary-head").user == newcomer


def test_an_organiser_dismisses_and_not_before_the_post_began(cast, send, seat):
    url = f"/posts/{seat('worker').pk}/dismiss/"
    status, text = send(cast.organiser, url, on="2025-06-01")
    assert status == 422
    assert "The post has been held since Jan. 1, 2026 only." in text
    assert send(cast.organiser, url, on="2026-06-01")[0] == 302
    assert not cast.worker.posts.filter(until=None).exists()
    assert send(cast.organiser, url, on="2026-06-01")[0] == 404


def test_whoever_may_not_appoint_dismisses_nobody(cast, send, seat):
    assert send(cast.dispatcher, f"/posts/{seat('worker').pk}/dismiss/", on="2026-06-01")[0] == 403
    assert seat("worker").user == cast.worker


@pytest.mark.mechanism("1-1")
def test_an_organiser_renames_a_department_and_puts_it_under_another_body(cast, send, sanitation, city, read):
    housing = city.departments.get(code="housing")
    assert send(cast.organiser, "/departments/sanitation/rename/", to="环境卫生中心", on="2026-05-01")[0] == 302
    assert send(cast.organiser, "/departments/sanitation/place/", parent=housing.pk, on="2026-06-01")[0] == 302
    history = [(spell.name, spell.parent) for spell in sanitation.spells.all()]
    assert history == [("环卫所", None), ("环境卫生中心", None), ("环境卫生中心", housing)]
    assert "under Housing office" in read(cast.worker, "/departments/sanitation/")


# --- what they cost ---------------------------------------------------------------------------------------------------
def questions(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.fixture
def grow(city, place, seat):
    """Two more of everything that the pages list."""

    def more() -> None:
        street, level = place(""), Level.objects.get(city=city, rank=2)
        for n in (3, 4):
            facts = {"name": f"丙里社区 {n}", "parent": street, "on": MAY_DAY}
            areas.add_area(city=city, level=level, code=f"{STREET}00{n}", **facts)
            person = User.objects.create(username=f"more{n}", name=f"多{n}")
            facts = {"since": MAY_DAY, "skills": ["消防"]}
            for role in ("grid_worker", "building_head", "posted_police", "expert_lawyer"):
                posts.appoint(person, role=city.roles.get(code=role), area=place("001001"), **facts)
            officer = city.roles.get(code="department_officer")
            posts.appoint(
                person, role=officer, department=Department.objects.get(city=city, code="sanitation"), **facts
            )
            Department.objects.create(
                city=city, code=f"more{n}", name=f"多{n}", area=street, valid_from=MAY_DAY,
                parent=Department.objects.get(city=city, code="housing"),
            )  # fmt: skip

    return more


@pytest.mark.parametrize("url", [*PAGES, "/departments/housing/", f"/grids/{STREET}001001/"])
def test_a_page_asks_no_more_questions_when_its_lists_grow(client, cast, grow, url):
    client.force_login(cast.organiser)
    questions(client, url)  # what a process remembers, it has seen now
    before = questions(client, url)
    grow()
    assert Area.objects.filter(parent__code=STREET).count() == 4
    assert questions(client, url) == before

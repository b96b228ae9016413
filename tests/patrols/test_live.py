"""Who sees where a patrol is: its walker, and while it runs the duty desk, each look written down. Nobody else, anything."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from patrols.models import LastSign, Patrol, TrackLook
from patrols.selectors.live import board_of, reason_held, walk_seen_by
from patrols.services import looks, walks
from tests.patrols.walking import address, as_, begin, fix, fixes, point_at, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
LIVE = "/patrols/live/"


@pytest.fixture
def patrol(cast, clock) -> Patrol:
    """A patrol that has run for ten minutes and told its last position just now."""
    begun = begin(cast.worker)
    clock.pass_(minutes=10, sweep=False)
    send(begun, fixes(begun.started_at, 61))
    return begun


@pytest.fixture
def see(client):
    """`see(person, address)`: a page as that person gets it, in English."""

    def get(person: User, where: str, **headers):
        client.force_login(person)
        return client.get(where, headers={"Accept-Language": "en", **headers})

    return get


def at(patrol: Patrol) -> str:
    return reverse("walk", args=[patrol.key])


# --- the live page -----------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-34")
def test_the_duty_desk_sees_who_is_out_and_where_without_a_script(cast, patrol, see):
    page = see(cast.dispatcher, LIVE).content.decode()
    sign = LastSign.objects.get()
    assert "林小满" in page
    assert f'data-lng="{sign.lng:.6f}"' in page
    assert "0 s ago" in page
    assert "since 10:42" in page


def test_a_point_is_on_the_live_page_as_soon_as_its_chunk_was_taken(cast, patrol, see, clock):
    before = see(cast.dispatcher, LIVE, **{"X-Live": "1"})
    clock.pass_(seconds=10, sweep=False)
    [told] = fixes(now(), 1, first=70)
    put = as_(cast.worker).put(address(patrol.key, "tracks", uuid4()), {"points": [told]}, format="json")
    assert put.status_code == 201
    after = see(cast.dispatcher, LIVE, **{"X-Live": "1", "If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert f'data-lng="{told[1]:.6f}"' in after.content.decode()


def test_as_long_as_nothing_is_heard_the_answer_is_that_nothing_has_changed(cast, patrol, see, clock):
    first = see(cast.dispatcher, LIVE, **{"X-Live": "1"})
    assert "<html" not in first.content.decode()
    clock.pass_(seconds=30, sweep=False)
    again = see(cast.dispatcher, LIVE, **{"X-Live": "1", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.pass_(minutes=10, sweep=False)
    silent = see(cast.dispatcher, LIVE, **{"X-Live": "1", "If-None-Match": first["ETag"]})
    assert silent.status_code == 200
    assert "1 silent for 10 minutes" in silent.content.decode()
    assert "no-cache" in first["Cache-Control"]
    assert "no-store" in see(cast.dispatcher, LIVE)["Cache-Control"]


def test_what_is_odd_stands_there_in_words(cast, patrol, see):
    send(patrol, [fix(now(), 61, mock=1, accuracy=400)])
    send(patrol, [fix(now(), 62, lng=117.1565)])
    page = see(cast.dispatcher, LIVE).content.decode()
    assert "faster than on foot" in page or "now in" in page
    sign = LastSign.objects.get()
    assert (sign.lng, sign.marks) == (117.1565, 0)
    assert "now in 乙里社区 01 网格" in page


def test_with_nobody_out_the_page_says_so(cast, see):
    assert "Nobody is on patrol now" in see(cast.dispatcher, LIVE).content.decode()


def test_an_ended_patrol_is_gone_from_the_page_with_its_position(cast, patrol, see):
    walks.end(patrol, by=cast.worker, ended_at=now())
    page = see(cast.dispatcher, LIVE).content.decode()
    assert "林小满" not in page
    assert not LastSign.objects.exists()


@pytest.mark.parametrize(
    "person", ["worker", "worker2", "secretary", "director", "officer", "supervisor", "leader", "organiser",
               "community", "head", "inspector", "outsider"],
)  # fmt: skip
def test_nobody_else_has_a_live_page_or_another_s_walk(cast, patrol, see, person):
    user = getattr(cast, person)
    assert see(user, LIVE).status_code == 404
    if person != "worker":
        assert see(user, at(patrol)).status_code == 404
        with pytest.raises(NotFound):
            board_of(user)


def test_the_live_page_costs_as_many_statements_for_one_patrol_as_for_four_and_reads_no_partition(cast, patrol, see):
    see(cast.dispatcher, LIVE)
    with CaptureQueriesContext(connection) as one:
        see(cast.dispatcher, LIVE)
    for person in (cast.worker2, cast.community, cast.secretary):
        send(begin(person), fixes(now(), 3))
    see(cast.dispatcher, LIVE)
    with CaptureQueriesContext(connection) as four:
        see(cast.dispatcher, LIVE)
    assert len(one) == len(four)
    assert not [query["sql"] for query in four if "trackpoint" in query["sql"]]


# --- each look is written down -----------------------------------------------------------------------------------------
def test_a_page_that_stays_open_is_one_look_and_after_a_pause_another(cast, patrol, see, clock):
    for _ in range(4):
        see(cast.dispatcher, LIVE)
        clock.pass_(minutes=2, sweep=False)
    look = TrackLook.objects.get()
    assert (look.by, look.patrol, look.whole, look.until - look.since) == (
        cast.dispatcher, patrol, False, dt.timedelta(minutes=6),
    )  # fmt: skip
    clock.pass_(minutes=6, sweep=False)
    see(cast.dispatcher, LIVE)
    assert TrackLook.objects.count() == 2


def test_a_look_is_written_also_where_nothing_has_changed(cast, patrol, see, clock):
    first = see(cast.dispatcher, LIVE, **{"X-Live": "1"})
    TrackLook.objects.all().delete()
    assert see(cast.dispatcher, LIVE, **{"X-Live": "1", "If-None-Match": first["ETag"]}).status_code == 304
    assert TrackLook.objects.count() == 1


def test_the_worker_reads_who_looked_when_and_why(cast, patrol, see, clock):
    see(cast.dispatcher, LIVE)
    looks.look(patrol, by=cast.duty_chief, why="来电说附近有人摔倒")
    page = see(cast.worker, at(patrol)).content.decode()
    for words in ("罗立春", "夏白露", "来电说附近有人摔倒", "safety and dispatch"):
        assert words in page
    assert "2 looks" in see(cast.worker, "/patrols/walks/").content.decode()
    assert "罗立春" not in see(cast.worker2, "/patrols/walks/").content.decode()


# --- the whole way -----------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-34")
def test_the_way_is_shown_to_the_desk_only_after_it_said_why(cast, patrol, see, client):
    asked = see(cast.dispatcher, at(patrol)).content.decode()
    assert "w-line" not in asked
    assert "Why do you look" in asked
    assert client.post(f"{at(patrol)}look/", {"why": "派单就近处置"}).status_code == 302
    shown = see(cast.dispatcher, at(patrol)).content.decode()
    assert "w-line" in shown
    assert "派单就近处置" in shown
    assert "Who looked" not in shown
    assert TrackLook.objects.get().whole


@pytest.mark.parametrize("why", ["", "   ", "长" * 101])
def test_without_a_reason_in_words_nothing_is_shown_and_no_look_is_written(cast, patrol, client, why):
    client.force_login(cast.dispatcher)
    answer = client.post(f"{at(patrol)}look/", {"why": why}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "w-line" not in answer.content.decode()
    assert not TrackLook.objects.exists()
    with pytest.raises(ValidationError):
        looks.look(patrol, by=cast.dispatcher, why=why)


def test_a_reason_holds_for_half_an_hour_for_one_patrol_and_one_person(cast, patrol, clock):
    looks.look(patrol, by=cast.dispatcher, why="安全")
    assert reason_held(patrol, cast.dispatcher)
    assert reason_held(patrol, cast.duty_chief) is None
    clock.pass_(minutes=31, sweep=False)
    assert reason_held(patrol, cast.dispatcher) is None


def test_a_patrol_that_has_ended_is_its_walker_s_alone_whatever_reason_was_given(cast, patrol, see):
    looks.look(patrol, by=cast.dispatcher, why="安全")
    walks.end(patrol, by=cast.worker, ended_at=now())
    assert see(cast.dispatcher, at(patrol)).status_code == 404
    own = see(cast.worker, at(patrol)).content.decode()
    assert "w-line" in own
    assert "100 %" in own
    with pytest.raises(NotFound):
        walk_seen_by(cast.dispatcher, patrol.key)


def test_nobody_gives_a_reason_for_his_own_walk(cast, patrol, client):
    client.force_login(cast.worker)
    assert client.post(f"{at(patrol)}look/", {"why": "看看"}).status_code == 404


def test_where_something_is_unknown_the_line_is_open(cast, patrol, see, clock):
    clock.pass_(minutes=5, sweep=False)
    send(patrol, fixes(now() - dt.timedelta(minutes=1), 6, first=70))
    page = see(cast.worker, at(patrol)).content.decode()
    assert len(re.findall(r'class="w-line"', page)) == 2


def test_a_point_reached_stands_on_the_walker_s_page_and_no_odd_word(cast, patrol, see):
    point = point_at(5, name="东门岗亭")
    as_(cast.worker).put(
        address(patrol.key, "check-ins", uuid4()),
        {
            "point": str(point.key),
            "at": now().isoformat(),
            "position": {"lng": point.lng, "lat": point.lat, "accuracy": 5},
        },
        format="json",
    )
    page = see(cast.worker, at(patrol)).content.decode()
    assert "东门岗亭" in page
    assert "by position" in page


@pytest.mark.parametrize("where", ["/patrols/walks/", "own", LIVE])
def test_no_page_of_walks_holds_a_word_that_the_notice_forbids(cast, patrol, client, where):
    client.force_login(cast.dispatcher if where == LIVE else cast.worker)
    page = client.get(at(patrol) if where == "own" else where).content.decode()
    assert not re.search("打卡|签到|积分|排名|在线时长", page)


def test_what_the_api_tells_the_walker_is_his_own(cast, patrol):
    told = as_(cast.worker).get(address(patrol.key))
    assert (told.status_code, told.data["area"], told.data["ended_at"]) == (200, "120106990001001", None)
    assert as_(cast.dispatcher).get(address(patrol.key)).status_code == 404

"""Chunks of a track come in once each, whatever the net does; what is odd is marked and kept, what is none is refused."""

import base64
import datetime as dt
import hashlib
import math
import random
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.moment import now
from casework.refusals import NotFound
from grids.models import Area
from patrols.models import CheckIn, LastSign, Patrol, PatrolPoint, Stop, TrackChunk, TrackGap
from patrols.positions import MOST_POINTS, Odd, read_gaps, read_points
from patrols.selectors.walks import rule_of
from patrols.services import walks
from tests.casework.threads import at_once
from tests.patrols.walking import (
    GRID,
    address,
    as_,
    begin,
    fix,
    fixes,
    ms,
    point_at,
    points_kept,
    round_with,
    send,
)
from workorders.services.receiving import OtherContent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
COMMITS = pytest.mark.django_db(transaction=True)


def marks_of(patrol: Patrol) -> list[int]:
    return [row[-1] for row in points_kept(patrol)]


# --- coming in ---------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("2-33", "2-34")
def test_a_chunk_s_points_are_kept_each_in_its_area_with_the_last_one_as_the_sign_of_life(cast, clock, city):
    patrol = begin(cast.worker)
    clock.pass_(minutes=10, sweep=False)
    send(patrol, fixes(patrol.started_at, 50))
    kept = points_kept(patrol)
    grid = Area.objects.get(code=GRID, city=city)
    assert (len(kept), {row[6] for row in kept}, {row[-1] for row in kept}) == (50, {grid.pk}, {0})
    assert kept[0][1] == patrol.started_at
    sign = LastSign.objects.get()
    assert (sign.at, sign.heard_at, sign.area) == (kept[-1][1], now(), grid)
    assert (sign.lng, sign.lat) == (kept[-1][2], kept[-1][3])


def test_a_point_outside_the_city_has_no_area_and_is_kept(cast):
    patrol = begin(cast.worker)
    send(patrol, [fix(now(), lng=110.0)])
    assert [row[6] for row in points_kept(patrol)] == [None]


def test_the_same_chunk_again_is_one_and_other_points_under_its_key_are_refused(cast):
    patrol, key = begin(cast.worker), uuid4()
    told = fixes(now(), 3)
    assert [send(patrol, told, key=key).new for _ in range(3)] == [True, False, False]
    with pytest.raises(OtherContent):
        send(patrol, fixes(now(), 4), key=key)
    with pytest.raises(OtherContent):
        send(patrol, told, [(ms(now()), ms(now()) + 5)], key=key)
    assert (len(points_kept()), TrackChunk.objects.get().points, TrackGap.objects.count()) == (3, 3, 0)


def test_a_number_written_in_another_way_is_the_same_number(cast):
    patrol, key = begin(cast.worker), uuid4()
    moment = ms(now())
    send(patrol, [[moment, 117.151, 39.164, 8, None, 0]], key=key)
    assert not send(patrol, [[float(moment), 117.151, 39.164, 8.0, None, 0]], key=key).new


def test_a_chunk_of_another_person_s_patrol_finds_nothing(cast):
    patrol = begin(cast.worker)
    with pytest.raises(NotFound):
        send(patrol, fixes(now(), 3), by=cast.worker2)
    told = {"points": fixes(now(), 3)}
    assert as_(cast.worker2).put(address(patrol.key, "tracks", uuid4()), told, format="json").status_code == 404
    assert as_(cast.dispatcher).put(address(patrol.key, "tracks", uuid4()), told, format="json").status_code == 404
    assert points_kept() == []


def test_a_key_of_another_patrol_s_chunk_is_refused(cast):
    key = uuid4()
    send(begin(cast.worker), fixes(now(), 3), key=key)
    with pytest.raises(OtherContent):
        send(begin(cast.worker2), fixes(now(), 3), key=key)


def test_a_chunk_costs_few_statements_however_many_points_it_has(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(hours=2, sweep=False)
    send(patrol, fixes(patrol.started_at, 1))
    with CaptureQueriesContext(connection) as few:
        send(patrol, fixes(patrol.started_at + dt.timedelta(minutes=1), 2))
    with CaptureQueriesContext(connection) as many:
        send(patrol, fixes(patrol.started_at + dt.timedelta(minutes=5), MOST_POINTS))
    assert len(few) == len(many) <= 10  # with its savepoint


def test_an_older_chunk_that_comes_late_takes_nobody_back(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=20, sweep=False)
    send(patrol, fixes(now(), 1, first=40))
    send(patrol, fixes(patrol.started_at, 10))
    sign = LastSign.objects.get()
    assert (sign.at, len(points_kept(patrol))) == (now(), 11)


def test_a_gap_is_kept_as_a_gap(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=20, sweep=False)
    first, last = patrol.started_at, patrol.started_at + dt.timedelta(minutes=6)
    send(patrol, [], [(ms(first), ms(last))])
    gap = TrackGap.objects.get()
    assert (gap.since, gap.until, gap.told) == (first, last, True)


# --- what is odd -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("odd", "mark"),
    [
        ({"mock": 1}, Odd.MOCK), ({"accuracy": 51}, Odd.VAGUE), ({"speed": 7.5}, Odd.FAST), ({"speed": 6.5}, 0),
        ({"accuracy": 50}, 0), ({"mock": 1, "accuracy": 99, "speed": 40}, Odd.MOCK | Odd.VAGUE | Odd.FAST),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_point_is_marked_and_the_point_is_kept(cast, odd, mark):
    patrol = begin(cast.worker)
    send(patrol, [fix(now(), **odd)])
    assert marks_of(patrol) == [int(mark)]


def test_a_leap_nobody_walks_is_marked_at_its_end(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=5, sweep=False)
    told = fixes(patrol.started_at, 4)
    told[2][1] += 0.01
    send(patrol, told)
    assert marks_of(patrol) == [0, 0, Odd.FAST, Odd.FAST]


def test_a_clock_that_is_ahead_is_marked_at_each_point_and_nothing_is_dropped(cast):
    two_hours = now() + dt.timedelta(hours=2)
    patrol = begin(cast.worker, started_at=two_hours)
    send(patrol, fixes(two_hours, 3))
    assert marks_of(patrol) == [Odd.SKEWED] * 3
    ended = walks.end(patrol, by=cast.worker, ended_at=two_hours + dt.timedelta(minutes=1))
    assert (ended.valid, "skewed" in ended.marks) == (False, True)


def test_a_clock_that_says_a_wrong_time_is_marked_though_its_points_look_past(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=5, sweep=False)
    send(patrol, fixes(patrol.started_at, 2), ahead=dt.timedelta(minutes=-30))
    send(patrol, fixes(patrol.started_at + dt.timedelta(minutes=1), 2), ahead=dt.timedelta(seconds=119))
    assert marks_of(patrol) == [Odd.SKEWED, Odd.SKEWED, 0, 0]


# --- what is none ------------------------------------------------------------------------------------------------------
NOW = 1_791_513_720_000


@pytest.mark.parametrize(
    "row",
    [
        [NOW, 181, 39, 8, None, 0], [NOW, 117, -90.1, 8, None, 0], [NOW, math.nan, 39, 8, None, 0],
        [NOW, 117, math.inf, 8, None, 0], [NOW, 117, 39, -1, None, 0], [NOW, 117, 39, math.nan, None, 0],
        [NOW, 117, 39, 8, -1, 0], [NOW, 117, 39, 8, math.inf, 0], [NOW, 117, 39, 8, None, 2],
        [NOW, 117, 39, 8, None, None], [NOW, "117", 39, 8, None, 0], [NOW, 117, 39, 8, None], [NOW, True, 39, 8, None, 0],
        [0, 117, 39, 8, None, 0], [10**30, 117, 39, 8, None, 0], [None, 117, 39, 8, None, 0], "point", {}, None, [],
        [NOW, 117, 39, None, None, 0], [NOW, 117, 39, 1e6, None, 0], [NOW, [117], 39, 8, None, 0], [math.nan] * 6,
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_point_is_refused_with_its_place_and_nothing_is_kept(cast, row):
    good = [NOW, 117, 39, 8, None, 0]
    with pytest.raises(ValidationError) as refused:
        read_points([good, row, good])
    assert refused.value.message_dict["points"] == [
        "Point 2 is none: six numbers are asked for, of which only the speed may be missing."
    ]


@pytest.mark.parametrize("gap", [[2, 1], [NOW, NOW - 1], [NOW], [NOW, None], "x", [NOW, "1"], [NOW, math.inf], None])
def test_what_is_no_gap_is_refused(gap):
    with pytest.raises(ValidationError):
        read_gaps([gap])


@pytest.mark.parametrize("told", [None, {}, "points", 5])
def test_what_is_no_list_is_refused(told):
    with pytest.raises(ValidationError):
        read_points(told)


def test_more_points_than_a_chunk_holds_are_refused():
    with pytest.raises(ValidationError, match="At most 500"):
        read_points([[NOW, 117, 39, 8, None, 0]] * (MOST_POINTS + 1))
    assert len(read_points([[NOW, 117, 39, 8, None, 0]] * MOST_POINTS)) == MOST_POINTS


@pytest.mark.parametrize(
    ("shift", "words"),
    [({"minutes": -3}, "before the patrol began"), ({"days": 2}, "more than a day ahead")],
)
def test_points_outside_of_the_patrol_are_refused_in_a_sentence(cast, shift, words):
    patrol = begin(cast.worker)
    with pytest.raises(ValidationError, match=words):
        send(patrol, fixes(now() + dt.timedelta(**shift), 2))
    assert (points_kept(), TrackChunk.objects.count()) == ([], 0)


def test_points_after_the_end_are_refused_and_those_before_it_weigh_in(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=70, sweep=False)
    walks.end(patrol, by=cast.worker, ended_at=patrol.started_at + dt.timedelta(minutes=60))
    with pytest.raises(ValidationError, match="after the patrol had ended"):
        send(patrol, fixes(patrol.started_at + dt.timedelta(minutes=63), 2))
    send(patrol, fixes(patrol.started_at, 361))
    patrol.refresh_from_db()
    assert (patrol.minutes, patrol.valid, patrol.inside_percent) == (60, True, 100)
    assert patrol.metres > 3000


def test_an_empty_chunk_is_refused(cast):
    with pytest.raises(ValidationError, match="neither points nor gaps"):
        send(begin(cast.worker), [])


def test_points_of_a_patrol_that_may_be_kept_no_more_are_refused(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(days=91, sweep=False)
    with pytest.raises(ValidationError, match="nothing more of it may be kept"):
        send(patrol, fixes(patrol.started_at, 2))


# --- at once, and in any order -----------------------------------------------------------------------------------------
@COMMITS
def test_of_eight_same_chunks_at_once_one_is_new(cast, clock):
    patrol, key, told = begin(cast.worker), uuid4(), fixes(now(), 20)
    answers = at_once(*[lambda: send(patrol, told, key=key)] * 8)
    assert sorted(one.new for one in answers) == [False] * 7 + [True]
    assert (len(points_kept(patrol)), TrackChunk.objects.count()) == (20, 1)


@COMMITS
def test_chunks_and_the_end_at_once_leave_every_point_weighed(cast, clock):
    patrol = begin(cast.worker)
    clock.pass_(minutes=30, sweep=False)
    chunks = [fixes(patrol.started_at + dt.timedelta(seconds=200 * n), 20, first=20 * n) for n in range(7)]
    at = patrol.started_at + dt.timedelta(seconds=1400)
    at_once(
        lambda: walks.end(patrol, by=cast.worker, ended_at=at),
        *[lambda told=told: send(patrol, told) for told in chunks],
    )
    patrol.refresh_from_db()
    assert (len(points_kept(patrol)), patrol.inside_percent, patrol.valid) == (140, 100, True)
    assert patrol.metres > 1000


KEYS = [UUID(int=place) for place in range(1, 12)]


def story(worker, spot: PatrolPoint, off: PatrolPoint):
    """What one phone sends of one patrol: address below the patrol's, and body."""
    began = now() - dt.timedelta(hours=2)
    chunks = [fixes(began + dt.timedelta(seconds=500 * n), 50, first=50 * n) for n in range(4)]
    ended = began + dt.timedelta(seconds=2000)
    _ms, lng, lat, *_rest = fix(began, 6)
    near = {"lng": lng, "lat": lat, "accuracy": 9}
    return [
        ([], {"started_at": began.isoformat()}),
        *[(["tracks", KEYS[1 + n]], {"points": told}) for n, told in enumerate(chunks)],
        (["tracks", KEYS[5]], {"points": [], "gaps": [[ms(began) + 7_000, ms(began) + 9_000]]}),
        (["check-ins", KEYS[6]], {"point": str(spot.key), "at": ms(began) + 60_000, "position": near}),
        (["check-ins", KEYS[7]], {"point": str(off.key), "at": ms(began) + 61_000, "position": near, "reason": "围墙"}),
        (["check-ins", KEYS[7], "photo"], None),
        (["end"], {"ended_at": ms(ended)}),
    ]


def left_behind() -> dict:
    """All that is there in the end."""
    [patrol] = Patrol.objects.values("started_at", "ended_at", "ending", "minutes", "metres", "inside_percent",
                                     "ground_percent", "longest_gap_seconds", "valid", "marks", "points_planned",
                                     "points_seen")  # fmt: skip
    return {
        "patrol": patrol, "points": [row[1:] for row in points_kept()],
        "chunks": list(TrackChunk.objects.order_by("key").values_list("key", "digest", "points")),
        "gaps": sorted(TrackGap.objects.values_list("since", "until", "told")),
        "check-ins": [(one.key, one.at, sorted(one.marks), one.how, one.photo_sha256, bool(one.photo))
                      for one in CheckIn.objects.order_by("key")],
        "stops": list(Stop.objects.order_by("place").values_list("state", "state_at")),
        "seen": list(PatrolPoint.objects.order_by("pk").values_list("seen_at", flat=True)),
        "running": LastSign.objects.count(),
    }  # fmt: skip


@pytest.mark.mechanism("0-15")
@settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_interleaving_of_repeated_puts_leaves_each_once_and_the_same(cast, picture, data):
    """A phone without a receipt sends again; what finds its patrol or check-in not there yet is sent later, as it was."""
    with transaction.atomic():
        points = [point_at(6), point_at(8, north=0.002)]
        round_with(cast.worker, *points, day=(now() - dt.timedelta(hours=2)).date())
        told = story(cast.worker, *points)
        places = range(len(told))
        order = data.draw(st.lists(st.sampled_from(places), max_size=24))
        statuses: dict[int, list[int]] = {place: [] for place in places}
        for place in [*order, *places, *random.Random(len(order)).sample(list(places), len(told))]:
            statuses[place].append(put(cast.worker, *told[place], picture))
        result = left_behind()
        transaction.set_rollback(True)
    assert result["patrol"]["valid"] is True
    assert (result["patrol"]["points_seen"], result["running"], len(result["points"])) == (2, 0, 200)
    for place, got in statuses.items():
        taken = [status for status in got if status != 404]
        assert taken == [201] + [200] * (len(taken) - 1), (place, got)
    EXPECTED.append(repr(result))
    assert EXPECTED[0] == EXPECTED[-1]


EXPECTED: list[str] = []


def put(worker, rest, body, picture) -> int:
    where = address(KEYS[0], *rest)
    if body is not None:
        return as_(worker).put(where, body, format="json").status_code
    return as_(worker).generic("PUT", where, picture, "image/jpeg", headers=proof(picture)).status_code


def proof(sent: bytes) -> dict[str, str]:
    return {"Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(sent).digest()).decode()}:"}


def test_the_rules_of_the_city_are_read_of_the_day_on_which_the_patrol_began(cast, city):
    assert rule_of(city, now()).keep_days == 90

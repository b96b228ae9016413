"""确认到点: by position, or by photo and reason and marked so; late, twice or in a wrong order, it is what happened."""

import datetime as dt
import io
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from casework.moment import now
from casework.refusals import NotFound
from grids.models import City
from patrols.models import CheckIn, Checklist, ChecklistItem, LastSign, Round, Stop
from patrols.services import walks
from patrols.services.checking_in import Position, check_in, take_check_in, take_photo
from tests.casework.threads import at_once
from tests.conftest import jpeg
from tests.patrols.walking import address, as_, begin, ms, point_at, round_with
from workorders.services.receiving import NotWhole, OtherContent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "english")]
COMMITS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def point(city):
    return point_at(3)


@pytest.fixture
def patrol(cast, point):
    round_with(cast.worker, point)
    return begin(cast.worker)


def at(point, *, north: float = 0.0, accuracy: float = 8, mock: bool = False) -> Position:
    return Position(point.lng, point.lat + north, accuracy, mock)


def reach(patrol, point, **said) -> CheckIn:
    said = {"by": patrol.worker, "key": uuid4(), "at": now(), **said}
    return check_in(patrol, point=point, **said)


def bytes_of(check_in: CheckIn) -> bytes:
    with check_in.photo.open("rb") as kept:
        return kept.read()


FAR = 0.001  # 111 metres
PROVEN = {"reason": "楼顶被遮挡", "picture": jpeg()}


# --- by position -------------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("0-15", "0-14")
def test_within_the_circle_a_point_is_reached_by_position_and_counts_at_once(patrol, point):
    done = reach(patrol, point, position=at(point, north=0.0004))
    assert (done.how, done.marks, round(done.away_metres)) == ("position", [], 45)
    stop = Stop.objects.get()
    assert (stop.state, stop.state_at) == (Stop.State.SEEN, now())
    point.refresh_from_db()
    assert point.seen_at == now()
    assert LastSign.objects.get().heard_at == now()


@pytest.mark.parametrize(
    ("position", "marks"),
    [
        ({"north": FAR}, ["far"]), ({"accuracy": 51}, ["vague"]), ({"mock": True}, ["mock"]), (None, ["no_position"]),
        ({"north": FAR, "accuracy": 80, "mock": True}, ["far", "vague", "mock"]),
    ],
)  # fmt: skip
@pytest.mark.mechanism("0-15")
def test_what_the_position_does_not_prove_needs_a_photo_and_a_reason_and_is_marked(patrol, point, position, marks):
    where = at(point, **position) if position is not None else None
    with pytest.raises(ValidationError) as refused:
        reach(patrol, point, position=where)
    assert set(refused.value.message_dict) == {"reason"}
    with pytest.raises(ValidationError) as refused:
        reach(patrol, point, position=where, reason="楼顶被遮挡")
    assert set(refused.value.message_dict) == {"picture"}
    assert not CheckIn.objects.exists()
    done = reach(patrol, point, position=where, **PROVEN)
    assert (done.how, done.marks, done.reason) == ("photo", marks, "楼顶被遮挡")
    assert Stop.objects.get().state == Stop.State.SEEN


def test_a_point_s_own_circle_goes_before_the_rulebook_s(patrol, point):
    point.radius_metres = 150
    point.save()
    assert reach(patrol, point, position=at(point, north=FAR)).marks == []


def test_a_point_beside_the_round_counts_for_the_point(cast, patrol):
    other = point_at(9)
    reach(patrol, other, position=at(other))
    other.refresh_from_db()
    assert other.seen_at == now()
    assert Stop.objects.get().state == Stop.State.AHEAD


def test_a_point_on_ground_that_is_not_his_is_not_there(patrol):
    far_off = point_at(3, code="120106990002001")
    with pytest.raises(NotFound):
        reach(patrol, far_off, position=at(far_off))


# --- when --------------------------------------------------------------------------------------------------------------
def test_what_was_reached_without_a_signal_counts_from_when_it_was(patrol, point, clock):
    then = now() + dt.timedelta(minutes=10)
    clock.pass_(hours=3, sweep=False)
    done = reach(patrol, point, at=then, position=at(point))
    assert (done.at, done.received_at, done.marks) == (then, now(), [])
    point.refresh_from_db()
    assert point.seen_at == then


def test_what_comes_late_takes_the_point_not_back_but_the_stop_to_when_it_was_first_seen(patrol, point, clock):
    clock.pass_(hours=1, sweep=False)
    reach(patrol, point, position=at(point))
    earlier = now() - dt.timedelta(minutes=40)
    reach(patrol, point, at=earlier, position=at(point))
    point.refresh_from_db()
    assert (point.seen_at, Stop.objects.get().state_at) == (now(), earlier)


def test_nothing_was_in_the_future_and_the_wrong_clock_is_marked(patrol, point):
    done = reach(patrol, point, at=now() + dt.timedelta(hours=2), position=at(point))
    assert (done.at, done.marks, done.how) == (now(), ["skewed"], "position")
    little = reach(patrol, point, at=now() + dt.timedelta(seconds=100), position=at(point))
    assert little.marks == []


def test_a_phone_that_says_a_wrong_time_is_marked(patrol, point):
    done = take_check_in(
        patrol, by=patrol.worker, key=uuid4(), point=point, at=now(), position=at(point), ahead=dt.timedelta(minutes=-9)
    ).check_in
    assert done.marks == ["skewed"]


@pytest.mark.parametrize("late_first", [False, True])
def test_two_points_sooner_than_anybody_walks_are_marked_at_the_later_one_in_either_order(
    cast, patrol, point, late_first
):
    other = point_at(17)
    told = [(point, now()), (other, now() + dt.timedelta(seconds=5))]
    for where, moment in reversed(told) if late_first else told:
        reach(patrol, where, at=moment, position=at(where))
    assert [one.marks for one in CheckIn.objects.order_by("at")] == [[], ["swift"]]


def test_after_the_end_no_point_is_reached_but_one_from_before_weighs_in(cast, patrol, point, clock):
    clock.pass_(hours=1, sweep=False)
    ended = walks.end(patrol, by=cast.worker, ended_at=now())
    assert (ended.points_planned, ended.points_seen) == (1, 0)
    clock.pass_(minutes=30, sweep=False)
    with pytest.raises(ValidationError, match="had ended by then"):
        reach(patrol, point, position=at(point))
    reach(patrol, point, at=now() - dt.timedelta(minutes=50), position=at(point))
    patrol.refresh_from_db()
    assert (patrol.points_planned, patrol.points_seen) == (1, 1)


def test_a_point_passed_over_and_then_seen_is_seen(patrol, point):
    Stop.objects.update(state=Stop.State.SKIPPED, state_at=now(), reason="门锁着")
    reach(patrol, point, position=at(point))
    stop = Stop.objects.get()
    assert (stop.state, stop.reason) == (Stop.State.SEEN, "")


# --- twice, and by others ----------------------------------------------------------------------------------------------
def test_the_same_again_is_the_same_and_anything_else_under_its_key_is_refused(patrol, point):
    said = {"key": uuid4(), "at": now(), "position": at(point), "note": "正常"}
    first = reach(patrol, point, **said)
    assert reach(patrol, point, **said) == first
    for change in ({"note": "有积水"}, {"position": at(point, accuracy=9)}, {"at": now() + dt.timedelta(seconds=1)}):
        with pytest.raises(OtherContent):
            reach(patrol, point, **{**said, **change})
    assert CheckIn.objects.get().note == "正常"


def test_another_person_s_patrol_is_not_there(cast, patrol, point):
    with pytest.raises(NotFound):
        reach(patrol, point, by=cast.worker2, position=at(point))


@COMMITS
def test_of_eight_at_once_one_is_new(cast, city):
    point = point_at(3)
    round_with(cast.worker, point)
    patrol, key, moment = begin(cast.worker), uuid4(), now()
    answers = at_once(
        *[lambda: take_check_in(patrol, by=cast.worker, key=key, point=point, at=moment, position=at(point))] * 8
    )
    assert sorted(one.new for one in answers) == [False] * 7 + [True]
    assert CheckIn.objects.count() == 1


# --- the photo that comes by itself ------------------------------------------------------------------------------------
def pending(patrol, point) -> CheckIn:
    return take_check_in(
        patrol, by=patrol.worker, key=uuid4(), point=point, at=now(), reason="没有定位", photo_follows=True
    ).check_in


def test_without_its_photo_it_stands_marked_and_the_point_is_still_ahead_until_the_photo_comes(patrol, point):
    waiting = pending(patrol, point)
    assert waiting.marks == ["no_position", "no_photo"]
    point.refresh_from_db()
    assert (Stop.objects.get().state, point.seen_at) == (Stop.State.AHEAD, None)
    taken = take_photo(patrol, by=patrol.worker, key=waiting.key, sent=jpeg())
    assert (taken.new, taken.check_in.marks) == (True, ["no_position"])
    point.refresh_from_db()
    assert (Stop.objects.get().state, point.seen_at) == (Stop.State.SEEN, waiting.at)


def test_the_photo_is_kept_once_encoded_anew_and_never_overwritten(patrol, point):
    waiting, sent = pending(patrol, point), jpeg("red")
    take_photo(patrol, by=patrol.worker, key=waiting.key, sent=sent)
    assert not take_photo(patrol, by=patrol.worker, key=waiting.key, sent=sent).new
    with pytest.raises(OtherContent):
        take_photo(patrol, by=patrol.worker, key=waiting.key, sent=jpeg("blue"))
    kept = CheckIn.objects.get()
    assert (len(kept.photo_sha256), bytes_of(kept) != sent) == (64, True)


def test_what_the_camera_wrote_of_the_place_is_not_kept(patrol, point):
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "GeheimeKamera"
    Image.new("RGB", (40, 30), "olive").save(out, "JPEG", exif=exif)
    done = reach(patrol, point, reason="没有定位", picture=out.getvalue())
    assert b"GeheimeKamera" in out.getvalue()
    assert b"GeheimeKamera" not in bytes_of(done)


@pytest.mark.parametrize("sent", [b"", b"GIF89a nothing", b"\xff\xd8\xff\xe0 cut"])
def test_what_is_no_picture_is_refused_and_the_check_in_waits_on(patrol, point, sent):
    waiting = pending(patrol, point)
    with pytest.raises(ValidationError, match="cannot be read as a picture"):
        take_photo(patrol, by=patrol.worker, key=waiting.key, sent=sent)
    assert CheckIn.objects.get().marks == ["no_position", "no_photo"]


def test_a_photo_that_did_not_arrive_whole_or_without_its_check_in_is_told_so(patrol, point):
    waiting = pending(patrol, point)
    with pytest.raises(NotWhole):
        take_photo(patrol, by=patrol.worker, key=waiting.key, sent=jpeg()[:-5], digest="0" * 64)
    with pytest.raises(NotFound):
        take_photo(patrol, by=patrol.worker, key=uuid4(), sent=jpeg())


def test_the_photo_is_for_who_took_it_and_who_plans_that_ground_and_for_nobody_else(cast, patrol, point, client):
    done = reach(patrol, point, **PROVEN)
    where = f"/patrols/check-ins/{done.key}/photo/"
    for person in (cast.worker, cast.community, cast.director):
        client.force_login(person)
        answer = client.get(where)
        assert (answer.status_code, answer.headers["Content-Disposition"][:10]) == (200, "attachment"), person
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    for person in (cast.worker2, cast.dispatcher, cast.officer, cast.leader, cast.outsider):
        client.force_login(person)
        assert client.get(where).status_code == 404, person


# --- what was found ----------------------------------------------------------------------------------------------------
def with_list(point, city: City):
    point.checklist = Checklist.objects.create(
        city=city, department=city.departments.first(), name="充电棚", made_at=now()
    )
    for place, words in enumerate(("飞线", "灭火器"), 1):
        ChecklistItem.objects.create(checklist=point.checklist, place=place, text=words, item="030105")
    point.save()
    return point


@pytest.mark.mechanism("2-31")
def test_what_was_found_is_kept_line_by_line_of_the_checklist(patrol, point, city):
    done = reach(patrol, with_list(point, city), position=at(point), found={"1": "wrong", "2": "fine"}, note="飞线两处")
    assert (done.found, done.note) == ({"1": "wrong", "2": "fine"}, "飞线两处")


@pytest.mark.parametrize("found", [{"3": "fine"}, {"1": "maybe"}, {"": "fine"}])
def test_what_is_no_line_or_no_finding_is_refused(patrol, point, city, found):
    with pytest.raises(ValidationError) as refused:
        reach(patrol, with_list(point, city), position=at(point), found=found)
    assert set(refused.value.message_dict) == {"found"}


@pytest.mark.parametrize("said", [{"reason": "长" * 201}, {"note": "长" * 301}, {"note": "\0"}])
def test_words_that_are_too_long_or_broken_are_refused(patrol, point, said):
    with pytest.raises(ValidationError):
        reach(patrol, point, position=at(point), **said)


@pytest.mark.parametrize(
    "place",
    [(200, 39, 5), (117, 91, 5), (float("nan"), 39, 5), (117, float("inf"), 5), (117, 39, -1), (117, 39, float("nan"))],
)
def test_what_is_no_position_is_refused(place):
    with pytest.raises(ValidationError):
        Position(*place)


# --- through the API ---------------------------------------------------------------------------------------------------
def test_the_api_takes_a_check_in_with_its_receipt(patrol, point):
    where, phone = address(patrol.key, "check-ins", uuid4()), as_(patrol.worker)
    said = {"point": str(point.key), "at": ms(now()), "position": {"lng": point.lng, "lat": point.lat, "accuracy": 8}}
    made = phone.put(where, said, format="json")
    assert (made.status_code, made.data["how"], made.data["photo_due"]) == (201, "position", False)
    assert phone.put(where, said, format="json").status_code == 200
    other = phone.put(where, {**said, "note": "别的"}, format="json")
    assert (other.status_code, other.data["code"]) == (409, "other_content")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"at": "yesterday"}, "at"), ({"at": None}, "at"), ({"point": "x"}, "point"), ({"found": {"1": "x"}}, "found"),
        ({"position": {"lng": 1}}, "position"), ({"position": {"lng": 1, "lat": 1, "accuracy": -1}}, "position"),
        ({"position": "here"}, "position"), ({"found": [1]}, "found"), ({"note": "x" * 301}, "note"), ({"at": True}, "at"),
        ({"at": 1e300}, "at"), ({"position": None}, "reason"),
    ],
)  # fmt: skip
def test_the_api_says_field_by_field_what_is_wrong_and_keeps_nothing(patrol, point, change, field):
    said = {"point": str(point.key), "at": ms(now()), "position": {"lng": point.lng, "lat": point.lat, "accuracy": 8}}
    refused = as_(patrol.worker).put(address(patrol.key, "check-ins", uuid4()), {**said, **change}, format="json")
    assert (refused.status_code, set(refused.data["fields"])) == (400, {field})
    assert not CheckIn.objects.exists()


def test_a_round_s_stops_are_its_own(cast, patrol, point):
    """Seen on today's round; a round of another day still has it ahead."""
    round_with(cast.worker, point, day=dt.date(2026, 10, 12))
    reach(patrol, point, position=at(point))
    assert list(Round.objects.order_by("day").values_list("stops__state", flat=True)) == ["seen", "ahead"]

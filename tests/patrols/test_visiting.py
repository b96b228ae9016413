"""Visits from the mask to the record: the door, each record kept once, what follows, what the register takes from it."""
# ruff: noqa: F401, F811  (fixtures that two files share)

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from casework.moment import now
from casework.refusals import NotNow
from patrols.models import Visit, VisitEvent
from patrols.services import proposing, visiting
from patrols.services.keyed import Spot
from registers.models import Look, Person
from registers.sealing import unseal
from registers.services import homes, people
from tests.patrols.visiting import DOOR, HERE, NAME, NUMBER, PHONE, cared, grid, home, person, visit
from workorders.models import WorkOrder

AT_DOOR, FAR = Spot(*HERE, 10.0), Spot(HERE[0] + 0.01, HERE[1], 10.0)


# --- the door ---------------------------------------------------------------------------------------------------------


def test_at_the_door_the_worker_sees_whom_he_visits_and_the_look_is_on_record(person, cast):
    opened = visiting.open_door(cast.worker, person.key, spot=AT_DOOR)
    assert opened == {"name": NAME, "phone": PHONE, "birth_date": "1940-10-02", "door": DOOR}
    look = Look.objects.get(deed="look")
    assert (look.by, look.person, look.why, look.where) == (cast.worker, person, "visit", "door")
    assert look.fields == ["name", "phone", "birth_date", "door"]


def test_the_id_number_is_not_shown_at_the_door(person, cast):
    assert NUMBER not in visiting.open_door(cast.worker, person.key, spot=AT_DOOR).values()


def test_far_from_the_door_nothing_is_shown_without_a_reason(person, cast):
    with pytest.raises(ValidationError, match="853"):
        visiting.open_door(cast.worker, person.key, spot=FAR)
    assert not Look.objects.filter(deed="look").exists()
    visiting.open_door(cast.worker, person.key, spot=FAR, away="phone")
    assert Look.objects.get(deed="look").where == "away"


def test_without_a_position_a_reason_is_asked_for(person, cast):
    with pytest.raises(ValidationError):
        visiting.open_door(cast.worker, person.key)


def test_a_home_without_a_place_on_the_map_is_taken_at_the_workers_word(person, home, cast):
    homes.correct_home(home, by=cast.community, lng=None, lat=None)
    assert visiting.open_door(cast.worker, person.key, spot=FAR)["name"] == NAME
    assert Look.objects.get(deed="look").where == "door"


@pytest.mark.parametrize("who", ["worker2", "dispatcher", "director", "officer", "outsider"])
def test_who_does_not_visit_here_finds_nobody(person, cast, who):
    with pytest.raises(Http404):
        visiting.open_door(getattr(cast, who), person.key, spot=AT_DOOR)
    with pytest.raises(Http404):
        visiting.record(by=getattr(cast, who), key=uuid.uuid4(), target=person.key)
    assert not Visit.objects.exists()
    assert not Look.objects.filter(deed="look").exists()


# --- the record -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["visit", "review", "feed_back"])
def test_a_visit_is_kept_with_what_was_found_sealed(visit, outcome):
    kept = visit(outcome=outcome, signs=["unwell"], found="膝盖疼，已联系家属。", spot=AT_DOOR)
    kept.refresh_from_db()
    assert (kept.outcome, kept.signs, kept.away_metres) == (outcome, ["unwell"], 0)
    assert "膝盖" not in kept.found_sealed
    assert visiting.found_of(kept) == "膝盖疼，已联系家属。"


def test_the_phones_clock_and_ours_are_both_kept(visit, clock):
    earlier = now() - dt.timedelta(hours=3)
    kept = visit(at=earlier)
    assert (kept.at, kept.received_at) == (earlier, now())


def test_a_visit_that_has_not_come_yet_is_one_of_now(visit, clock):
    assert visit(at=now() + dt.timedelta(days=3)).at == now()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"outcome": "dance"}, "outcome"),
        ({"signs": ["rich"]}, "signs"),
        ({"away": "bored"}, "away"),
        ({"found": "长" * 1001}, "found"),
        ({"met": False, "signs": ["well"]}, "met"),
        ({"met": False, "outcome": "review"}, "met"),
        ({"outcome": "correct"}, "outcome"),
        ({"outcome": "visit", "changes": {"phone": "10011112222"}}, "outcome"),
        ({"outcome": "feed_back"}, "found"),
        ({"outcome": "correct", "changes": {"phone": "12"}}, "phone"),
        ({"outcome": "add", "changes": {"phone": "10011112222"}}, "name"),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_field(visit, told, field):
    with pytest.raises(ValidationError) as refused:
        visit(**told)
    assert field in refused.value.message_dict
    assert not Visit.objects.exists()


def test_the_same_again_is_the_same_and_something_else_is_refused(visit, cast, person):
    key = uuid.uuid4()
    first = visit(key=key, signs=["well"])
    assert visit(key=key, signs=["well"]) == first
    with pytest.raises(NotNow):
        visit(key=key, signs=["low"])
    with pytest.raises(NotNow):
        visiting.record(by=cast.community, key=key, target=person.key, signs=["well"])
    assert Visit.objects.count() == 1


sendings = some.lists(some.tuples(some.integers(0, 2), some.sampled_from(["well", "low"])), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sendings=sendings)
def test_any_order_of_repeated_sendings_leaves_one_row_a_key(cast, person, sendings):
    keys = [uuid.uuid4() for _each in range(3)]
    first: dict[uuid.UUID, str] = {}
    for place, sign in sendings:
        key = keys[place]
        told = {"by": cast.worker, "key": key, "target": person.key, "signs": [sign], "order": True}
        if first.setdefault(key, sign) == sign:
            visiting.record(**told)
        else:
            with pytest.raises(NotNow):
                visiting.record(**told)
    kept = Visit.objects.filter(key__in=keys)
    assert {visit.key: visit.signs[0] for visit in kept} == first
    assert WorkOrder.objects.filter(visits__in=kept).count() == len(first)


# --- what follows -----------------------------------------------------------------------------------------------------


def test_a_follow_up_order_names_nobody_and_lies_at_the_home(visit, cast):
    kept = visit(signs=["hazard"], found="电线老化", order=True)
    order = kept.order
    assert (order.source, order.category.code, order.details["place_of_talk"]) == ("visit", "030105", "甲里小区 3 号楼")
    assert (order.lng, order.lat) == HERE
    told = json.dumps([order.words, order.title, order.place, order.details], ensure_ascii=False)
    assert not any(plain in told for plain in (NAME, PHONE, NUMBER, DOOR, "电线老化"))


def test_a_follow_up_is_opened_once(visit, cast):
    kept = visit(signs=["low"])
    assert visiting.follow_up(kept, by=cast.worker) == visiting.follow_up(kept, by=cast.worker)
    assert WorkOrder.objects.count() == 1
    with pytest.raises(Http404):
        visiting.follow_up(kept, by=cast.community)


def test_a_change_in_life_is_told_of_people_and_of_the_last_month(person, home, cast):
    with pytest.raises(ValidationError):
        visiting.tell_event(cast.worker, home.key, kind="fall")
    with pytest.raises(ValidationError):
        visiting.tell_event(cast.worker, person.key, kind="lottery")
    with pytest.raises(ValidationError):
        visiting.tell_event(cast.worker, person.key, kind="fall", at=now() - dt.timedelta(days=31))
    assert not VisitEvent.objects.exists()


# --- what the register takes from it ----------------------------------------------------------------------------------


def test_a_workers_correction_waits_for_the_keeper_sealed(visit, person, cast):
    kept = visit(outcome="correct", changes={"phone": "10033334444"})
    person.refresh_from_db()
    assert unseal(person.phone_sealed) == PHONE
    assert "10033334444" not in kept.proposal_sealed
    assert proposing.compare(kept, by=cast.community) == [("phone", PHONE, "10033334444")]
    assert Look.objects.filter(deed="look", by=cast.community, why="verify").exists()
    proposing.decide(kept, by=cast.community, accept=True)
    person.refresh_from_db()
    kept.refresh_from_db()
    assert unseal(person.phone_sealed) == "10033334444"
    assert (kept.proposal, kept.proposal_sealed) == ("accepted", "")


def test_a_declined_correction_changes_nothing_and_is_decided_once(visit, person, cast):
    kept = visit(outcome="correct", changes={"phone": "10033334444"})
    proposing.decide(kept, by=cast.community, accept=False)
    person.refresh_from_db()
    assert unseal(person.phone_sealed) == PHONE
    with pytest.raises(ValidationError):
        proposing.decide(kept, by=cast.community, accept=True)


def test_a_worker_decides_on_nothing(visit, cast):
    kept = visit(outcome="correct", changes={"phone": "10033334444"})
    for who in (cast.worker, cast.director):
        with pytest.raises(PermissionDenied):
            proposing.decide(kept, by=who, accept=True)


def test_who_keeps_the_register_himself_changes_it_at_once(visit, person, cast):
    kept = visit(by=cast.community, outcome="correct", changes={"phone": "10033334444"})
    person.refresh_from_db()
    assert unseal(person.phone_sealed) == "10033334444"
    assert (kept.proposal, kept.proposal_sealed) == ("accepted", "")


def test_an_addition_takes_somebody_else_of_the_home_in(visit, person, cast):
    kept = visit(outcome="add", changes={"name": "欧阳海"})
    proposing.decide(kept, by=cast.community, accept=True)
    added = Person.objects.exclude(pk=person.pk).get()
    assert (unseal(added.name_sealed), added.home) == ("欧阳海", person.home)


def test_erasing_a_person_empties_what_was_found_and_proposed(visit, person, cast):
    kept = visit(outcome="correct", found="膝盖疼", changes={"phone": "10033334444"})
    people.erase(person, by=cast.community)
    kept.refresh_from_db()
    assert (kept.found_sealed, kept.proposal_sealed, kept.proposal, kept.home) == ("", "", "declined", None)


# --- the API ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def put(cast):
    client = Client()
    client.force_login(cast.worker)
    return lambda key, **body: client.put(f"/api/v1/visits/{key}", json.dumps(body), content_type="application/json")


def test_a_phone_puts_a_visit_once(put, person):
    key, body = uuid.uuid4(), {"target": str(person.key), "signs": ["well"], "lng": HERE[0], "lat": HERE[1]}
    assert put(key, **body).status_code == 201
    assert put(key, **body).status_code == 200
    other = put(key, **body | {"signs": ["low"]})
    assert other.status_code == 409
    assert other.json()["sentence"]
    assert Visit.objects.count() == 1


def test_the_answer_tells_nothing_of_whom(put, person):
    answer = put(uuid.uuid4(), target=str(person.key), outcome="correct", phone="10033334444", found="膝盖疼")
    assert answer.status_code == 201
    assert set(answer.json()) == {"key", "at", "received_at", "outcome", "met", "away_metres", "proposal", "order"}
    assert not any(plain in answer.content.decode() for plain in (NAME, PHONE, "10033334444", "膝盖"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "dance"}, "outcome"),
        ({"signs": ["rich"]}, "signs"),
        ({"lng": "x", "lat": "1"}, "lng"),
        ({"at": "soon"}, "at"),
    ],
)
def test_a_bad_visit_is_refused_with_a_sentence_and_nothing_is_kept(put, person, body, field):
    answer = put(uuid.uuid4(), target=str(person.key), **body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert not Visit.objects.exists()


def test_a_visit_to_nobody_or_to_a_strangers_ground_is_not_there(put, cast, city):
    assert put(uuid.uuid4(), target=str(uuid.uuid4())).status_code == 404
    assert put(uuid.uuid4()).status_code == 400
    assert put(uuid.uuid4(), target="not a key").status_code == 400

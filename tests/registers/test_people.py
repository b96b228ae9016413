"""People, homes, care and looks: who may, what is refused, what is on record, what is left after erasure."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from grids.models import Area
from grids.selectors import today_in
from grids.services import areas
from patrols.services import visiting
from registers.masks import masked_birth_date, masked_id_number, masked_name
from registers.models import Care, Home, Look, Person
from registers.numbers import clean_birth_date, clean_id_number, clean_name, clean_phone
from registers.sealing import key_of, unseal
from registers.selectors.people import home_seen_by, people_found, people_of, person_seen_by
from registers.services import caring, homes, looking, people
from tests.registers.conftest import DOOR, GRID, NAME, NUMBER, PHONE, PLAIN, SIBLING, id_number

# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [NUMBER, f" {NUMBER[:6]} {NUMBER[6:]}".lower(), id_number("20240229", 1)])
def test_an_id_number_that_fits_is_taken(number):
    assert len(clean_id_number(number)) == 18


@pytest.mark.parametrize(
    "number",
    [
        NUMBER[:-1], NUMBER + "0", "A" + NUMBER[1:],
        NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"),
        NUMBER[:9] + ("1" if NUMBER[9] != "1" else "2") + NUMBER[10:],
        id_number("19400230"), id_number("18000101"), id_number("29990101"),
    ],
)  # fmt: skip
def test_an_id_number_that_does_not_fit_is_refused_with_a_sentence(number):
    with pytest.raises(ValidationError) as refused:
        clean_id_number(number)
    assert number not in refused.value.messages[0]


@pytest.mark.parametrize("phone", ["13800001234", "+86 138-0000-1234", "022-87654321", "87654321", ""])
def test_a_phone_number_is_eleven_digits_or_a_fixed_line(phone):
    clean_phone(phone)


@pytest.mark.parametrize("phone", ["12345", "138000012345", "电话", "1380000123a", "110"])
def test_anything_else_is_no_phone_number(phone):
    with pytest.raises(ValidationError):
        clean_phone(phone)


@pytest.mark.parametrize("text", ["1940-10-02", "1940/10/2", "1940年10月2日", "19401002", "1940-10-02 00:00:00"])
def test_a_birthday_may_be_written_in_several_ways(text):
    assert clean_birth_date(text) == dt.date(1940, 10, 2)


@pytest.mark.parametrize("text", ["1940-13-01", "2999-01-01", "1700-01-01", "yesterday", "02/10/1940"])
def test_what_is_no_birthday_is_refused(text):
    with pytest.raises(ValidationError):
        clean_birth_date(text)


@pytest.mark.parametrize("name", ["王小明", "买买提·艾力", "Anne-Marie O’Hara"])
def test_a_name_is_made_of_letters(name):
    assert clean_name(name) == name.replace("’", "’")


@pytest.mark.parametrize("name", ["王2", "<script>", "=1+1", "王\x00", "名" * 41])
def test_a_name_with_other_signs_is_refused(name):
    with pytest.raises(ValidationError):
        clean_name(name)


def test_masks_show_no_more_than_the_rules_say():
    assert (masked_name("王小明"), masked_name("欧阳若兰"), masked_name("")) == ("王**", "欧阳**", "")
    assert masked_id_number(NUMBER) == f"{NUMBER[:6]}********{NUMBER[-4:]}"
    assert masked_birth_date("1940-10-02") == "1940-**-**"


# --- taking in, correcting, moving ------------------------------------------------------------------------------------


def test_what_is_taken_in_stands_sealed_and_is_found_by_its_keys(person):
    row = Person.objects.values().get(pk=person.pk)
    assert not any(plain in str(row) for plain in PLAIN)
    assert Person.objects.get(phone_key=key_of("phone", "100 2078 1234")) == person
    assert (unseal(person.birth_date_sealed), person.born_year) == ("1940-10-02", 1940)
    assert not any(plain in repr(person) + str(person) for plain in PLAIN)


def test_nobody_but_the_keeper_writes(person, home, grid, cast):
    for who in (cast.worker, cast.director, cast.dispatcher, cast.outsider):
        with pytest.raises(PermissionDenied):
            people.take_in(by=who, area=grid, name="赵甲")
        with pytest.raises(PermissionDenied):
            people.correct(person, by=who, name="赵甲")
        with pytest.raises(PermissionDenied):
            people.erase(person, by=who)
        with pytest.raises(PermissionDenied):
            homes.correct_home(home, by=who, building="别处")
        with pytest.raises(PermissionDenied):
            caring.give_care(person, by=who, kind="key")
    assert Look.objects.count() == 2


def test_one_person_stands_once_in_a_city(person, cast, grid):
    with pytest.raises(ValidationError) as refused:
        people.take_in(by=cast.community, area=grid, name="赵甲", id_number=NUMBER)
    assert "id_number" in refused.value.message_dict
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "赵甲", "phone": "12"}, "phone"),
        ({"name": "赵甲", "id_number": "1"}, "id_number"),
        ({"name": "赵甲", "id_number": id_number("19500101"), "birth_date": "1950-01-02"}, "birth_date"),
    ],
)
def test_bad_input_is_named_by_field_and_nothing_is_taken_in(cast, grid, said, field):
    with pytest.raises(ValidationError) as refused:
        people.take_in(by=cast.community, area=grid, **said)
    assert field in refused.value.message_dict
    assert not Person.objects.exists()
    assert not Look.objects.exists()


def test_people_belong_to_the_lowest_level(cast, grid):
    with pytest.raises(ValidationError):
        people.take_in(by=cast.community, area=grid.parent, name="赵甲")


def test_a_correction_changes_what_is_said_and_is_on_record_without_its_words(person, cast):
    assert people.correct(person, by=cast.community, phone="10033334444", name=NAME) == ["phone"]
    person.refresh_from_db()
    assert unseal(person.phone_sealed) == "10033334444"
    look = Look.objects.first()
    assert (look.deed, look.fields, look.by) == ("correct", ["phone"], cast.community)
    assert people.correct(person, by=cast.community, phone="10033334444") == []
    assert Look.objects.filter(deed="correct").count() == 1


def test_a_person_is_moved_only_within_what_the_keeper_keeps(person, cast, city):
    own = Area.objects.get(city=city, code="120106990001002")
    people.move(person, by=cast.community, area=own, home=None)
    with pytest.raises(PermissionDenied):
        people.move(person, by=cast.community, area=Area.objects.get(city=city, code=SIBLING), home=None)
    person.refresh_from_db()
    assert (person.area, person.home) == (own, None)


def test_a_door_stands_once_in_a_building(home, cast, grid):
    with pytest.raises(ValidationError):
        homes.take_in_home(by=cast.community, area=grid, building="甲里小区 3 号楼", door="３单元702")
    assert Home.objects.count() == 1


def test_a_new_degree_ends_the_old_care(person, cast):
    first = caring.give_care(person, by=cast.community, kind="mental", level=1, stability="stable")
    caring.give_care(person, by=cast.community, kind="mental", level=3, stability="unstable")
    first.refresh_from_db()
    assert first.until is not None
    with pytest.raises(ValidationError):
        caring.give_care(person, by=cast.community, kind="mental", level=3, stability="unstable")
    assert Care.objects.filter(until=None).count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "vip"}, {"kind": "household"}, {"kind": "key", "level": 2}, {"kind": "mental"},
        {"kind": "mental", "stability": "stable", "level": 6}, {"kind": "key", "since": dt.date(2999, 1, 1)},
        {"kind": "key", "note": "长" * 501},
    ],
)  # fmt: skip
def test_a_care_that_the_rulebook_does_not_know_is_refused(person, cast, said):
    with pytest.raises(ValidationError):
        caring.give_care(person, by=cast.community, **said)
    assert not Care.objects.exists()


def test_people_and_homes_go_with_an_area_into_its_successor(person, home, cast, grid, city):
    other = Area.objects.get(city=city, code="120106990001002")
    twin = homes.take_in_home(by=cast.community, area=other, building=home.building, door=DOOR)
    alone = homes.take_in_home(by=cast.community, area=grid, building="平房", door="1")
    areas.merge([grid], into=other, on=today_in(city))
    for row in (person, alone):
        row.refresh_from_db()
    assert (person.area, person.home, alone.area) == (other, twin, other)


# --- looks ------------------------------------------------------------------------------------------------------------


def test_a_look_opens_what_was_asked_for_and_is_on_record(person, cast):
    opened = looking.look(person, by=cast.worker, fields=["phone", "door"], why="emergency", words="家属失联")
    assert opened == {"phone": PHONE, "door": DOOR}
    look = Look.objects.first()
    assert (look.by, look.fields, look.why, look.words) == (cast.worker, ["phone", "door"], "emergency", "家属失联")


@pytest.mark.parametrize(
    "said",
    [
        {"fields": []}, {"fields": ["salary"]}, {"why": ""}, {"why": "curiosity"}, {"where": "moon"},
        {"words": f"找{NAME}"}, {"words": f"电 话 {PHONE}"}, {"words": "长" * 121}, {"words": "欧阳 若兰在家"},
    ],
)  # fmt: skip
def test_without_a_reason_or_with_a_name_in_it_nothing_is_opened(person, cast, said):
    with pytest.raises(ValidationError):
        looking.look(person, by=cast.worker, **{"fields": ["phone"], "why": "verify", **said})
    assert not Look.objects.filter(deed="look").exists()


def test_who_has_no_business_here_opens_nothing(person, home, cast):
    for who in (cast.worker2, cast.dispatcher, cast.director, cast.officer, cast.outsider):
        with pytest.raises(PermissionDenied):
            looking.look(person, by=who, fields=["phone"], why="verify")
        with pytest.raises(PermissionDenied):
            looking.look_at_home(home, by=who, why="verify")
        with pytest.raises(Http404):
            person_seen_by(who, person.key)
        with pytest.raises(Http404):
            home_seen_by(who, home.key)


@pytest.mark.parametrize("statement", ["update registers_look set words = ''", "delete from registers_look"])
def test_the_database_itself_keeps_the_record_of_looks(person, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- lists and search -------------------------------------------------------------------------------------------------


def test_everybody_is_found_by_whole_name_phone_or_number_on_ones_own_ground_alone(person, cast):
    for words in (NAME, PHONE, NUMBER, NUMBER.lower(), "欧阳 若兰"):
        assert [face.person for face in people_found(cast.worker, words)] == [person]
        assert people_found(cast.worker2, words) == []
    assert people_found(cast.worker, NAME[:2]) == []
    assert people_found(cast.worker, "") == []


def test_a_list_is_narrowed_by_kind_and_age(person, cast, grid):
    people.take_in(by=cast.community, area=grid, name="赵甲", birth_date="2001-01-01")
    caring.give_care(person, by=cast.community, kind="key")
    assert len(people_of(cast.worker).rows) == 2
    assert [face.person for face in people_of(cast.worker, kind="key").rows] == [person]
    assert [face.person for face in people_of(cast.worker, old=True).rows] == [person]
    assert people_of(cast.director).rows == []


# --- erasure ----------------------------------------------------------------------------------------------------------


def everywhere() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'select t::text from "{model._meta.db_table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_after_erasure_no_table_holds_a_word_a_key_or_a_token_of_the_person(person, cast):
    caring.give_care(person, by=cast.community, kind="elderly_high", note="独居，心脏病")
    looking.look(person, by=cast.worker, fields=["name", "phone"], why="verify")
    visiting.record(by=cast.worker, key=person.key, target=person.key, found="膝盖疼", signs=["unwell"])
    visiting.record(
        by=cast.worker, key=person.home.key, target=person.key, outcome="correct", changes={"phone": "10055556666"}
    )
    row = Person.objects.values().get(pk=person.pk)
    traces = [row[name] for name in row if name.endswith(("_sealed", "_key")) and row[name]]
    traces += [person.cares.get().note_sealed, *person.visits.values_list("found_sealed", flat=True)]
    traces += [*person.visits.values_list("proposal_sealed", flat=True)]
    before = everywhere()
    assert all(trace in before for trace in traces if trace)
    people.erase(person, by=cast.community)
    after = everywhere()
    assert not any(trace in after for trace in traces if trace)
    assert not any(plain in after for plain in (NAME, PHONE, NUMBER, "膝盖疼", "心脏病", "10055556666"))
    person.refresh_from_db()
    assert (person.home, person.born_year, person.area.code) == (None, 1940, GRID)
    assert not Care.objects.filter(until=None).exists()
    assert Look.objects.first().deed == "erase"


def test_who_is_erased_is_found_changed_and_opened_no_more(person, cast):
    people.erase(person, by=cast.community)
    assert people_of(cast.community).rows == []
    assert people_found(cast.community, PHONE) == []
    for act in (
        lambda: people.erase(person, by=cast.community),
        lambda: people.correct(person, by=cast.community, name="赵甲"),
        lambda: caring.give_care(person, by=cast.community, kind="key"),
        lambda: looking.look(person, by=cast.community, fields=["name"], why="verify"),
    ):
        with pytest.raises(ValidationError):
            act()


def test_the_same_number_may_be_taken_in_again_after_erasure(person, cast, grid):
    people.erase(person, by=cast.community)
    assert people.take_in(by=cast.community, area=grid, name=NAME, id_number=NUMBER).pk != person.pk

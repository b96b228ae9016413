"""Party bodies stand on areas, are renamed and put under others with dates, and take units in as members."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from grids.models import MemberUnit, PartyBody
from grids.selectors import party_cover
from grids.services import departments, party
from tests.grids.conftest import MAY_DAY

pytestmark = pytest.mark.usefixtures("english")

JULY = dt.date(2026, 7, 1)


@pytest.fixture
def body(city):
    return lambda code: PartyBody.objects.select_related("parent").get(city=city, code=code)


@pytest.mark.mechanism("0-2")
def test_a_branch_or_a_group_is_attached_to_a_grid(city, place, body):
    group = party.found(
        city=city, code="PB-2", name="甲里社区 02 网格党小组", kind=PartyBody.Kind.GROUP, area=place("001002"),
        parent=body("PC"), on=MAY_DAY,
    )  # fmt: skip
    assert list(place("001002").party_bodies.all()) == [group]
    with pytest.raises(ValidationError, match="is or was another Party body's"):
        party.found(city=city, code="PB-2", name="又一个", kind="group", area=place("001002"), parent=None, on=MAY_DAY)


@pytest.mark.mechanism("1-1")
def test_party_bodies_move_to_the_town_one_unit_is_renamed_and_one_abolished_and_all_of_it_stays_readable(
    city, place, body, sanitation, cast, read
):
    town = party.found(
        city=city, code="TOWN", name="镇党委", kind=PartyBody.Kind.COMMITTEE, area=place(""), parent=None, on=MAY_DAY
    )
    party.move(body("PB-1"), under=town, on=JULY)
    departments.rename(sanitation, to="社区管理服务中心", on=JULY)
    departments.end(city.departments.get(code="estates"), on=JULY)
    spells = [(spell.parent.code, spell.since, spell.until) for spell in body("PB-1").spells.all()]
    assert spells == [("PC", dt.date(2026, 1, 1), JULY), ("TOWN", JULY, None)]
    text = read(cast.supervisor, "/departments/sanitation/")
    assert "社区管理服务中心" in text
    assert "环卫所" in text
    assert "Ended on July 1, 2026." in read(cast.supervisor, "/departments/estates/")


@pytest.mark.mechanism("1-1")
def test_a_department_is_put_under_another_body_with_its_date(city, sanitation, place):
    housing = city.departments.get(code="housing")
    departments.place(sanitation, area=place(""), parent=housing, on=JULY)
    assert [(spell.parent, spell.since) for spell in sanitation.spells.all()] == [
        (None, dt.date(2026, 1, 1)), (housing, JULY),
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="cannot belong to itself"):
        departments.place(housing, area=place(""), parent=sanitation, on=JULY)


def test_a_party_body_does_not_come_under_itself_or_one_below_it(body):
    for under in ("PC", "PB-1"):
        with pytest.raises(ValidationError, match="cannot belong to itself"):
            party.move(body("PC"), under=body(under), on=JULY)


def test_the_database_refuses_a_party_body_under_itself_and_two_present_spells(body):
    with pytest.raises(IntegrityError, match="no_party_body_belongs_to_itself"):
        PartyBody.objects.filter(code="PC").update(parent=body("PC"))


def test_a_renamed_party_body_keeps_its_old_name(body):
    party.rename(body("PC"), to="试点街道大党工委", on=JULY)
    assert [spell.name for spell in body("PC").spells.all()] == ["试点街道党工委", "试点街道大党工委"]
    with pytest.raises(ValidationError, match="needs a name"):
        party.rename(body("PC"), to=" ", on=JULY)


@pytest.mark.mechanism("3-27")
def test_a_unit_of_the_neighbourhood_becomes_a_member_once_and_leaves_with_the_body(body):
    party.admit(body("PC"), name="试点街道银行支行", kind=MemberUnit.Kind.BANK, on=MAY_DAY)
    with pytest.raises(ValidationError, match="is a member already"):
        party.admit(body("PC"), name="试点街道银行支行", kind=MemberUnit.Kind.BANK, on=MAY_DAY)
    party.end(body("PC"), on=JULY)
    assert set(body("PC").member_units.values_list("name", "until")) == {
        ("试点街道小学", JULY), ("试点街道银行支行", JULY),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="has ended already"):
        party.end(body("PC"), on=JULY)


@pytest.mark.mechanism("1-13")
def test_the_cover_report_names_the_grids_without_a_party_body(place, django_assert_num_queries):
    street = place("")
    with django_assert_num_queries(2):
        cover = party_cover(street)
    assert (cover.covered, cover.grids) == (1, 4)
    assert [grid.code[-6:] for grid in cover.without] == ["001002", "002001", "002002"]
    assert not cover.is_full

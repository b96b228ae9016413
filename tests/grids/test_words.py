"""Nets, panels and definitions: the city's own words, versioned with its rulebook."""

import pytest

from grids.models import Definition, Net, Panel
from grids.phones import masked
from grids.selectors import definitions_of, nets_of, panels_of
from grids.services.publishing import publish
from tests.conftest import VILLAGE

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.mechanism("0-41")
def test_the_four_panels_keep_the_order_of_the_file(rulebook):
    assert [panel.name for panel in panels_of(rulebook)] == [
        "第一感知触角", "第一前沿阵地", "第一服务窗口", "第一共治平台",
    ]  # fmt: skip


@pytest.mark.mechanism("3-2")
def test_several_nets_run_over_the_grids_of_one_city(city):
    assert [net.name for net in nets_of(city)] == ["党建", "安全"]


def test_the_next_rulebook_has_its_own_panels_and_the_old_one_keeps_its(city, rulebook):
    following = publish(VILLAGE).rulebook
    assert panels_of(following).count() == panels_of(rulebook).count() == 4
    assert Panel.objects.filter(rulebook__city=city).count() == 8
    assert Net.objects.filter(city=city).count() == 2


def test_a_net_that_is_gone_from_the_file_is_out_of_use_and_kept(city, village_folder):
    village_folder("city.toml", '[[nets]]\ncode = "safety"\nname = "安全"\n', "")
    publish(village_folder.path)
    assert [net.code for net in nets_of(city)] == ["party"]
    assert Net.objects.get(city=city, code="safety").in_use is False


@pytest.mark.mechanism("4-35")
def test_definitions_are_read_from_the_file(village_folder):
    panels = '[[panels]]\ncode = "touch"'
    meaning = '[[definitions]]\ncode = "staff"\nname = "定编"\ntext = "定网格的人员数"\n\n'
    village_folder("city.toml", panels, meaning + panels)
    [definition] = definitions_of(publish(village_folder.path).rulebook)
    assert (definition.name, definition.text) == ("定编", "定网格的人员数")
    assert Definition.objects.count() == 1


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13800002076", "138****76"), ("022-27370000", "022****00"), ("12345", "****"), ("", ""), (None, "")],
)
def test_a_masked_number_keeps_three_signs_before_and_two_after(phone, shown):
    assert masked(phone) == shown

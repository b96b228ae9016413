"""What the five cities have in common: a tree with their own levels and counts, and roles whose part is known."""

from __future__ import annotations

import pytest

from grids.models import Role
from grids.selectors import counts_within

pytestmark = pytest.mark.django_db


@pytest.mark.mechanism("2-7")
def test_each_citys_tree_has_its_own_levels_and_counts(hongqiao, xingdian, pingchang, dalad, shuyang, read):
    for city, counts, words in [
        (hongqiao, [1, 10, 123, 992], "区 街道 社区 基础网格"),
        (xingdian, [1, 14, 59], "街道 社区（村） 网格"),
        (pingchang, [1, 8, 16, 147], "平昌社区 基层社区 片区 楼栋"),
        (dalad, [1, 6, 26, 235], "旗 街道 社区 网格"),
        (shuyang, [1, 40, 480, 1855], "县 乡镇（街道） 村（社区） 网格"),
    ]:
        assert [count for _level, count in counts_within(city.top)] == counts
        assert [level.name for level in city.city.levels.all()] == words.split()
        text = read(city.reader, city.page(city.top))
        assert all(str(count) in text for count in counts)
        assert all(child.title in text for child in city.on_level(2))


@pytest.mark.mechanism("2-8")
def test_where_the_lowest_level_is_a_building_the_map_has_a_layer_of_buildings(pingchang, hongqiao, client, read):
    client.force_login(pingchang.reader)
    layer = client.get("/map/areas.json?city=pingchang&level=4").json()["features"]
    assert len(layer) == 147
    assert all("楼栋" in feature["properties"]["name"] for feature in layer)
    building = pingchang.grids[0]
    assert f"{building.households} households" in read(pingchang.reader, pingchang.page(building))
    assert "2.5 维半立体实景地图" in hongqiao.city.labels


def test_every_role_that_is_held_in_a_grid_has_its_part(hongqiao, xingdian, pingchang, dalad, shuyang):
    for city in (hongqiao, xingdian, pingchang, dalad, shuyang):
        codes = set(city.held().filter(area__level__base=True).values_list("role__code", flat=True))
        assert not {code for code in codes if Role(code=code).part == Role.Part.OTHER}

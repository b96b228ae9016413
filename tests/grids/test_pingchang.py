"""Pingchang, a community whose grids are buildings: its folder as it is delivered, its words where they belong."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db.models import Count

from grids import geo
from grids.jurisdiction import areas_where
from grids.models import Department
from grids.selectors import party_cover, who_answers
from workorders.models import Category
from workorders.services import orders, reporting

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 1)


@pytest.mark.mechanism("1-10")
def test_a_building_of_pingchang_answers_through_named_heads_on_each_of_four_levels(pingchang, read):
    heads = pingchang.held("grid_head", "section_head").values_list("area__level__rank").annotate(Count("pk"))
    assert dict(heads.order_by()) == {1: 1, 2: 8, 3: 16}
    assert pingchang.people(pingchang.held("grid_worker").filter(area__level__base=True)) == 147
    building = pingchang.grids[0]
    ladder = who_answers(building).ladder
    assert [rung.area.level.head_title for rung in ladder] == ["网格长", "网格长", "片长", "网格员"]
    text = read(pingchang.reader, pingchang.page(building))
    for rung in ladder[:3]:
        assert f"{rung.heads[0].user.name} {rung.area.level.head_title}" in text


@pytest.mark.mechanism("1-12")
def test_pingchangs_rule_of_150_households_stands_on_its_level_and_its_buildings_keep_it(pingchang, read):
    level = pingchang.grids[0].level
    assert (level.name, level.households_min, level.households_max) == ("楼栋", 100, 200)
    assert not [warning for warning in pingchang.loading.warnings if warning.field == "households"]
    mean = sum(pingchang.grids.values_list("households", flat=True)) / 147
    assert 130 < mean < 170
    assert "(rule 100–200)" in read(pingchang.reader, pingchang.page(pingchang.grids[0]))


@pytest.mark.mechanism("1-13")
def test_all_147_grids_of_pingchang_have_their_party_body_and_a_lost_one_is_reported(pingchang, read):
    cover = party_cover(pingchang.top)
    assert (cover.covered, cover.grids, cover.is_full) == (147, 147, True)
    assert "Party bodies on 147 of 147 grids full cover" in read(pingchang.reader, pingchang.page(pingchang.top))
    building = pingchang.grids[3]
    building.party_bodies.update(valid_to=TODAY)
    assert party_cover(pingchang.top).without == [building]
    report = read(pingchang.reader, f"/organisation/{pingchang.top.code}/gaps/")
    assert "Party bodies on 146 of 147 grids" in report
    assert building.title in report


@pytest.mark.mechanism("1-14")
def test_pingchang_calls_its_grids_red(pingchang, read):
    assert "红色网格" in read(pingchang.reader, pingchang.page(pingchang.top))


@pytest.mark.mechanism("1-17")
def test_neighbour_heads_are_named_where_they_hold_their_post(pingchang, read):
    neighbours = pingchang.held("neighbour_head")
    assert neighbours.count() == 16
    text = read(pingchang.reader, pingchang.page(neighbours[0].area))
    assert f"{neighbours[0].user.name} 邻长" in text


@pytest.mark.mechanism("1-33")
def test_how_a_worker_was_chosen_is_known_of_each(pingchang, read):
    workers = pingchang.held("grid_worker").filter(area__level__base=True)
    chosen = Counter(workers.values_list("source", flat=True))
    assert set(chosen) == {"nomination", "election", "self"}
    assert sum(chosen.values()) == 147
    for source, said in {"nomination": "nominated by the community", "election": "chosen by residents"}.items():
        assert said in read(pingchang.reader, pingchang.page(workers.filter(source=source)[0].area))
    assert "put himself forward" in read(pingchang.reader, pingchang.page(workers.filter(source="self")[0].area))


@pytest.mark.mechanism("1-34")
def test_old_members_old_cadres_veterans_and_volunteers_carry_their_tag(pingchang, read):
    workers = pingchang.held("grid_worker").filter(area__level__base=True)
    for tag in ("老党员", "老干部", "退役军人", "党员志愿者"):
        worker = workers.filter(tags__contains=[tag]).first()
        assert tag in read(pingchang.reader, pingchang.page(worker.area))


@pytest.mark.mechanism("1-35")
def test_six_nets_run_over_one_grid_of_pingchang(pingchang, read):
    text = read(pingchang.reader, pingchang.page(pingchang.grids[0]))
    names = [net.name for net in pingchang.city.nets.all()]
    assert names == ["党建", "物管", "环保", "维稳", "综治", "安全"]
    assert all(name in text[text.index("Nets over this grid") :] for name in names)


@pytest.mark.mechanism("1-36")
def test_judge_prosecutor_police_and_lawyer_answer_for_every_building(pingchang, read):
    building = pingchang.grids[0]
    experts = who_answers(building).experts
    assert [post.role.code for post in experts] == [
        "expert_judge",
        "expert_prosecutor",
        "expert_police",
        "expert_lawyer",
    ]
    text = read(pingchang.reader, pingchang.page(building))
    assert all(f"{post.user.name} {post.title}" in text for post in experts)
    with_experts = {post.area.path for post in pingchang.held("expert_judge")}
    assert all(any(grid.path.startswith(path) for path in with_experts) for grid in pingchang.grids)


@pytest.mark.mechanism("1-37")
def test_one_building_is_the_whole_scope_of_its_worker(pingchang):
    worker = pingchang.held("grid_worker").filter(area__level__base=True).first()
    assert list(areas_where(worker.user, "verify_in")) == [worker.area]
    assert worker.area.level.name == "楼栋"


@pytest.mark.mechanism("1-2")
def test_a_property_company_of_pingchang_is_a_unit_that_gets_orders_and_ratings(pingchang, read, clock, picture):
    company = pingchang.of(Department).get(code="property-1")
    assert company.kind == Department.Kind.COMPANY
    building = pingchang.grids[0]
    worker, desk = pingchang.held("grid_worker").get(area=building).user, pingchang.held("dispatcher").first().user
    officer = company.posts.get().user
    lng, lat = geo.inner_point(building.boundary)
    matter = Category.objects.get(rulebook=pingchang.rulebook, handler=company, code="030104")
    order = reporting.report(by=worker, city=pingchang.city, category=matter, words="楼道堆物。", lng=lng, lat=lat)
    order = orders.dispatch(orders.accept(order, by=desk), by=desk, department=company)
    order = orders.finish(orders.sign_for(order, by=officer), by=officer, result="已清走。", pictures=[picture])
    order = orders.close(orders.verify(order, by=worker), by=desk)
    order = orders.rate(order, by=worker, stars=5, solved=True)
    assert (order.area, order.department, order.stars) == (building, company, 5)
    text = read(pingchang.reader, "/departments/property-1/")
    assert "company" in text
    assert officer.name in text


@pytest.mark.mechanism("2-7")
def test_the_tree_of_pingchang_has_its_own_levels_and_counts(pingchang, shown_tree):
    assert shown_tree(pingchang) == ([1, 8, 16, 147], "平昌社区 基层社区 片区 楼栋")


def test_every_role_that_is_held_in_a_grid_of_pingchang_has_its_part(pingchang):
    assert pingchang.roles_without_a_part() == set()


@pytest.mark.mechanism("2-8")
def test_where_the_lowest_level_is_a_building_the_map_has_a_layer_of_buildings(pingchang, client, read):
    client.force_login(pingchang.reader)
    layer = client.get("/map/areas.json?city=pingchang&level=4").json()["features"]
    assert len(layer) == 147
    assert all("楼栋" in feature["properties"]["name"] for feature in layer)
    building = pingchang.grids[0]
    assert f"{building.households} households" in read(pingchang.reader, pingchang.page(building))

"""Perhaps the same matter: suggested by place, time, item and words; a person decides."""

from tests.conftest import PLACE
from workorders.selectors.likeness import likes_of
from workorders.services import matters


def moved(metres_north: float) -> dict[str, float]:
    return {"lng": PLACE["lng"], "lat": PLACE["lat"] + metres_north / 111_320}


def test_the_same_item_within_fifty_metres_and_a_day_is_the_same_for_sure(report, cast, clock):
    first = report(words="垃圾外溢。", **moved(40))
    clock.pass_(hours=23)
    second = report(words="有一堆东西。")
    (like,) = likes_of(second, cast.dispatcher)
    assert (like.order, like.score, like.metres) == (first, 1.0, 40)


def test_farther_off_the_words_must_speak_for_it(report, cast, clock):
    report(words="3 号楼东侧垃圾桶旁建筑垃圾成堆。", **moved(90))
    alike = report(words="3 号楼东侧建筑垃圾成堆，气味难闻。")
    other = report(words="路灯不亮。", **moved(-90))
    assert [like.order.words for like in likes_of(alike, cast.dispatcher)] == ["3 号楼东侧垃圾桶旁建筑垃圾成堆。"]
    assert likes_of(other, cast.dispatcher) == []


def test_what_is_far_old_closed_or_joined_already_is_not_suggested(report, order_at, cast, clock):
    report(**moved(-300))
    order_at("closed")
    lead = report()
    matters.join(report(), by=cast.dispatcher, lead=lead)
    assert likes_of(lead, cast.dispatcher) == []
    clock.pass_(hours=80)
    assert likes_of(report(), cast.dispatcher) == []


def test_nobody_is_told_of_orders_he_does_not_see(report, cast):
    report()
    mine = report(by=cast.worker2, lng=117.1541, lat=39.1651)
    assert likes_of(mine, cast.worker2) == []


def test_the_page_offers_to_join_and_the_house_never_joins_by_itself(report, cast, client):
    first, second = report(), report()
    client.force_login(cast.dispatcher)
    page = client.get(f"/orders/{second.number}/").content.decode()
    assert f"并入 {first.number}" in page
    second.refresh_from_db()
    assert second.status == "reported"
    client.post(f"/orders/{second.number}/join/", {"lead": first.number})
    second.refresh_from_db()
    assert (second.status, second.joined_to) == ("joined", first)

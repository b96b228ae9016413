"""Undo: within ten seconds, one's own last step, where nothing has followed; then all is as it was."""

import pytest
from django.urls import reverse

from casework.models import Deadline, Part, Rung
from casework.refusals import NotNow, NotYours
from casework.selectors import broken_chains
from casework.services import standing
from workorders.lifecycle import WORK_ORDER
from workorders.models import Footprint, WorkOrder
from workorders.services import applications, checks, dispatching, matters, orders
from workorders.services.undo import UNDOABLE, take, undo

FACE = ("status", "lamp", "rung", "due_clock", "due_from", "due_at", "paused", "department_id", "closed_at")


def standing_of(order: WorkOrder) -> dict:
    """All that a step may move, but for the history itself."""
    fresh = WorkOrder.objects.get(pk=order.pk)
    return {
        "face": {name: getattr(fresh, name) for name in FACE}, "order": standing.remember([fresh]),
        "clocks": standing.clocks_of(fresh), "checks": standing.remember(fresh.checks.all()),
        "objections": standing.remember(fresh.objections.all()),
    }  # fmt: skip


@pytest.fixture
def cases(order_at, cast, sanitation):
    """For each step that can be undone: how to get an order where it is possible, who takes it, and what he says."""

    def offered():
        return dispatching.offer(order_at("accepted"), by=cast.dispatcher, departments=[sanitation])

    def joined():
        return matters.join(order_at("accepted"), by=cast.dispatcher, lead=order_at("accepted"))

    def at(status, by, **said):
        return lambda: (order_at(status), by, said)

    why = {"reason": "secret", "words": "请另行反映。"}
    return {
        "accept": at("reported", cast.dispatcher),
        "refuse": at("reported", cast.dispatcher, **why),
        "ask_check": at("reported", cast.dispatcher),
        "keep": at("reported", cast.worker),
        "join": lambda: (order_at("accepted"), cast.dispatcher, {"lead": order_at("accepted")}),
        "part": lambda: (joined(), cast.dispatcher, {}),
        "dispatch": at("accepted", cast.dispatcher, department=sanitation),
        "offer": at("accepted", cast.dispatcher, departments=[sanitation]),
        "claim": lambda: (offered(), cast.officer, {}),
        "let_go": lambda: (dispatching.claim(offered(), by=cast.officer), cast.officer, {}),
        "recall": at("handling", cast.dispatcher, reason="派错了。"),
        "sign_for": at("dispatched", cast.officer),
        "hand_to": at("handling", cast.officer, officer=cast.head),
        "take_back": lambda: (_handed(order_at, cast), cast.officer, {}),
        "question": at("accepted", cast.dispatcher, words="两家都说不是自己的。"),
        "close": at("verified", cast.dispatcher),
        "tag": at("accepted", cast.dispatcher, tags=["key"]),
    }


def _handed(order_at, cast):
    return take(order_at("handling"), "hand_to", by=cast.officer, said={"officer": cast.head})


def test_every_step_that_can_be_undone_has_its_trial(cases):
    assert set(cases) == UNDOABLE
    assert set(WORK_ORDER.by_name) >= UNDOABLE


@pytest.mark.parametrize("step", sorted(UNDOABLE))
def test_after_undoing_the_order_is_what_it_was(step, cases, clock):
    order, by, said = cases[step]()
    clock.pass_(seconds=40, sweep=False)  # no moment of the step is one of before
    before = standing_of(order)
    taken = take(order, step, by=by, said=said)
    assert standing_of(taken) != before
    clock.pass_(seconds=9, sweep=False)
    again = undo(taken, by=by)
    assert standing_of(again) == before
    assert {name: getattr(again, name) for name in FACE} == before["face"]
    assert list(again.events.values_list("verb", flat=True))[-2:] == [WORK_ORDER.by_name[step].past, "undone"]
    assert again.events.last().facts == {"step": step, "seq": again.event_count - 1}
    assert broken_chains() == []


def test_a_clock_that_was_stopped_goes_on_and_turns_red_when_it_would_have(order_at, cast, clock):
    order = order_at("reported")
    due = order.deadlines.get().due_at
    clock.pass_(minutes=14, sweep=False)
    undo(take(order, "accept", by=cast.dispatcher, said={}), by=cast.dispatcher)
    clock.pass_(minutes=2)
    [kept] = Deadline.objects.filter(case=order)
    assert (kept.due_at, kept.missed_at, kept.state) == (due, due, "running")
    assert Rung.objects.filter(case_id=order.pk, name="due", fired_at__isnull=False).exists()


def test_after_ten_seconds_it_is_too_late(order_at, cast, clock):
    taken = take(order_at("reported"), "accept", by=cast.dispatcher, said={})
    clock.pass_(seconds=11, sweep=False)
    with pytest.raises(NotNow, match="10 秒"):
        undo(taken, by=cast.dispatcher)
    assert WorkOrder.objects.get(pk=taken.pk).status == "accepted"


def test_nobody_undoes_another_s_step(order_at, cast):
    taken = take(order_at("reported"), "accept", by=cast.dispatcher, said={})
    with pytest.raises(NotYours):
        undo(taken, by=cast.duty_chief)
    assert Footprint.objects.filter(order=taken).exists()


def test_what_another_has_followed_up_is_not_undone(order_at, cast, sanitation):
    taken = take(order_at("accepted"), "dispatch", by=cast.dispatcher, said={"department": sanitation})
    orders.sign_for(taken, by=cast.officer)
    with pytest.raises(NotNow):
        undo(taken, by=cast.dispatcher)
    assert WorkOrder.objects.get(pk=taken.pk).status == "handling"


def test_what_the_sweep_has_followed_up_is_not_undone(order_at, cast, clock):
    order = order_at("accepted")
    clock.pass_(minutes=29, seconds=55)
    taken = take(order, "tag", by=cast.dispatcher, said={"tags": ["hot"]})
    clock.pass_(seconds=8)  # the dispatch clock turns red
    with pytest.raises(NotNow):
        undo(taken, by=cast.dispatcher)


def test_an_undo_is_not_undone(order_at, cast):
    taken = take(order_at("reported"), "accept", by=cast.dispatcher, said={})
    again = undo(taken, by=cast.dispatcher)
    with pytest.raises(NotNow):
        undo(again, by=cast.dispatcher)


def test_a_step_that_shows_photos_or_carries_others_leaves_nothing_to_undo(order_at, cast, picture):
    done = take(order_at("handling"), "finish", by=cast.officer, said={"result": "已清运。", "pictures": [picture]})
    lead, follower = order_at("verified"), order_at("accepted")
    matters.join(follower, by=cast.dispatcher, lead=lead)
    closed = take(lead, "close", by=cast.dispatcher, said={})
    for order, by in ((done, cast.officer), (closed, cast.dispatcher)):
        with pytest.raises(NotNow):
            undo(order, by=by)


def test_where_somebody_was_quicker_nothing_is_kept_to_be_undone(order_at, cast, monkeypatch):
    """The order is remembered without being held: an event in between means that what is remembered is too old."""
    order = order_at("reported")
    remember = standing.clocks_of

    def meanwhile(case):
        was = remember(case)
        checks.ask_check(order, by=cast.duty_chief)
        checks.check(order, by=cast.worker, there=True)
        return was

    monkeypatch.setattr(standing, "clocks_of", meanwhile)
    taken = take(order, "accept", by=cast.dispatcher, said={})
    with pytest.raises(NotNow):
        undo(taken, by=cast.dispatcher)


def test_an_application_lapsed_by_a_step_waits_again_after_undoing_it(order_at, cast):
    order = applications.ask_longer(order_at("handling"), by=cast.officer, reason="weather", words="雨。")
    before = standing.remember(order.applications.all())
    undo(take(order, "recall", by=cast.dispatcher, said={"reason": "派错了。"}), by=cast.dispatcher)
    assert standing.remember(order.applications.all()) == before
    assert Part.objects.present().filter(case=order, role="lead").count() == 1


def test_the_toast_offers_the_way_back_and_the_way_back_works(client, order_at, cast):
    order = order_at("reported")
    client.force_login(cast.dispatcher)
    page = client.post(reverse("step", args=[order.number, "accept"]), {"next": reverse("desk")}, follow=True)
    assert f'action="{reverse("undo", args=[order.number])}"' in page.content.decode()
    page = client.post(reverse("undo", args=[order.number]), {"next": reverse("desk")}, follow=True)
    assert f"{order.number}：已撤销" in page.content.decode()
    assert WorkOrder.objects.get(pk=order.pk).status == "reported"
    page = client.get(reverse("order", args=[order.number])).content.decode()
    assert "撤销了「受理」" in page


def test_undoing_too_late_is_a_page_that_says_so(client, order_at, cast):
    order = order_at("reported")
    client.force_login(cast.dispatcher)
    response = client.post(reverse("undo", args=[order.number]))
    assert response.status_code == 409
    assert "不能再撤销" in response.content.decode()

"""The pages of the month, of appeals and of consequences: who sees them, what they ask, what they refuse."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.models import Appeal, Proposal
from assessment.services import appeals, months, proposals, rewards
from casework.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(month, reported, cast):
    reported(cast)
    return month()


@pytest.fixture
def board(village, cast):
    return village.published(cast.secretary)


def at(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_communities_and_the_street_take_their_steps_on_the_page_of_the_month(village, cast, clock):
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    page = reverse("assessment_month", args=[board.number])
    step = lambda name: reverse("assessment_step", args=[board.number, name])  # noqa: E731
    assert "step-look" in at(cast.community).get(page).content.decode()
    assert at(cast.community).post(step("look"), {"agrees": "no"}).status_code == 422
    assert at(cast.community).post(step("look"), {"agrees": "no", "words": "漏记。"}).status_code == 302
    shown = at(cast.secretary).get(page).content.decode()
    assert "漏记。" in shown
    assert at(cast.worker).get(page).status_code == 404
    assert at(cast.community).post(step("publish"), {}).status_code == 403
    assert at(cast.secretary).post(step("publish"), {"words": "同意公示。"}).status_code == 302
    board.refresh_from_db()
    assert board.status == "published"
    # What was said inside before it was out stays inside.
    public = at(cast.worker).get(page)
    assert public.status_code == 200
    assert "漏记。" not in public.content.decode()


def test_a_worker_lodges_an_appeal_from_the_line_of_his_card(village, board, cast):
    line = village.line(board, cast.worker)
    page = reverse("lodge_appeal", args=[line.pk])
    shown = at(cast.worker).get(page)
    assert shown.context["form"].fields["item"].choices[0][0] == line.against[0]
    assert at(cast.worker2).get(page).status_code == 404
    assert at(cast.worker).post(page, {"item": line.against[0]}).status_code == 422
    assert not Appeal.objects.exists()
    sent = at(cast.worker).post(page, {"item": line.against[0], "reason": "not_mine", "words": "非本网格。"})
    appeal = Appeal.objects.get()
    assert sent.url == reverse("appeal", args=[appeal.number])
    assert "非本网格。" in at(cast.worker).get(sent.url).content.decode()


def test_reviewers_find_what_waits_for_them_and_decide_on_the_page(village, board, cast):
    appeal = village.appeal(board, cast.worker)
    listed = at(cast.duty_chief).get(reverse("appeals"))
    assert listed.context["waiting"] == [appeal]
    step = reverse("appeal_step", args=[appeal.number, "support"])
    assert at(cast.duty_chief).post(step, {}).status_code == 422
    assert at(cast.duty_chief).post(step, {"words": "属实。"}).status_code == 302
    assert at(cast.duty_chief).get(reverse("appeals")).context["waiting"] == []
    shown = at(cast.duty_chief).get(reverse("appeal", args=[appeal.number]))
    assert shown.context["barred"]
    assert (
        at(cast.supervisor)
        .post(reverse("appeal_step", args=[appeal.number, "uphold"]), {"words": "同意。"})
        .status_code
        == 302
    )
    appeal.refresh_from_db()
    assert appeal.status == "upheld"


def test_an_appeal_of_others_is_unknown(village, board, cast):
    appeal = village.appeal(board, cast.worker)
    for person in (cast.worker2, cast.officer, cast.dispatcher, cast.outsider):
        assert at(person).get(reverse("appeal", args=[appeal.number])).status_code == 404
        assert appeal.number not in at(person).get(reverse("appeals")).content.decode()


def test_consequences_are_proposed_decided_and_recorded_on_their_pages(city, cast, clock, limits):
    new = reverse("propose")
    assert at(cast.worker).get(new).status_code == 403
    said = {"person": cast.worker.pk, "consequence": "heavy_reward", "grounds": "发现重大隐患。"}
    assert at(cast.duty_chief).post(new, said).status_code == 422
    sent = at(cast.duty_chief).post(new, said | {"merit": "disaster_prevented", "grade": "1"})
    proposal = Proposal.objects.get()
    assert (sent.url, proposal.yuan) == (reverse("proposal", args=[proposal.number]), 3000)
    assert at(cast.worker).get(sent.url).status_code == 404
    assert proposal.number not in at(cast.worker).get(reverse("proposals")).content.decode()
    step = lambda name: reverse("proposal_step", args=[proposal.number, name])  # noqa: E731
    assert at(cast.duty_chief).post(step("approve"), {"words": "同意。"}).status_code == 403
    assert at(cast.secretary).post(step("approve"), {"words": ""}).status_code == 422
    assert at(cast.secretary).post(step("approve"), {"words": "同意。"}).status_code == 302
    assert "同意。" in at(cast.worker).get(sent.url).content.decode()
    assert at(cast.director).post(step("carry_out"), {"words": "已发放。"}).status_code == 302


def test_who_opens_what_he_was_told_of_has_read_it(village, board, cast):
    appeal = village.appeal(board, cast.worker)
    appeals.reject(appeal, by=cast.duty_chief, words="证据不足。")
    inbox = at(cast.worker).get(reverse("notices"))
    assert appeal.title in inbox.content.decode()
    assert cast.worker.notices.filter(read_at=None).count() == 2
    note = cast.worker.notices.get(about="appeal")
    assert at(cast.worker).post(reverse("notice", args=[note.pk])).url == reverse("appeal", args=[appeal.number])
    at(cast.worker).get(reverse("appeal", args=[appeal.number]))
    at(cast.worker).get(reverse("assessment_month", args=[board.number]))
    assert not cast.worker.notices.filter(read_at=None).exists()


def test_no_list_of_all_kinds_shows_a_board_an_appeal_or_a_reward(village, cast, street, clock):
    clock.set(2026, 11, 2, 9, 0)
    board = village.opens()
    months.publish(board, by=cast.secretary)
    appeal = village.appeal(board, cast.worker)
    reward = rewards.propose(by=cast.duty_chief, area=street, person=cast.worker, consequence="talk", grounds="另述。")
    kinds = {"assessment", "appeal", "proposal"}
    for person in (cast.secretary, cast.worker, cast.dispatcher, cast.supervisor):
        assert not Case.objects.visible_to(person).filter(kind__in=kinds).exists()
    for name in ("desk", "map", "whistles", "status"):
        shown = at(cast.organiser if name == "status" else cast.secretary).get(reverse(name))
        text = shown.content.decode()
        assert shown.status_code == 200, name
        assert not any(number in text for number in (board.number, appeal.number, reward.number)), name
    secretary = at(cast.secretary)
    for case in (board, appeal, reward):
        for name in ("order", "whistle", "supervised"):
            assert secretary.get(reverse(name, args=[case.number])).status_code == 404
        assert case.title not in secretary.get(reverse("desk"), {"q": case.number}).content.decode()


def test_the_lists_cost_the_same_for_one_and_for_three(village, board, cast, street):
    line, costs, worker = village.line(board, cast.worker), [], at(cast.worker)
    worker.get(reverse("appeals"))
    for item in line.against:
        village.appeal(board, cast.worker, item=item)
        reward = rewards.propose(
            by=cast.duty_chief, area=street, person=cast.worker, consequence="talk", grounds="另述。"
        )
        proposals.decline(reward, by=cast.secretary, words="不必。")
        with CaptureQueriesContext(connection) as asked:
            worker.get(reverse("appeals"))
            worker.get(reverse("proposals"))
        costs.append(len(asked))
    assert costs[0] == costs[1]

"""Versions of a scheme: drafted, changed, announced, put into force; used once it stands for ever."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from assessment.models import Band, Dimension, Indicator, PeerGroup, Scheme
from assessment.selectors.schemes import in_force_on, listed, plan_of, scheme_in_force
from assessment.services import schemes as services
from assessment.services.schemes import Unsound
from casework.refusals import NotNow, NotYours
from tests.assessment.conftest import board_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workers(city, clock) -> Scheme:
    return Scheme.objects.get(city=city, code="workers")


@pytest.fixture
def draft(workers, cast) -> Scheme:
    return services.begin_draft(workers, by=cast.organiser)


def changed(draft: Scheme, **row) -> dict:
    """What the draft says, with some words of its check-ins' row changed."""
    plan = plan_of(draft)
    rows = [one for dimension in plan["dimensions"] for one in dimension["indicators"]]
    next(one for one in rows if one["code"] == "check-ins").update(row)
    return plan


def in_force(draft, cast, clock) -> Scheme:
    announced = services.announce(draft, by=cast.organiser)
    clock.pass_(days=10, sweep=False)
    return services.activate(announced, by=cast.organiser)


def test_a_draft_says_what_the_version_it_began_from_says(workers, draft):
    assert (draft.version, draft.state) == (2, "draft")
    assert plan_of(draft) == plan_of(workers)


def test_a_second_press_finds_the_same_draft(workers, draft, cast):
    assert services.begin_draft(workers, by=cast.director) == draft


def test_who_does_not_look_after_the_assessment_drafts_nothing(workers, cast):
    for person in (cast.worker, cast.dispatcher, cast.secretary, cast.outsider):
        with pytest.raises(NotYours):
            services.begin_draft(workers, by=person)
    assert Scheme.objects.filter(code="workers").count() == 1


def test_what_could_not_be_carried_out_is_refused_with_its_place_and_changes_nothing(draft, cast):
    before = plan_of(draft)
    plan = plan_of(draft)
    plan["dimensions"][0]["weight"] = 50
    with pytest.raises(Unsound) as refused:
        services.change_draft(draft, by=cast.organiser, plan=plan)
    assert {place for place, _words in refused.value.flaws} == {("dimensions",), ("dimensions", 0, "weight")}
    assert plan_of(draft) == before


def test_activity_is_counted_only_with_the_notices_ground_and_words_of_the_citys_own(draft, cast):
    for reason in ("", "我们想看看大家在不在岗", "安保", "应急：是"):
        with pytest.raises(Unsound) as refused:
            services.change_draft(draft, by=cast.organiser, plan=changed(draft, on=True, reason=reason))
        assert any("国办函〔2026〕12号" in words for words in refused.value.messages)
    reason = "安保：国庆期间重点部位值守，按公安要求。"
    services.change_draft(draft, by=cast.organiser, plan=changed(draft, on=True, reason=reason))
    assert Indicator.objects.get(dimension__scheme=draft, code="check-ins").reason == reason


def test_whom_it_assesses_is_no_matter_of_a_draft(draft, cast):
    services.change_draft(draft, by=cast.organiser, plan=plan_of(draft) | {"subject": "department", "code": "others"})
    draft.refresh_from_db()
    assert (draft.code, draft.subject) == ("workers", "worker")


def test_announced_it_stands_as_long_as_a_board_before_it_comes_into_force(draft, cast, clock):
    announced = services.announce(draft, by=cast.organiser)
    assert announced.effective_from == dt.date(2026, 11, 1)
    clock.pass_(days=3, sweep=False)
    with pytest.raises(NotNow, match="2026-10-15"):
        services.activate(announced, by=cast.organiser)
    clock.pass_(days=6, sweep=False)
    active = services.activate(announced, by=cast.organiser)
    assert (active.state, active.effective_from) == ("active", dt.date(2026, 11, 1))


def test_this_month_keeps_the_version_that_was_in_force_on_its_first_day(workers, draft, cast, clock, city):
    active = in_force(draft, cast, clock)
    workers.refresh_from_db()
    assert workers.state == "retired"
    assert scheme_in_force(city, "workers", dt.date(2026, 10, 1)) == workers
    assert scheme_in_force(city, "workers", dt.date(2026, 11, 1)) == active
    assert len(in_force_on(city, dt.date(2026, 10, 1))) == 3
    row = next(one for one in listed(city, drafts=False) if one.scheme.code == "workers")
    assert (row.scheme, row.until) == (workers, dt.date(2026, 11, 1))


def test_an_announcement_taken_back_is_a_draft_again(draft, cast):
    announced = services.announce(draft, by=cast.organiser)
    with pytest.raises(NotNow):
        services.begin_draft(Scheme.objects.get(code="workers", version=1), by=cast.organiser)
    assert services.take_back(announced, by=cast.organiser).state == "draft"
    services.discard_draft(draft, by=cast.organiser)
    assert not Scheme.objects.filter(code="workers", version=2).exists()


def test_each_step_belongs_to_one_state(workers, draft, cast):
    for step in (services.activate, services.take_back):
        with pytest.raises(NotNow):
            step(draft, by=cast.organiser)
    for step in (services.announce, services.discard_draft, services.activate):
        with pytest.raises(NotNow):
            step(workers, by=cast.organiser)
    with pytest.raises(NotNow):
        services.change_draft(workers, by=cast.organiser, plan=plan_of(workers))


# --- what was used stands ---------------------------------------------------------------------------------------------
@pytest.fixture
def used(workers, street) -> Scheme:
    board_of(workers, street)
    return workers


ATTACKS = {
    "another name": "update assessment_scheme set name = '改' where id = %(scheme)s",
    "another line": "update assessment_scheme set line = 0.1 where id = %(scheme)s",
    "back to a draft": "update assessment_scheme set state = 'draft' where id = %(scheme)s",
    "replaced and renamed at once": "update assessment_scheme set state = 'retired', name = '改' where id = %(scheme)s",
    "deleted": "delete from assessment_scheme where id = %(scheme)s",
    "another weight": "update assessment_dimension set weight = 1 where scheme_id = %(scheme)s",
    "a dimension less": "delete from assessment_dimension where scheme_id = %(scheme)s",
    "a dimension more": "insert into assessment_dimension (scheme_id, place, code, name, name_en, weight)"
                        " values (%(scheme)s, 9, 'more', '多', '', 0)",
    "another measure": "update assessment_indicator set measure = 'solved' where dimension_id in"
                       " (select id from assessment_dimension where scheme_id = %(scheme)s)",
    "an indicator less": "delete from assessment_indicator where dimension_id in"
                         " (select id from assessment_dimension where scheme_id = %(scheme)s)",
    "an indicator moved in": "update assessment_indicator set dimension_id ="
                             " (select min(id) from assessment_dimension where scheme_id = %(scheme)s)"
                             " where dimension_id not in"
                             " (select id from assessment_dimension where scheme_id = %(scheme)s)",
    "another band": "update assessment_band set least = 1 where scheme_id = %(scheme)s",
    "a band less": "delete from assessment_band where scheme_id = %(scheme)s",
    "another group": "update assessment_peergroup set holds = '[\"unpaid\"]' where scheme_id = %(scheme)s",
    "a group less": "delete from assessment_peergroup where scheme_id = %(scheme)s",
}  # fmt: skip


@pytest.mark.parametrize("statement", ATTACKS.values(), ids=ATTACKS)
def test_the_database_itself_keeps_a_used_scheme_as_it_is(used, statement):
    before = plan_of(used)
    refused = pytest.raises(DatabaseError, match="months were assessed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"scheme": used.pk})
    assert plan_of(Scheme.objects.get(pk=used.pk)) == before


def test_a_used_scheme_may_still_be_replaced(used, cast, clock):
    active = in_force(services.begin_draft(used, by=cast.organiser), cast, clock)
    used.refresh_from_db()
    assert (used.state, active.state) == ("retired", "active")


def test_an_unused_scheme_can_be_changed(workers):
    assert Band.objects.filter(scheme=workers, grade="top").update(least=91)
    assert Dimension.objects.filter(scheme=workers).update(name_en="x")
    assert PeerGroup.objects.filter(scheme=workers).update(name_en="x")


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def browse(client):
    """`browse(person, address)`: what the person's browser gets."""

    def get(person, address: str, **data):
        client.force_login(person)
        return client.post(address, data) if data else client.get(address)

    return get


def fields_of(response) -> dict[str, str]:
    """All that the form of a draft holds, as a browser would send it back."""
    forms = response.context["forms"]
    sent: dict[str, str] = {}
    for part in (forms.head, *forms.sets):
        for form in getattr(part, "forms", [part]):
            for field in form:
                value = field.value()
                if value is not None and value is not False and value != "":
                    sent[field.html_name] = "on" if value is True else str(value)
        if hasattr(part, "management_form"):
            sent |= {field.html_name: str(field.value()) for field in part.management_form}
    return sent


def number_of(sent: dict[str, str], code: str) -> str:
    """Which row of the indicators has a code."""
    return next(name.split("-")[1] for name, value in sent.items() if name.endswith("-code") and value == code)


@pytest.mark.mechanism("1-21")
def test_everybody_who_works_there_reads_the_scheme_and_what_it_feeds_above(browse, cast, workers):
    assert "网格员月度考核" in browse(cast.worker, "/boards/schemes/").content.decode()
    page = browse(cast.worker, "/boards/schemes/communities/1/").content.decode()
    assert "DJ-1" in page
    assert "党建引领基层治理" in page
    page = browse(cast.worker, "/boards/schemes/workers/1/").content.decode()
    assert "志愿服务模块启用前暂不计分" in page
    assert "国办函〔2026〕12号" in page
    assert "40 × 比例" in page or "40 ×" in page


def test_a_draft_is_seen_only_by_who_changes_schemes(browse, cast, draft):
    assert browse(cast.organiser, "/boards/schemes/workers/2/").status_code == 200
    assert browse(cast.worker, "/boards/schemes/workers/2/").status_code == 404
    assert browse(cast.worker, "/boards/schemes/workers/2/edit/").status_code == 403
    assert browse(cast.outsider, "/boards/schemes/").status_code == 404


def test_the_page_of_a_draft_sent_back_as_it_is_changes_nothing(browse, cast, draft):
    before = plan_of(draft)
    page = browse(cast.organiser, "/boards/schemes/workers/2/edit/")
    assert page.status_code == 200
    answer = browse(cast.organiser, "/boards/schemes/workers/2/edit/", **fields_of(page))
    assert answer.status_code == 302, answer.context["forms"].parts[2].errors
    assert plan_of(Scheme.objects.get(pk=draft.pk)) == before


def test_the_page_says_at_the_field_why_activity_is_not_counted(browse, cast, draft):
    page = browse(cast.organiser, "/boards/schemes/workers/2/edit/")
    sent = fields_of(page)
    at = number_of(sent, "check-ins")
    sent |= {f"indicators-{at}-on": "on", f"indicators-{at}-reason": "国庆期间"}
    answer = browse(cast.organiser, "/boards/schemes/workers/2/edit/", **sent)
    assert answer.status_code == 422
    assert "reason" in answer.context["forms"].indicators.forms[int(at)].errors
    sent |= {f"indicators-{at}-ground": "安保", f"indicators-{at}-reason": "国庆期间重点部位值守"}
    assert browse(cast.organiser, "/boards/schemes/workers/2/edit/", **sent).status_code == 302
    kept = Indicator.objects.get(dimension__scheme=draft, code="check-ins")
    assert (kept.on, kept.reason) == (True, "安保：国庆期间重点部位值守")


def test_a_row_added_on_the_page_and_one_struck_out_are_in_the_draft(browse, cast, draft):
    page = browse(cast.organiser, "/boards/schemes/workers/2/edit/")
    sent = fields_of(page)
    new = len(page.context["forms"].indicators.forms) - 1
    struck = number_of(sent, "dangers")
    sent |= {f"indicators-{struck}-DELETE": "on"} | {
        f"indicators-{new}-{name}": value
        for name, value in {
            "dimension": "bonus", "code": "settled", "name": "自行办结", "sort": "each", "measure": "settled_self",
            "each": "0.2", "cap": "3", "on": "on", "most_of_a_kind": "0",
        }.items()
    }  # fmt: skip
    answer = browse(cast.organiser, "/boards/schemes/workers/2/edit/", **sent)
    assert answer.status_code == 302, [form.errors for form in answer.context["forms"].indicators]
    codes = set(Indicator.objects.filter(dimension__scheme=draft).values_list("code", flat=True))
    assert "settled" in codes
    assert "dangers" not in codes


def test_from_draft_to_force_by_pressing_buttons(browse, cast, workers, clock):
    assert browse(cast.organiser, "/boards/schemes/workers/1/draft/", city="village").status_code == 302
    assert browse(cast.organiser, "/boards/schemes/workers/2/announce/", city="village").status_code == 302
    assert browse(cast.worker, "/boards/schemes/workers/2/").status_code == 200
    assert browse(cast.organiser, "/boards/schemes/workers/2/activate/", city="village").status_code == 409
    clock.pass_(days=10, sweep=False)
    assert browse(cast.organiser, "/boards/schemes/workers/2/activate/", city="village").status_code == 302
    assert Scheme.objects.get(code="workers", version=2).state == "active"
    assert browse(cast.organiser, "/boards/schemes/workers/2/fly/", city="village").status_code == 404


def test_an_unsound_draft_is_not_announced_and_the_page_says_why(browse, cast, draft):
    Dimension.objects.filter(scheme=draft, weight=60).update(weight=50)
    answer = browse(cast.organiser, "/boards/schemes/workers/2/announce/", city="village")
    assert answer.status_code == 422
    assert "不是 100" in answer.content.decode() or "not 100" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"

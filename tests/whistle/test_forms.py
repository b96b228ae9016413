"""What a person says, as the services want it: rows that are empty are none, and refusals stand where it was asked."""

import datetime as dt
import inspect

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.moment import now
from grids.models import MemberUnit
from tests.conftest import PLACE
from tests.whistle.conftest import staff, summons
from whistle.forms import FORMS, BlowForm, StepForm
from whistle.lifecycle import SUPERVISION, WHISTLE
from whistle.models import Whistle
from whistle.services.agreeing import LARGEST_BYTES
from whistle.services.sending import send
from whistle.services.steps import STEPS, SUPERVISION_STEPS
from whistle.services.taking import take

pytestmark = pytest.mark.django_db
BLOWN = {
    "sort": "work", "caller": "120106990", "spring": "masses", "words": "十段社区无主空地。", "place": "空地东侧", **PLACE,
    "meet_at": "2026-10-09T15:00", "item": "1", "called_1": "department:parks", "asked_1": "清理空地",
    "called_3": "department:sanitation", "effort_on_2": "2026-10-08", "effort_words_2": "清理两次。",
}  # fmt: skip


@pytest.fixture
def blowing(city, cast, clock):
    """`blowing(words="")`: the form as the secretary sends it, with fields changed."""

    def make(user=None, **changes) -> BlowForm:
        return BlowForm({**BLOWN, **changes}, city=city, user=user or cast.secretary)

    return make


def form_of(whistle, step: str, user, *data, **kwargs) -> StepForm:
    return FORMS[step](*data, case=whistle, step=step, user=user, **kwargs)


def test_every_step_of_both_lives_has_its_form():
    assert set(FORMS) == {*WHISTLE.by_name, *SUPERVISION.by_name}
    system = {step.name for life in (WHISTLE, SUPERVISION) for step in life.steps if step.permission is None}
    assert all(FORMS[name] is StepForm for name in system)


@pytest.mark.mechanism("2-20")
def test_a_whole_whistle_is_what_the_service_wants(blowing, cast):
    form = blowing()
    assert form.is_valid(), form.errors
    said = form.said()
    assert [(str(each.department.code), each.asked) for each in said["called"]] == [
        ("parks", "清理空地"),
        ("sanitation", ""),
    ]
    assert said["efforts"] == [(dt.date(2026, 10, 8), "清理两次。")]
    assert (said["item"].place, said["complex"], said["datum"], form.is_application) == (1, True, "wgs84", False)
    whistle = send(by=cast.secretary, application=form.is_application, said=said)
    assert (whistle.status, whistle.summonses.count()) == ("calling", 2)


def test_the_hour_is_the_citys_whatever_zone_the_house_runs_in(blowing, settings):
    settings.TIME_ZONE = "America/New_York"
    form = blowing()
    assert form.is_valid(), form.errors
    assert form.said()["meet_at"].astimezone(dt.UTC) == dt.datetime(2026, 10, 9, 7, 0, tzinfo=dt.UTC)


def test_an_hour_with_its_own_zone_is_taken_as_it_is(blowing):
    form = blowing(meet_at="2026-10-09T09:00:00+02:00")
    assert form.is_valid(), form.errors
    assert form.said()["meet_at"].astimezone(dt.UTC).hour == 7


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "1999-01-01T00:00", "soon"])
def test_a_moment_beyond_all_reckoning_is_refused_at_its_field(blowing, moment):
    form = blowing(meet_at=moment)
    assert not form.is_valid()
    assert set(form.errors) == {"meet_at"}


def test_half_a_row_is_asked_for_its_other_half(blowing):
    form = blowing(effort_on_1="2026-10-08", effort_words_3="联系产权单位。", asked_2="现场看护")
    assert not form.is_valid()
    assert set(form.errors) == {"effort_words_1", "effort_on_3", "called_2"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"effort_on_2": "", "effort_words_2": ""}, "effort_words_1"),
        ({"effort_on_2": "2026-10-10"}, "effort_words_1"),
        ({"called_1": "", "asked_1": "", "called_3": ""}, "called_1"),
        ({"called_3": "department:parks"}, "called_1"),
        ({"item": ""}, "item"),
        ({"meet_at": "2026-10-09T09:00"}, "meet_at"),
        ({"sort": "hard"}, "meet_at"),
        ({"lng": "1"}, "place"),
    ],
)
def test_what_the_service_refuses_stands_at_the_field_that_asked(blowing, cast, changes, field):
    form = blowing(**changes)
    assert form.is_valid(), form.errors
    with pytest.raises(ValidationError) as refused:
        send(by=cast.secretary, application=False, said=form.said())
    form.refuse(refused.value)
    assert set(form.errors) == {field}
    assert Whistle.objects.count() == 0


def test_a_person_is_offered_what_his_posts_open_and_no_more(city, cast, who, clock):
    def offered(user) -> list[str]:
        return [opening.kind.code for opening in BlowForm(city=city, user=user).openings]

    assert offered(cast.secretary) == ["work", "hard", "rescue", "units"]
    assert offered(who("deputy")) == ["work"]
    assert offered(cast.community) == ["work", "hard", "rescue", "members"]
    assert offered(cast.worker) == offered(cast.officer) == offered(cast.outsider) == []


def test_a_kind_of_others_is_no_choice(blowing, who):
    form = blowing(who("deputy"), sort="rescue")
    assert not form.is_valid()
    assert set(form.errors) == {"sort"}


def test_a_community_applies_to_its_street_and_blows_to_its_own_members(blowing, cast, city):
    form = blowing(cast.community)
    assert form.is_valid(), form.errors
    assert form.is_application
    own = blowing(cast.community, sort="members", caller="120106990001", called_1="person:member", called_3="")
    assert own.is_valid(), own.errors
    assert not own.is_application
    assert own.said()["called"][0].person.username == "member"
    alone = blowing(cast.community, caller="")
    assert alone.is_valid(), alone.errors
    assert (alone.said()["caller"].code, alone.is_application) == ("120106990", True)


@pytest.mark.mechanism("3-25")
def test_the_page_lists_those_whom_the_chosen_kind_calls(city, cast, clock):
    def groups(user, kind: str) -> dict[str, list[str]]:
        form = BlowForm(city=city, user=user, initial={"sort": kind})
        return {str(name): [value for value, _label in rows] for name, rows in form.fields["called_1"].choices[1:]}

    [departments] = groups(cast.secretary, "work").values()
    assert "department:parks" in departments
    companies, units = groups(cast.secretary, "units").values()
    assert companies == ["department:heating"]
    assert f"unit:{MemberUnit.objects.get(name='试点街道小学').pk}" in units
    units, members = groups(cast.community, "members").values()
    assert "person:member" in members


@pytest.mark.parametrize("named", ["department:nobody", "person:secretary", "unit:0", "unit:x", "parks", "department:"])
def test_nobody_else_can_be_named(blowing, named):
    form = blowing(called_1=named)
    assert not form.is_valid()
    assert set(form.errors) == {"called_1"}


def test_a_whistle_again_begins_with_what_is_known(city, cast, blow):
    first = blow()
    form = BlowForm(city=city, user=cast.secretary, again=first)
    assert (form["words"].value(), form["again"].value()) == (first.words, first.number)
    assert [row["called"].value() for row in form.called_rows[:3]] == [
        "department:parks",
        "department:sanitation",
        None,
    ]


def test_a_whistle_on_an_order_begins_with_what_the_order_says(city, cast, report):
    order = report(source="resident")
    form = BlowForm(city=city, user=cast.secretary, order=order)
    assert (form["order"].value(), form["words"].value(), form["spring"].value()) == (
        order.number,
        order.words,
        "masses",
    )
    assert (form["lng"].value(), form["lat"].value()) == (order.lng, order.lat)


def test_an_order_or_whistle_that_one_does_not_see_is_none(blowing, cast, blow, report):
    form = blowing(order=report().number, again=blow().number)
    assert form.is_valid(), form.errors
    assert form.said()["order"] is not None
    unseen = blowing(order="GD20261009-99999", again="SZ20261009-99999")
    assert not unseen.is_valid()
    assert set(unseen.errors) == {"order", "again"}


# --- steps -----------------------------------------------------------------------------------------------------------
def test_several_forms_on_a_page_have_ids_of_their_own(blow, cast):
    whistle = blow()
    ids = [bound.auto_id for name in ("decline", "withdraw") for bound in form_of(whistle, name, cast.secretary)]
    assert len(ids) == len(set(ids))


def test_who_works_for_several_units_called_says_for_which(blow, cast):
    whistle = blow(departments=("housing", "estates"))
    form = form_of(whistle, "sign", cast.officer_b, {})
    assert not form.is_valid()
    assert set(form.errors) == {"summons"}
    chosen = form_of(whistle, "sign", cast.officer_b, {"summons": summons(whistle, "estates").pk})
    assert chosen.is_valid()
    take(whistle, "sign", by=cast.officer_b, said=chosen.said())
    assert summons(whistle, "estates").signed_at
    assert summons(whistle, "housing").signed_at is None


def test_who_works_for_one_unit_is_not_asked(blow, cast):
    whistle = blow()
    form = form_of(whistle, "sign", cast.officer, {})
    assert form.is_valid(), form.errors
    assert form.fields["summons"].widget.is_hidden
    assert form["summons"].value() is not None or form.is_bound


def test_the_unit_of_another_cannot_be_named(blow, cast):
    whistle = blow()
    form = form_of(whistle, "sign", cast.officer, {"summons": summons(whistle, "parks").pk})
    assert not form.is_valid()


def test_a_plan_takes_the_lines_that_say_something(whistle_at, blow, cast):
    whistle = blow()
    data = {
        "words_1": "清运垃圾", "summons_1": summons(whistle, "sanitation").pk, "due_on_1": "2026-10-12", "money_1": "3800.50",
        "paid_by_1": "街道", "words_4": "看护", "who_4": "社区", "due_on_4": "2026-10-20",
    }  # fmt: skip
    form = form_of(whistle, "plan", cast.secretary, data)
    assert form.is_valid(), form.errors
    assert [(line.words, line.who, str(line.money or "")) for line in form.said()["lines"]] == [
        ("清运垃圾", "", "3800.50"), ("看护", "社区", ""),
    ]  # fmt: skip
    assert len(form.rows) == 8
    take(whistle, "plan", by=cast.secretary, said=form.said())
    assert whistle.plan_lines.count() == 2


def test_a_later_plan_begins_as_the_earlier_one_was(whistle_at, cast):
    whistle = whistle_at("handling")
    form = form_of(whistle, "plan", cast.secretary)
    assert [row["words"].value() for row in form.rows[:3]] == ["第 1 项", "第 2 项", None]
    assert form.rows[0]["summons"].value() in (summons(whistle, "parks"), summons(whistle, "parks").pk)
    assert 'value="2026-10-14"' in str(form.rows[0]["due_on"])
    assert f'value="{summons(whistle, "parks").pk}" selected' in str(form.rows[0]["summons"])


def test_a_line_without_its_day_is_asked_for_it(blow, cast):
    form = form_of(blow(), "plan", cast.secretary, {"words_2": "清运垃圾", "who_2": "社区"})
    assert not form.is_valid()
    assert set(form.errors) == {"due_on_2"}


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-13-01"])
def test_a_day_beyond_all_reckoning_is_refused_at_its_line(blow, cast, day):
    form = form_of(blow(), "plan", cast.secretary, {"words_1": "清运", "who_1": "社区", "due_on_1": day})
    assert not form.is_valid()
    assert set(form.errors) == {"due_on_1"}


def test_one_who_comes_is_one_unless_told_otherwise(blow, cast):
    form = form_of(blow(), "check_in", cast.officer, {"came": "方", "lng": "117.1", "lat": "39.1"})
    assert form.is_valid(), form.errors
    assert (form.said()["came_count"], form.said()["datum"], form.said()["code"]) == (1, "wgs84", "")
    assert "200" in str(form.fields["code"].help_text)


@pytest.mark.parametrize("position", ["nan", "inf", "181", "1e999", "x"])
def test_no_position_is_no_number(blow, cast, position):
    form = form_of(blow(), "check_in", cast.officer, {"came": "方", "lng": position, "lat": "39.1"})
    assert not form.is_valid()
    assert set(form.errors) == {"lng"}


def test_a_rating_has_a_row_for_every_unit_and_words_where_a_mark_is_low(whistle_at, cast):
    whistle = whistle_at("settled")
    keys = list(whistle.summonses.values_list("pk", flat=True))
    marks = {f"{name}_{key}": "2" for key in keys for name in ("signing", "arriving", "handling", "effect")}
    form = form_of(whistle, "rate", cast.secretary, {"solved": "yes", **marks, f"words_{keys[0]}": "来得晚。"})
    assert form.is_valid(), form.errors
    assert [len(row["marks"]) for row in form.rows] == [4, 4]
    with pytest.raises(ValidationError) as refused:
        take(whistle, "rate", by=cast.secretary, said=form.said())
    form.refuse(refused.value)
    assert set(form.errors) == {f"words_{keys[1]}"}


def test_marks_run_from_one_to_five(whistle_at, cast):
    whistle = whistle_at("settled")
    key = whistle.summonses.first().pk
    form = form_of(whistle, "rate", cast.secretary, {"solved": "yes", f"signing_{key}": "6"})
    assert not form.is_valid()
    assert f"signing_{key}" in form.errors
    assert f"words_{key}" not in form.errors


def test_one_reply_is_audited_without_asking_which(whistle_at, cast):
    whistle = whistle_at("handling")
    said = {"received_at": now(), "spoke_with": "街道", "measures": "已清。", "finish_on": dt.date(2026, 10, 12)}
    STEPS["reply"](whistle, by=cast.officer, **said)
    alone = form_of(whistle, "audit", cast.secretary)
    assert alone.fields["reply"].widget.is_hidden
    assert alone["reply"].value() is not None
    STEPS["reply"](whistle, by=staff("parks"), **said)
    form = form_of(whistle, "audit", cast.secretary, {"passed": "yes"})
    assert not form.is_valid()
    assert set(form.errors) == {"reply"}


def test_a_paper_is_read_no_further_than_it_may_be_long(blow, cast):
    whistle = blow()
    whole = {"title": "代管协议", "parties": "房管站、街道"}
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4" + b"0" * (LARGEST_BYTES + 100), "application/pdf")
    form = form_of(whistle, "attach", cast.secretary, whole, {"file": paper})
    assert form.is_valid(), form.errors
    said = form.said()
    assert len(said["content"]) == LARGEST_BYTES + 1
    with pytest.raises(ValidationError) as refused:
        take(whistle, "attach", by=cast.secretary, said=said)
    form.refuse(refused.value)
    assert set(form.errors) == {"file"}


def test_what_a_form_says_is_what_its_service_takes():
    """No field of a form is one that its service does not know; three say theirs in another shape."""
    services = {**STEPS, **SUPERVISION_STEPS}
    for name in set(FORMS) - {"plan", "replan", "rate", "attach"}:
        assert set(FORMS[name].base_fields) <= set(inspect.signature(services[name]).parameters), name

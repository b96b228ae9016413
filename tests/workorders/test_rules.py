"""Dispatch rules: matched from the top, loaded from the folder, published once, tried out on what has been."""

from __future__ import annotations

import datetime as dt
import shutil
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from casework.models import Event
from casework.refusals import NotNow
from casework.selectors import broken_chains
from grids.folder import BadFolder
from grids.models import Area, Department
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from tests.conftest import MORNING, VILLAGE
from workorders.forms import FORMS
from workorders.models import Category, DispatchRule, DryRun, RuleEdition, WorkOrder
from workorders.selectors import matching
from workorders.selectors.conflicts import conflicts_of, shadowed
from workorders.selectors.rules import (
    draft_of,
    edition_of,
    matching_rule,
    names_for,
    rule_words,
    rules_in_force,
    rules_of,
    suggestion_for,
)  # fmt: skip
from workorders.services import dry_runs, orders, rules

pytestmark = pytest.mark.django_db
HEADER = "category,area,source,days,hours,lead,assistants,joint,valid_from,valid_until,words"


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=MORNING.tzinfo)


@pytest.fixture
def code(city):
    """`code("060202")`: an item of the village's catalogue."""
    book = rulebook_in_force(city, MORNING.date())
    return lambda code: Category.objects.get(rulebook=book, code=code)


@pytest.fixture
def department(city):
    return lambda code: Department.objects.get(city=city, code=code)


@pytest.fixture
def in_force(city, cast, clock, department):
    """`in_force({...}, …)`: these rules, and no others, hold in the village."""

    def put(*wanted: dict) -> RuleEdition:
        draft = rules.begin_draft(city, by=cast.organiser)
        draft.rules.all().delete()
        for rule in wanted:
            said = {"lead": "sanitation", "assistants": [], **rule}
            said["lead"] = department(said["lead"])
            said["assistants"] = [department(one) for one in said["assistants"]]
            rules.add_rule(draft, by=cast.organiser, **said)
        draft.refresh_from_db()
        return rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)

    return put


# --- which rule fits --------------------------------------------------------------------------------------------------


def test_the_first_rule_from_the_top_that_fits_wins(in_force, report):
    in_force({"category": "0602"}, {"category": "06", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(), MORNING).lead.code == "housing"


def test_a_group_stands_for_its_items_and_an_empty_rule_for_everything(in_force, report, code):
    in_force({"category": "0601", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(category=code("060101")), MORNING).place == 1
    assert matching_rule(report(category=code("060202")), MORNING).place == 2


def test_where_no_rule_fits_there_is_none(in_force, report):
    in_force({"category": "0901"})
    assert matching_rule(report(), MORNING) is None


def test_an_area_stands_for_all_that_lies_in_it(in_force, report, city):
    own = Area.objects.get(city=city, code="120106990001")
    in_force({"area": own, "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(), MORNING).place == 1
    assert matching_rule(report(lng=117.155), MORNING).place == 2


def test_a_rule_of_one_source_leaves_the_others_alone(in_force, report):
    in_force({"source": "resident", "lead": "housing"}, {"lead": "estates"})
    assert matching_rule(report(source="resident", reporter={"name": "甲", "phone": "13900000000"}), MORNING).place == 1
    assert matching_rule(report(source="patrol"), MORNING).place == 2


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (at(2026, 10, 9, 21, 59), 2),
        (at(2026, 10, 9, 22, 0), 1),
        (at(2026, 10, 10, 0, 0), 1),
        (at(2026, 10, 10, 5, 59), 1),
        (at(2026, 10, 10, 6, 0), 2),
        # The same minute, told in the server's zone.
        (dt.datetime(2026, 10, 9, 15, 30, tzinfo=dt.UTC), 1),
    ],
)
def test_hours_are_the_citys_own_and_reach_over_midnight(in_force, report, moment, place):
    in_force({"hour_from": dt.time(22), "hour_until": dt.time(6)}, {"lead": "housing"})
    assert matching_rule(report(), moment).place == place


@pytest.mark.parametrize(
    ("moment", "place"),
    [
        (at(2026, 10, 7, 9, 0), 1),  # National Day's last day off
        (at(2026, 10, 9, 9, 0), 2),  # a Friday
        (at(2026, 10, 10, 9, 0), 2),  # a make-up Saturday is worked
        (at(2026, 10, 11, 9, 0), 1),  # a Sunday
    ],
)
def test_days_off_are_those_of_the_working_calendar(in_force, report, moment, place):
    in_force({"days": "off"}, {"days": "working", "lead": "housing"})
    assert matching_rule(report(), moment).place == place


def test_a_dated_rule_holds_from_its_first_to_its_last_day(in_force, report):
    dated = {"valid_from": dt.date(2026, 11, 15), "valid_until": dt.date(2027, 3, 15)}
    in_force({**dated, "lead": "housing"}, {"lead": "estates"})
    order = report()
    moments = [at(2026, 11, 14, 23, 59), at(2026, 11, 15, 0, 0), at(2027, 3, 15, 23, 59), at(2027, 3, 16, 0, 0)]
    assert [matching_rule(order, moment).place for moment in moments] == [2, 1, 1, 2]


PATHS = ["/1/", "/1/2/", "/1/2/4/", "/1/3/", "/1/3/5/"]
CODES = ["01", "0101", "010101", "010102", "02", "0201", "020101"]
hours = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] != pair[1])
days = st.dates(dt.date(2026, 10, 1), dt.date(2026, 10, 14))


@st.composite
def some_rule(draw) -> DispatchRule:
    span, first, last = draw(hours), draw(st.none() | days), draw(st.none() | days)
    path = draw(st.sampled_from(["", *PATHS]))
    return DispatchRule(
        category=draw(st.sampled_from(["", *CODES])), area=Area(path=path) if path else None,
        source=draw(st.sampled_from(["", "patrol", "resident"])), days=draw(st.sampled_from(["any", "working", "off"])),
        hour_from=dt.time(span[0]) if span else None, hour_until=dt.time(span[1]) if span else None,
        valid_from=first, valid_until=last,
    )  # fmt: skip


lists = st.lists(some_rule(), max_size=12).map(
    lambda found: [setattr(rule, "place", place) or rule for place, rule in enumerate(found, start=1)]
)
matters = st.builds(
    matching.Matter, st.sampled_from(CODES), st.sampled_from(PATHS), st.sampled_from(["patrol", "resident", "window"])
)
moments = st.builds(matching.Moment, days, st.times(), st.booleans())
samples = st.lists(st.tuples(matters, moments), min_size=1, max_size=40)


def fits_in_words(rule: DispatchRule, matter: matching.Matter, moment: matching.Moment) -> bool:
    """The same question asked in another way, minute by minute."""
    now, start, end = moment.hour, rule.hour_from or dt.time(), rule.hour_until or dt.time()
    inside = start <= now < end if start < end else now >= start or now < end
    return all(
        [
            rule.category in [matter.category[:length] for length in (0, 2, 4, 6)],
            rule.area is None or rule.area.path in [path for path in PATHS if matter.path.startswith(path)],
            not rule.source or rule.source == matter.source,
            {"any": True, "working": moment.works, "off": not moment.works}[rule.days],
            rule.valid_from is None or moment.day >= rule.valid_from,
            rule.valid_until is None or moment.day <= rule.valid_until,
            inside or start == end,
        ]
    )


@settings(max_examples=200, deadline=None)
@given(lists, samples)
def test_what_matches_is_always_the_first_of_the_list_that_fits(found, sample):
    first = matching.matcher(found)
    for matter, moment in sample:
        fitting = [rule for rule in found if fits_in_words(rule, matter, moment)]
        expected = fitting[0] if fitting else None
        assert matching.first_fitting(found, matter, moment) is expected
        assert first(matter, moment) is expected


@settings(max_examples=300, deadline=None)
@given(lists, samples)
def test_a_rule_called_shadowed_never_matches_anything(found, sample):
    dead = shadowed(found)
    for matter, moment in sample:
        rule = matching.first_fitting(found, matter, moment)
        assert rule is None or rule.place not in dead
    assert all(cover.place < place for place, cover in dead.items())


# --- the folder -------------------------------------------------------------------------------------------------------


def folder_with(tmp_path, *lines: str):
    shutil.copytree(VILLAGE, tmp_path / "village", dirs_exist_ok=True)
    (tmp_path / "village" / "dispatch_rules.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return tmp_path / "village"


def test_a_folder_loaded_twice_makes_one_edition(city):
    before = edition_of(city)
    publish(VILLAGE)
    assert edition_of(city) == before
    assert [rule.lead.code for rule in rules_in_force(city)][:2] == ["enforcement", "enforcement"]


def test_another_list_in_the_folder_is_the_next_edition_and_the_old_one_stays_readable(city, tmp_path):
    before = edition_of(city)
    publish(folder_with(tmp_path, "06,,,,,housing,,,,,市容环境归住建"))
    after = edition_of(city)
    assert after.edition == before.edition + 1
    assert [rule.words for rule in rules_of(after)] == ["市容环境归住建"]
    assert edition_of(city, before.edition).state == "replaced"
    assert len(rules_of(edition_of(city, before.edition))) == 4


def test_what_the_desk_published_stands_until_the_folder_itself_changes(city, in_force, tmp_path):
    mine = in_force({"lead": "housing"})
    publish(VILLAGE)
    assert edition_of(city) == mine
    loading = publish(folder_with(tmp_path, ",,,,,estates,,,,,"))
    assert edition_of(city).edition > mine.edition
    assert any("made at the desk" in warning.reason for warning in loading.warnings)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("999999,,,,,housing,,,,,", "category"),
        (",nowhere,,,,housing,,,,,", "area"),
        (",,carrier pigeon,,,housing,,,,,", "source"),
        (",,,sundays,,housing,,,,,", "days"),
        (",,,,late,housing,,,,,", "hours"),
        (",,,,06:00-06:00,housing,,,,,", "hour_until"),
        (",,,,,nobody,,,,,", "lead"),
        (",,,,,housing,nobody,,,,", "assistants"),
        (",,,,,housing,housing,,,,", "assistants"),
        (",,,,,housing,,yes,,,", "lead"),
        (",,,,,housing,,perhaps,,,", "joint"),
        (",,,,,housing,,,2026-02-30,,", "valid_from"),
        (",,,,,housing,,,2026-03-01,2026-02-01,", "valid_until"),
    ],
)
def test_a_wrong_row_of_the_folder_is_refused_with_its_line_and_field(city, tmp_path, line, field):
    before = edition_of(city)
    with pytest.raises(BadFolder) as refused:
        publish(folder_with(tmp_path, ",,,,,estates,,,,,", line))
    assert ("dispatch_rules.csv", 3, field) in [(p.file, p.line, p.field) for p in refused.value.problems]
    assert edition_of(city) == before


# --- the desk's drafts ------------------------------------------------------------------------------------------------


def test_a_draft_begins_as_what_is_in_force_and_changes_nothing_before_it_is_published(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    assert [rule_words(rule) for rule in rules_of(draft)] == [rule_words(rule) for rule in rules_in_force(city)]
    assert [rule.helpers for rule in rules_of(draft)] == [rule.helpers for rule in rules_in_force(city)]
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    assert len(rules_in_force(city)) == 4
    assert rules.begin_draft(city, by=cast.organiser) == draft


def test_moving_and_deleting_keep_the_places_without_a_gap(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    a, b, c, d = rules_of(draft)
    rules.move_rule(c, by=cast.organiser, way=rules.UP)
    rules.move_rule(a, by=cast.organiser, way=rules.UP)
    rules.delete_rule(b, by=cast.organiser)
    rules.move_rule(c, by=cast.organiser, way=rules.DOWN)
    assert [(rule.place, rule.pk) for rule in rules_of(draft)] == [(1, a.pk), (2, d.pk), (3, c.pk)]


def test_publishing_says_who_and_when_and_ends_the_edition_before(city, cast, clock, in_force):
    first = edition_of(city)
    second = in_force({"lead": "housing"})
    first.refresh_from_db()
    assert (second.published_by, second.in_force_from) == (cast.organiser, clock.now)
    assert (first.state, first.in_force_until) == ("replaced", clock.now)
    assert draft_of(city) is None


def test_only_who_may_edit_the_rules_of_the_city_changes_them(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    rule = rules_of(draft)[0]
    with pytest.raises(PermissionDenied):
        rules.begin_draft(city, by=cast.dispatcher)
    with pytest.raises(PermissionDenied):
        rules.delete_rule(rule, by=cast.dispatcher)
    with pytest.raises(PermissionDenied):
        rules.publish_draft(draft, by=cast.dispatcher, revision=draft.revision)
    with pytest.raises(PermissionDenied):
        dry_runs.ask_dry_run(draft, by=cast.dispatcher)
    assert len(rules_of(draft)) == 4


def test_a_draft_that_somebody_changed_meanwhile_is_not_published_unread(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    read = draft.revision
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    with pytest.raises(NotNow):
        rules.publish_draft(draft, by=cast.organiser, revision=read)
    assert draft_of(city) == draft


def test_an_empty_draft_is_not_published(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    draft.rules.all().delete()
    with pytest.raises(NotNow):
        rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)


def test_what_is_in_force_is_never_edited(city, cast, clock, department):
    standing = edition_of(city)
    rule = rules_of(standing)[0]
    for change in (
        lambda: rules.delete_rule(rule, by=cast.organiser),
        lambda: rules.move_rule(rule, by=cast.organiser, way=rules.DOWN),
        lambda: rules.change_rule(rule, by=cast.organiser, assistants=[], category=""),
        lambda: rules.add_rule(standing, by=cast.organiser, lead=department("housing"), assistants=[]),
        lambda: rules.discard_draft(standing, by=cast.organiser),
        lambda: dry_runs.ask_dry_run(standing, by=cast.organiser),
    ):
        with pytest.raises(NotNow):
            change()
    assert len(rules_of(standing)) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour_from": dt.time(8)},
        {"hour_from": dt.time(8), "hour_until": dt.time(8)},
        {"valid_from": dt.date(2026, 2, 1), "valid_until": dt.date(2026, 1, 1)},
        {"assistants": ["sanitation"]},
        {"joint": True},
    ],
)
def test_a_rule_that_says_two_things_is_refused_and_leaves_no_trace(in_force, city, wrong):
    before = edition_of(city)
    with pytest.raises(ValidationError), transaction.atomic():
        in_force(wrong)
    assert edition_of(city) == before
    assert draft_of(city) is None


def test_the_database_itself_keeps_one_edition_in_force(city, clock):
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleEdition.objects.create(city=city, edition=99, state="in_force", made_at=clock.now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(city, cast, clock):
    draft = rules.begin_draft(city, by=cast.organiser)
    barrier, told = threading.Barrier(2), []

    def press() -> None:
        try:
            barrier.wait()
            rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)
            told.append("published")
        except NotNow:
            told.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["published", "told"]
    assert RuleEdition.objects.filter(city=city, state="in_force").count() == 1


# --- what is wrong with a list ----------------------------------------------------------------------------------------


def report_of(edition: RuleEdition, today: dt.date = dt.date(2026, 10, 9)) -> list[tuple[int, str]]:
    found = rules_of(edition)
    names = names_for(found, rulebook_in_force(edition.city, MORNING.date()))
    return [(conflict.rule.place, conflict.kind) for conflict in conflicts_of(found, names, today)]


def test_the_report_names_a_rule_that_an_earlier_one_covers(in_force):
    night = {"hour_from": dt.time(22), "hour_until": dt.time(6)}
    edition = in_force({"category": "06", **night}, {"category": "06"}, {"category": "0602", **night}, {"days": "off"})
    assert report_of(edition) == [(3, "shadowed")]


def test_the_report_names_departments_that_no_longer_stand(in_force, department):
    edition = in_force({"lead": "housing", "assistants": ["estates"]}, {"category": "01", "lead": "estates"})
    Department.objects.filter(code="estates").update(valid_to=MORNING.date())
    assert report_of(edition) == [(1, "gone"), (2, "shadowed"), (2, "gone")]


def test_the_report_names_rules_that_are_over_and_matters_the_catalogue_lacks(in_force):
    edition = in_force({"valid_until": dt.date(2026, 10, 8)}, {"category": "0699"})
    assert report_of(edition) == [(1, "over"), (2, "matter")]


# --- the desk's dispatching -------------------------------------------------------------------------------------------


def test_the_suggestion_is_the_rules_lead_with_its_number_and_words(in_force, order_at, department):
    in_force({"category": "0601", "lead": "housing", "assistants": ["estates"], "words": "市容环境归住建"})
    order = order_at("accepted")
    with translation.override("en"):
        found = suggestion_for(order)
    assert (found.lead, found.assistants) == (department("housing"), [department("estates")])
    assert found.why == "Rule 1: 市容环境归住建 → Housing office"


def test_without_words_of_its_own_a_rule_is_told_by_what_it_asks(in_force, order_at):
    in_force({"category": "0601", "lead": "housing", "days": "working"})
    order = order_at("accepted")
    with translation.override("en"):
        assert suggestion_for(order).why == "Rule 1: working days, City appearance → Housing office"


def test_without_a_rule_the_usual_handler_is_suggested(in_force, order_at, sanitation):
    in_force({"category": "0901"})
    found = suggestion_for(order_at("accepted"))
    assert (found.rule, found.lead) == (None, sanitation)


def test_a_department_named_in_the_complaint_is_not_suggested(in_force, order_at, department, sanitation):
    in_force({"lead": "housing"})
    order = order_at("accepted")
    order.accused_department = department("housing")
    with translation.override("en"):
        found = suggestion_for(order)
    assert (found.rule, found.lead) == (None, sanitation)
    assert found.why == "Rule 1 names Housing office, which cannot take it."


def test_the_history_counts_who_had_this_matter_in_this_area(order_at, cast, department, code):
    for lead in ("housing", "housing", "estates"):
        orders.dispatch(order_at("accepted"), by=cast.dispatcher, department=department(lead))
    order_at("dispatched", category=code("060102"))
    order_at("dispatched", lng=117.155, lat=39.165)
    history = suggestion_for(order_at("accepted")).history
    assert [(past.department.code, past.orders) for past in history] == [("housing", 2), ("estates", 1)]


def dispatch_by_form(order: WorkOrder, by: User, **said) -> WorkOrder:
    form = FORMS["dispatch"](said, order=order, step="dispatch")
    assert form.is_valid(), form.errors
    return orders.dispatch(order, by=by, **form.said())


def test_an_order_dispatched_as_the_rule_says_carries_the_rule_for_good(in_force, order_at, cast, department):
    in_force({"lead": "housing", "assistants": ["estates"]})
    order = order_at("accepted")
    [rule] = rules_in_force(order.city)
    said = {"department": department("housing").pk, "assistants": [department("estates").pk]}
    order = dispatch_by_form(order, cast.dispatcher, **said)
    facts = Event.objects.get(case=order, verb="dispatched").facts
    assert (order.rule, facts["rule"], facts["by_rule"]) == (rule, rule.pk, 1)
    in_force({"lead": "sanitation"})
    order.refresh_from_db()
    assert order.rule == rule
    assert rule.edition.state == "in_force"  # as it was read then; it is replaced now
    rule.edition.refresh_from_db()
    assert rule.edition.state == "replaced"
    assert not broken_chains()


def test_an_order_dispatched_otherwise_than_the_rule_says_carries_none(in_force, order_at, cast, department):
    in_force({"lead": "housing", "assistants": ["estates"]})
    order = dispatch_by_form(order_at("accepted"), cast.dispatcher, department=department("housing").pk)
    assert order.rule is None


@pytest.mark.mechanism("0-17")
def test_where_several_enforcers_are_needed_the_rule_has_the_joint_team_lead_and_the_others_assist(
    city, order_at, cast, department, code
):
    order = order_at("accepted", category=code("030202"))
    found = suggestion_for(order)
    assert (found.joint, found.lead) == (True, department("enforcement"))
    assert {one.code for one in found.assistants} == {"housing", "estates"}
    order = dispatch_by_form(
        order, cast.dispatcher, department=found.lead.pk, joint="on", assistants=[one.pk for one in found.assistants]
    )
    assert (order.joint, order.rule, order.department) == (True, found.rule, department("enforcement"))
    parts = order.parts.present().values_list("role", "department__code")
    assert set(parts) == {("lead", "enforcement"), ("assist", "housing"), ("assist", "estates")}


# --- the dry run ------------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(order_at, cast, clock, code):
    """Orders dispatched by day and by night, of several matters."""
    found = []
    for moment, category in [
        ((2026, 10, 9, 11, 0), "060101"),
        ((2026, 10, 9, 23, 0), "060202"),
        ((2026, 10, 10, 3, 0), "060202"),
        ((2026, 10, 11, 12, 0), "060103"),
        ((2026, 10, 12, 12, 0), "010101"),
    ]:
        clock.set(*moment)
        found.append(order_at("dispatched", category=code(category)))
    return found


def test_a_dry_run_says_of_every_order_what_the_rules_will_say(city, cast, clock, lived, department):
    draft = rules.begin_draft(city, by=cast.organiser)
    rules.add_rule(draft, by=cast.organiser, lead=department("sanitation"), assistants=[], category="060101")
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    draft.refresh_from_db()
    said = {line.order_id: (line.new_lead, line.place) for line in run.lines.all()}
    rules.publish_draft(draft, by=cast.organiser, revision=draft.revision)
    for order in lived:
        dispatched = Event.objects.get(case=order, verb="dispatched").at
        rule = matching_rule(order, dispatched)
        real = (rule.lead, rule.place) if rule else (None, None)
        # What is not listed stays where it was.
        assert said.get(order.pk, (order.department, rule and rule.place)) == real
    assert (run.orders, run.same, run.changed, run.unfitted) == (5, 1, 3, 1)
    assert run.counts == {"1": [2, 2], "3": [1, 1], "5": [1, 0]}


def test_a_dry_run_changes_no_order(city, cast, clock, lived):
    before = list(WorkOrder.objects.order_by("pk").values())
    dry_runs.ask_dry_run(rules.begin_draft(city, by=cast.organiser), by=cast.organiser)
    assert list(WorkOrder.objects.order_by("pk").values()) == before


def test_a_dry_run_looks_back_thirty_days_and_no_further(city, cast, clock, lived):
    clock.pass_(days=29, hours=-2, sweep=False)
    run = dry_runs.ask_dry_run(rules.begin_draft(city, by=cast.organiser), by=cast.organiser)
    assert run.orders == 2


def test_a_long_dry_run_waits_for_the_task_and_is_done_once(city, cast, clock, lived, monkeypatch):
    monkeypatch.setattr(dry_runs, "AT_ONCE", 2)
    draft = rules.begin_draft(city, by=cast.organiser)
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    assert run.done_at is None
    assert (dry_runs.run_dry_runs(), dry_runs.run_dry_runs()) == (1, 0)
    run.refresh_from_db()
    assert (run.orders, run.done_at) == (5, clock.now)
    assert DryRun.objects.filter(edition=draft).count() == 1


def test_a_new_dry_run_takes_the_place_of_the_last_and_knows_the_text_it_was_made_of(city, cast, clock, lived):
    draft = rules.begin_draft(city, by=cast.organiser)
    dry_runs.ask_dry_run(draft, by=cast.organiser)
    rules.delete_rule(rules_of(draft)[0], by=cast.organiser)
    run = dry_runs.ask_dry_run(draft, by=cast.organiser)
    draft.refresh_from_db()
    assert list(draft.dry_runs.all()) == [run]
    assert run.revision == draft.revision

"""What is overdue of whistles: each clock with its unit, how long, what came of it; and the cases that follow it."""

import pytest

from casework.refusals import NotFound, NotYours
from casework.templatetags.cases import face_of
from tests.whistle.conftest import planned, staff, there
from whistle.models import Clue, Supervision, Whistle
from whistle.selectors import letters, overdue
from whistle.services.steps import STEPS, SUPERVISION_STEPS

pytestmark = pytest.mark.django_db


def told(late):
    """Unit, stage, words and what was done, of each row."""
    return [
        (
            str(row.clock.holder),
            row.clock.clock.partition(".")[2],
            face_of(row.clock).remaining,
            [r.name for r in row.done],
        )
        for row in late.rows
    ]


def test_nothing_is_overdue_while_all_are_in_time(blow, cast, city):
    there(blow(), "parks", "sanitation")
    late = overdue.overdue(cast.supervisor, city)
    assert (late.rows, late.clocks, late.whistles) == ([], 0, 0)


@pytest.mark.mechanism("2-18")
def test_each_clock_that_is_over_stands_there_with_its_unit_and_what_came_of_it(blow, cast, city, clock):
    whistle = there(blow(), "parks")
    clock.pass_(minutes=26)
    # Called at 10:42, to be there at 11:07; at 11:08 the lamp is red and nothing else has happened.
    assert told(overdue.overdue(cast.supervisor, city)) == [("环卫所", "arrive", "超 1 分", [])]
    clock.pass_(minutes=30)
    late = overdue.overdue(cast.supervisor, city)
    assert told(late) == [("环卫所", "arrive", "超 31 分", ["supervise"])]
    (row,) = late.rows
    assert (row.whistle.pk, row.supervision, row.summons.department.code) == (
        whistle.pk, Supervision.objects.get(), "sanitation",
    )  # fmt: skip
    assert row.statement is not None
    assert row.statement.answered_at is None
    assert (late.clocks, late.whistles) == (1, 1)


def test_a_statement_that_is_late_stands_there_too(blow, cast, city, clock):
    blow(departments=("parks",))
    # 11:38: supervised; the statement is due a working hour later, after the noon break.
    clock.pass_(minutes=56)
    clock.set(2026, 10, 9, 14, 50)
    late = overdue.overdue(cast.supervisor, city)
    assert ("园林绿化所", "arrive", "超 3 时 43 分", ["supervise"]) in told(late)
    clock.pass_(minutes=1)
    stages = {(unit, stage) for unit, stage, _words, _done in told(overdue.overdue(cast.supervisor, city))}
    assert ("园林绿化所", "reply") in stages


def test_the_longest_late_stands_first_and_pages_hold_each_row_once(blow, cast, city, clock, monkeypatch):
    for _whistle in range(3):
        blow()
        clock.pass_(minutes=3)
    clock.pass_(minutes=30)
    whole = overdue.overdue(cast.supervisor, city)
    keys = [row.clock.pk for row in whole.rows]
    moments = [row.clock.due_at for row in whole.rows]
    assert len(keys) == whole.clocks == 6
    assert moments == sorted(moments)
    monkeypatch.setattr(overdue, "ROWS", 4)
    first = overdue.overdue(cast.supervisor, city)
    rest = overdue.overdue(cast.supervisor, city, after=first.page.after)
    assert [row.clock.pk for row in [*first.rows, *rest.rows]] == keys
    assert (len(first.rows), first.clocks, rest.page.after) == (4, 6, "")


def test_it_costs_the_same_at_one_whistle_and_at_three(blow, cast, city, clock, django_assert_num_queries):
    for number in (1, 3):
        while Whistle.objects.count() < number:
            blow()
        clock.pass_(minutes=70)
        with django_assert_num_queries(QUERIES):
            overdue.overdue(cast.supervisor, city)


def test_only_who_presses_reads_it_and_only_on_his_ground(blow, cast, city, clock):
    blow()
    clock.pass_(minutes=40)
    for person in (cast.worker, cast.officer, cast.leader, cast.community):
        with pytest.raises(NotYours):
            overdue.overdue(person, city)
    assert overdue.overdue(cast.secretary, city).clocks == 2


def test_the_cases_followed_leave_the_board_once_concluded(blow, cast, city, clock):
    whistle = blow()
    clock.pass_(minutes=56)
    (case,) = overdue.followed(cast.supervisor, city).rows
    assert {each.department.code for each in case.statements.all()} == {"parks", "sanitation"}
    case = SUPERVISION_STEPS["answer"](case, by=staff("parks"), words="车辆故障，已整改。")
    STEPS["withdraw"](whistle, by=cast.secretary, reason="另行处理。")
    SUPERVISION_STEPS["conclude"](case, by=cast.supervisor, words="已督办到位。")
    assert list(overdue.followed(cast.supervisor, city).rows) == []
    assert overdue.overdue(cast.supervisor, city).clocks == 0


def test_a_case_is_seen_by_the_office_and_by_the_units_that_have_to_state_and_by_nobody_else(blow, cast, clock):
    blow(departments=("sanitation",))
    clock.pass_(minutes=56)
    number = Supervision.objects.get().number
    assert overdue.supervised(cast.supervisor, number).number == overdue.supervised(cast.officer, number).number
    for person in (cast.officer_b, cast.outsider):
        with pytest.raises(NotFound):
            overdue.supervised(person, number)


def test_the_letter_says_to_whom_why_and_until_when(blow, cast, clock):
    whistle = there(blow(), "parks")
    clock.pass_(minutes=56)
    case = overdue.supervised(cast.supervisor, Supervision.objects.get().number)
    paper = letters.letter_of(case)
    assert (paper.issuer, paper.to, paper.number) == ("督查室", "环卫所", case.number)
    assert whistle.number in paper.body[0]
    assert "14:38" in " ".join(paper.body)
    assert "园林绿化所" in paper.copies
    assert "试点街道" in paper.copies
    (table,) = paper.tables
    assert [line[1] for line in table.lines] == ["环卫所"]


def test_clues_are_read_by_who_decides_and_without_the_decision_by_who_presses(blow, cast, city, clock):
    blow()
    clock.pass_(hours=3)
    clock.pass_(days=4)
    (clue,) = overdue.clues(cast.inspector, city).rows
    assert clue == Clue.objects.get()
    assert overdue.decides(cast.inspector, city)
    assert list(overdue.clues(cast.supervisor, city).rows) == [clue]
    assert not overdue.decides(cast.supervisor, city)
    with pytest.raises(NotYours):
        overdue.clues(cast.officer, city)


def test_what_is_late_by_the_plan_is_late_with_its_own_words(blow, cast, city, clock):
    whistle = planned(there(blow(), "parks", "sanitation"), cast.secretary, "parks", days=3)
    clock.set(2026, 10, 13, 0, 5)
    clock.pass_(minutes=1)
    rows = overdue.overdue(cast.supervisor, city).rows
    assert [(row.whistle, row.clock.clock, str(row.clock.holder)) for row in rows] == [
        (whistle, "whistle.settle", "园林绿化所")
    ]


QUERIES = 9

"""Key points: set, changed, ended; listed overdue first along their index; who sees them and who may what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.refusals import NotFound, NotNow
from patrols.models import PatrolPoint, RiskPoint, Round
from patrols.selectors import points as select
from patrols.selectors import rounds
from patrols.services.points import change_point, end_point
from tests.conftest import MORNING
from tests.patrols.pointing import department, grid, point, village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = MORNING.date()


# --- the services -----------------------------------------------------------------------------------------------------
@pytest.mark.mechanism("0-14")
def test_a_points_place_decides_its_grid_and_its_kind_its_weight_and_interval(cast):
    where = point(short="002002", kind="school")
    assert (where.area, where.weight, where.interval_days, where.set_by) == (grid("002002"), 4, 1, cast.duty_chief)
    assert point(weight=9, interval_days=30, radius_metres=80).weight == 9


def test_a_place_in_another_grid_than_the_one_named_is_refused(cast):
    with pytest.raises(ValidationError) as refused:
        point(area=grid("002001"))
    assert list(refused.value.message_dict) == ["lng"]
    assert point(area=grid("001001").parent).area == grid("001001")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "castle"}, "kind"), ({"name": " "}, "name"), ({"lng": 100.0}, "lng"), ({"weight": 0}, "weight"),
        ({"weight": 10}, "weight"), ({"interval_days": 366}, "interval_days"), ({"radius_metres": 4}, "radius_metres"),
        ({"weight": True}, "weight"), ({"name": "长" * 81}, "name"),
    ],
)  # fmt: skip
def test_a_point_that_makes_no_sense_is_refused_and_leaves_no_trace(changes, field):
    with pytest.raises(ValidationError) as refused:
        point(**changes)
    assert list(refused.value.message_dict) == [field]
    assert not PatrolPoint.objects.exists()


def test_only_who_plans_the_ground_sets_points_there(cast):
    for other in (cast.worker, cast.dispatcher, cast.officer_b):
        with pytest.raises(PermissionDenied):
            point(by=other)
    with pytest.raises(PermissionDenied):
        point(by=cast.community, short="002001")
    assert point(by=cast.community)


def test_a_point_is_due_an_interval_after_it_was_seen_and_at_once_where_nobody_was(cast):
    where = point(interval_days=3)
    where.refresh_from_db()
    assert where.due_at == where.set_at
    noon = dt.datetime(2026, 10, 8, 4, 0, tzinfo=dt.UTC)
    PatrolPoint.objects.filter(pk=where.pk).update(seen_at=noon)
    where.refresh_from_db()
    assert where.due_at == noon + dt.timedelta(days=3)
    change_point(where, by=cast.duty_chief, interval_days=5)
    where.refresh_from_db()
    assert where.due_at == noon + dt.timedelta(days=5)


def test_a_point_changes_and_ends_with_a_reason_and_ends_once(cast):
    where = point()
    changed = change_point(where, by=cast.duty_chief, name="四号棚", weight=5, interval_days=9, radius_metres=None)
    assert (changed.name, changed.weight, changed.interval_days) == ("四号棚", 5, 9)
    with pytest.raises(PermissionDenied):
        change_point(where, by=cast.worker, weight=1)
    with pytest.raises(ValidationError):
        end_point(where, by=cast.duty_chief, because=" ")
    ended = end_point(where, by=cast.duty_chief, because="已拆除")
    assert (ended.ended_by, ended.ended_because) == (cast.duty_chief, "已拆除")
    for again in (
        lambda: end_point(where, by=cast.duty_chief, because="x"),
        lambda: change_point(where, by=cast.duty_chief, weight=1),
    ):
        with pytest.raises(NotNow):
            again()


# --- the list ---------------------------------------------------------------------------------------------------------
def test_what_is_overdue_longest_stands_first_and_pages_neither_lose_nor_repeat(cast):
    made = [point(f"点 {number}", east=number % 30, north=-(number // 30)) for number in range(60)]
    for number, each in enumerate(made):
        PatrolPoint.objects.filter(pk=each.pk).update(seen_at=MORNING - dt.timedelta(days=number % 7, hours=number))
    first = select.listed(cast.duty_chief, village(), select.Wanted())
    second = select.listed(cast.duty_chief, village(), select.Wanted(), after=first.after)
    told = [*first.rows, *second.rows]
    assert [len(first.rows), len(second.rows), second.after] == [50, 10, ""]
    assert [each.due_at for each in told] == sorted(each.due_at for each in told)
    assert {each.pk for each in told} == {each.pk for each in made}
    back = select.listed(cast.duty_chief, village(), select.Wanted(), before=second.before)
    assert [each.pk for each in back.rows] == [each.pk for each in first.rows]


def test_a_list_is_narrowed_by_area_kind_and_state(cast):
    here, there = point("这里"), point("那里", short="002001", kind="school")
    over = point("没了", east=3)
    end_point(over, by=cast.duty_chief, because="x")
    PatrolPoint.objects.filter(pk=here.pk).update(seen_at=MORNING)

    def listed(**wanted):
        return [each.name for each in select.listed(cast.duty_chief, village(), select.Wanted(**wanted)).rows]

    assert set(listed()) == {"这里", "那里"}
    assert listed(area=grid("002001").parent) == ["那里"]
    assert listed(kind="charging") == ["这里"]
    assert listed(overdue=True) == [there.name]
    assert listed(ended=True) == ["没了"]


def test_everybody_sees_the_points_of_his_own_ground(cast):
    here, there = point("这里"), point("那里", short="002001")

    def sees(user):
        return set(select.points_seen(user, village()))

    assert sees(cast.worker) == {here}
    assert sees(cast.worker2) == {there}
    assert sees(cast.dispatcher) == sees(cast.officer_b) == {here, there}
    with pytest.raises(NotFound):
        select.point_seen_by(cast.worker2, here.key)


def test_the_lists_walk_along_their_indexes(cast):
    """With many rows, and not with statistics of an empty table."""
    ground, city = grid(), village()
    made = timezone.now()
    PatrolPoint.objects.bulk_create(
        PatrolPoint(city=city, area=ground, kind="charging", name=str(n), lng=0, lat=0, interval_days=n % 50 + 1, set_at=made - dt.timedelta(hours=n))
        for n in range(4000)
    )  # fmt: skip
    days = [TODAY - dt.timedelta(days=n) for n in range(100)]
    Round.objects.bulk_create(
        Round(
            city=city, area=ground, day=day, sort="key_time", occasion="x", number=n, worker=cast.worker, made_at=made
        )
        for day in days
        for n in range(40)
    )
    RiskPoint.objects.bulk_create(
        RiskPoint(city=city, area=ground, department=department(), sort="risk", name=str(n), reason="x", lng=0, lat=0, named_at=made - dt.timedelta(hours=n), ended_at=made)
        for n in range(4000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in ("patrols_patrolpoint", "patrols_round", "patrols_riskpoint"):
            cursor.execute(f"analyze {table}")
    asked = {
        "points_by_due": lambda: select.listed(cast.duty_chief, city, select.Wanted()),
        "rounds_of_city_and_day": lambda: rounds.listed(cast.duty_chief, city, TODAY),
        "risks_newest_first": lambda: select.risks_listed(cast.duty_chief, city, select.Wanted(ended=True)),
    }
    for index, ask in asked.items():
        assert index in _plan(ask), index


def _plan(ask) -> str:
    """How PostgreSQL finds the rows of a page: the plan of its first question with a limit."""
    with CaptureQueriesContext(connection) as told:
        ask()
    (listed,) = [each["sql"] for each in told if "LIMIT 51" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"explain {listed}")
        return "\n".join(row[0] for row in cursor.fetchall())

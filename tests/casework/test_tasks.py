"""What beat wakes: tasks without arguments, each known to the worker, each with nothing but a service to call."""

import inspect

import pytest
from django.conf import settings

from casework import tasks
from casework.models import CalendarVersion, Rung
from casework.services import clocks
from casework.services.calendars import touch
from config.celery import app
from workorders.lifecycle import HANDLE

SCHEDULE = settings.CELERY_BEAT_SCHEDULE


@pytest.fixture(autouse=True)
def loaded():
    app.loader.import_default_modules()


@pytest.mark.parametrize("entry", SCHEDULE)
def test_every_scheduled_task_exists_and_takes_no_arguments(entry):
    task = app.tasks[SCHEDULE[entry]["task"]]
    assert not inspect.signature(task.run).parameters
    assert not SCHEDULE[entry].get("args")
    assert not SCHEDULE[entry].get("kwargs")


def test_a_missed_beat_does_not_pile_up():
    assert all(entry["options"]["expires"] <= max(settings.SWEEP_SECONDS, 10) for entry in SCHEDULE.values() if
               entry["schedule"] == settings.SWEEP_SECONDS)  # fmt: skip
    assert settings.SWEEP_SECONDS == 30


def test_the_sweep_task_fires_what_is_due_and_may_run_twice(case, sanitation, limit, clock):
    clocks.start_clock(case, HANDLE, sanitation, limit(1))
    clock.pass_(days=3, sweep=False)
    tasks.sweep_deadlines.run()
    fired = Rung.objects.exclude(fired_at=None).count()
    tasks.sweep_deadlines.run()
    assert Rung.objects.exclude(fired_at=None).count() == fired > 0


def test_the_calendar_task_lets_open_clocks_follow(case, city, sanitation, limit):
    deadline = clocks.start_clock(case, HANDLE, sanitation, limit(1))
    touch(city)
    tasks.move_clocks_of_changed_calendars.run()
    version = CalendarVersion.objects.get(city=city)
    deadline.refresh_from_db()
    assert deadline.calendar_version == version.version == version.followed

"""Nobody accepts a report: real beat and worker turn its lamp yellow, then red, on a desk that is only looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from casework.models import Case, Event, Rung
from casework.selectors import broken_chains
from casework.services.doors import lock
from embedded import processes
from embedded.servers import naming
from grids.selectors import rulebook_in_force
from tests.conftest import PLACE
from workorders.models import Category, WorkOrder
from workorders.services import reporting

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

TREE = Path(__file__).resolve().parents[2]
PATIENCE = 60_000


@pytest.fixture
def alarm_clock(settings, tmp_path):
    """A real worker and a real beat on the tests' own database, with a corner of the broker to themselves."""
    places = {"DATABASE_URL": database_url(), "REDIS_URL": corner_of(settings.REDIS_URL)}
    env = {**os.environ, **places, "SWEEP_SECONDS": "1"}
    with ExitStack() as running:
        running.enter_context(celery(env, tmp_path / "worker.log", "worker", "--pool=solo", "--without-gossip"))
        running.enter_context(celery(env, tmp_path / "beat.log", "beat", "-s", str(tmp_path / "beat")))
        yield tmp_path


@contextmanager
def celery(env: dict[str, str], log: Path, *words: str):
    """One process of Celery, ended when the story is."""
    command = [sys.executable, "-m", "celery", "-A", "config", *words, "-l", "warning"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=TREE, env=env, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def database_url() -> str:
    """Where the tests' own database is, as another process is told."""
    return naming(os.environ["DATABASE_URL"], connection.settings_dict["NAME"])


def corner_of(redis_url: str) -> str:
    """A numbered database of the same server that the other tests leave alone, one for each of their processes."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{12 + int(worker) % 4}"))


def time_passes(order: WorkOrder, share: float) -> None:
    """For the rows of its clock, which is all that time is to the house: what lies ahead comes nearer by a share of its
    limit. Each lamp then stays as long as a slow machine takes to show it.
    """
    with transaction.atomic():
        [clock] = lock(order).deadlines.open()
        by = share * (clock.due_at - clock.started_at)
        order.deadlines.filter(pk=clock.pk).update(started_at=clock.started_at - by, due_at=clock.due_at - by)
        Rung.objects.filter(deadline=clock, fired_at=None).update(at=F("at") - by)
        Case.objects.filter(pk=order.pk).update(due_at=F("due_at") - by, due_from=F("due_from") - by)


def test_an_ignored_report_turns_yellow_then_red_while_somebody_only_looks(city, cast, enter, alarm_clock):
    page = enter(cast.dispatcher)
    category = Category.objects.get(rulebook=rulebook_in_force(city, timezone.localdate()), code="060101")
    order = reporting.report(by=cast.worker, city=city, category=category, words="无人受理的一件。", **PLACE)
    page.goto("/orders/?view=new")
    page.evaluate("window.staysOpen = true")
    # The page asks every 30 s; here every beat of its own script.
    page.evaluate("for (const part of document.querySelectorAll('[data-live-url]')) part.dataset.liveEvery = 1")
    row = page.locator(f"#rows [data-number='{order.number}']")

    expect(row.locator(".lamp-ok")).to_have_text("正常")
    time_passes(order, 0.6)
    expect(row.locator(".lamp-near")).to_have_text("临近", timeout=PATIENCE)
    time_passes(order, 0.42)
    expect(row.locator(".lamp-late")).to_have_text("已超时", timeout=PATIENCE)
    expect(row.locator(".clock")).to_contain_text("受理 超")
    expect(page.locator("#rail .view-late b")).to_have_text("1", timeout=PATIENCE)
    assert page.evaluate("window.staysOpen") is True
    # The page reckons by itself that it is late; the sweep says so a beat later.
    assert processes.wait_until(
        lambda: Rung.objects.filter(case=order, name="due", fired_at__isnull=False).exists(), 60
    )

    page.goto(f"/orders/{order.number}/")
    history = page.locator(".hist li")
    expect(history.nth(0)).to_contain_text("试点街道「受理」超时")
    expect(history.nth(1)).to_contain_text("系统提醒试点街道：「受理」")
    fired = Rung.objects.filter(case=order, fired_at__isnull=False).order_by("at")
    assert [rung.name for rung in fired] == ["reminder", "due"]
    assert all(rung.fired_at >= rung.at for rung in fired)
    told = Event.objects.filter(case=order).order_by("seq")
    assert [(event.verb, event.actor_id) for event in told][1:] == [("deadline_near", None), ("deadline_missed", None)]
    assert broken_chains() == []

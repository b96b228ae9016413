"""Dry runs: what a list of dispatch rules would have done with the orders that were given to a lead of late.

Asked for by `ask_dry_run`; few orders are answered at once, many by the task that reads what waits.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from casework.models import Part
from casework.moment import now
from casework.refusals import NotNow
from casework.selectors import calendar_of
from workorders.lifecycle import WORK_ORDER
from workorders.models import DispatchRule, DryRun, DryRunLine, RuleEdition
from workorders.selectors.matching import Matter, Moment, matcher, moment_at
from workorders.selectors.rules import rules_of
from workorders.services.rules import require_editor

DAYS = 30
# So many are answered within a second on two busy cores, however many would go elsewhere; more wait for the task.
AT_ONCE = 5_000
# Orders that no rule fits are all counted; of their names, so many are kept.
MOST_UNFITTED = 500
BATCH = 5_000


@transaction.atomic
def ask_dry_run(draft: RuleEdition, *, by: User) -> DryRun:
    """Replays the last thirty days under a draft; a long replay waits for the task and says so until it is done."""
    require_editor(draft.city, by)
    found = RuleEdition.objects.select_for_update(no_key=True).filter(pk=draft.pk).first()
    if found is None or found.state != RuleEdition.State.DRAFT:
        raise NotNow(_("This draft is one no longer: somebody has published it or thrown it away."))
    found.dry_runs.all().delete()
    at = now()
    run = DryRun.objects.create(
        edition=found, revision=found.revision, asked_by=by, asked_at=at, since=at - dt.timedelta(days=DAYS)
    )
    if not _given(run)[AT_ONCE : AT_ONCE + 1]:
        _compute(run)
    return run


def run_dry_runs() -> int:
    """Computes what waits, one run a transaction; two workers never take the same."""
    done = 0
    while _compute_next():
        done += 1
    return done


@transaction.atomic
def _compute_next() -> bool:
    waiting = DryRun.objects.filter(done_at=None).select_for_update(skip_locked=True, of=("self",))
    run = waiting.select_related("edition__city").order_by("asked_at").first()
    if run is None:
        return False
    _compute(run)
    return True


class Given(NamedTuple):
    """One order as it was given to a lead: what the rules look at, and who led."""

    key: int
    category: str
    path: str
    source: str
    at: dt.datetime
    lead: int


def _given(run: DryRun) -> QuerySet[Part, tuple[Any, ...]]:
    """Each order by the last time that somebody was given the lead, whether dispatched, claimed or ruled."""
    leads = Part.objects.filter(role=Part.Role.LEAD, since__gte=run.since, since__lte=run.asked_at)
    ours = leads.filter(case__city=run.edition.city_id, case__kind=WORK_ORDER.kind)
    last = ours.order_by("case", "-since", "-pk").distinct("case")
    return last.values_list(
        "case_id", "case__workorder__category__code", "case__area_path", "case__workorder__source", "since",
        "department",
    )  # fmt: skip


def _compute(run: DryRun) -> None:
    """Streams the orders through the rules; keeps those that differ, counts the others."""
    fits: Counter[int] = Counter()
    changes: Counter[int] = Counter()
    lines: list[DryRunLine] = []
    run.revision = run.edition.revision
    run.orders = run.same = run.unfitted = 0
    for given, rule in _replayed(run):
        run.orders += 1
        if rule is None:
            run.unfitted += 1
        else:
            fits[rule.place] += 1
            same = rule.lead_id == given.lead
            run.same += same
            changes[rule.place] += not same
        if (rule is None and run.unfitted <= MOST_UNFITTED) or (rule and rule.lead_id != given.lead):
            lines.append(_line(run, given, rule))
    run.changed = changes.total()
    DryRunLine.objects.bulk_create(lines, batch_size=BATCH)
    run.counts = {str(place): [many, changes[place]] for place, many in sorted(fits.items())}
    run.done_at = now()
    run.save()


def _line(run: DryRun, given: Given, rule: DispatchRule | None) -> DryRunLine:
    return DryRunLine(
        run=run, order_id=given.key, at=given.at, old_lead_id=given.lead,
        new_lead_id=rule.lead_id if rule else None, place=rule.place if rule else None,
    )  # fmt: skip


def _replayed(run: DryRun) -> Iterator[tuple[Given, DispatchRule | None]]:
    city = run.edition.city
    calendar, first = calendar_of(city), matcher(rules_of(run.edition))
    # Orders come in bursts: what the calendar says of a minute is asked once.
    known: dict[dt.datetime, Moment] = {}
    for row in _given(run).iterator(chunk_size=BATCH):
        given = Given(*row)
        minute = given.at.replace(second=0, microsecond=0)
        if minute not in known:
            known[minute] = moment_at(calendar, minute)
        yield given, first(Matter(given.category, given.path, given.source), known[minute])

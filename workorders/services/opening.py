"""Many drafts become orders at once, set by set: what `reporting.open_report` does for one, through `open_cases`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import cast

from accounts.models import User
from casework import ladder
from casework.calendar import Unit
from casework.models import TimeLimit
from casework.models.case import Lamp
from casework.moment import now
from casework.selectors import calendar_of, limit_for
from casework.services.bulk import Climbed, NewCase, Ran, Told, open_cases
from casework.services.clocks import ladder_for
from grids import geo
from grids.models import Area, City
from grids.selectors import desk_of
from workorders.lifecycle import ACCEPT, WORK_ORDER
from workorders.models import Incoming, Reporter, Source, WorkOrder
from workorders.selectors.catalogue import rulebook_today
from workorders.services.drafts import Draft
from workorders.services.reporting import fields_of, reporter_of, title_of

CHUNK = 1_000


class Opener:
    """Opens drafts of one source on behalf of one person; what all of them share is asked once."""

    def __init__(self, city: City, source: Source, by: User):
        self.city, self.source, self.by, self.at = city, source, by, now()
        self.rulebook = rulebook_today(city)
        self.calendar = calendar_of(city)
        self.desks: dict[int, Area] = {}
        self.limits: dict[str, TimeLimit | None] = {}
        self.clocks: dict[int, tuple[dt.datetime, list[Climbed]]] = {}

    def open(self, drafts: Sequence[tuple[Draft, Area]], progress: Callable[[int], None]) -> int:
        """Opens them all, within the caller's transaction; tells after each thousand how many there are."""
        for start in range(0, len(drafts), CHUNK):
            self._open(drafts[start : start + CHUNK])
            progress(min(start + CHUNK, len(drafts)))
        return len(drafts)

    def _open(self, drafts: Sequence[tuple[Draft, Area]]) -> None:
        new = [self._new(draft, area) for draft, area in drafts]
        made = open_cases(new, rulebook=self.rulebook, calendar_version=self.calendar.version)
        pairs = list(zip(cast("list[WorkOrder]", made), drafts, strict=True))
        Reporter.objects.bulk_create(reporter_of(order, self.source, draft.told) for order, (draft, _area) in pairs)
        Incoming.objects.bulk_create(
            Incoming(
                city=self.city, source=self.source.code, external_no=draft.external_no, order_id=order.pk,
                received_at=self.at,
            )
            for order, (draft, _area) in pairs
        )  # fmt: skip

    def _new(self, draft: Draft, area: Area) -> NewCase:
        lng, lat, datum = draft.point
        lng_kept, lat_kept = geo.to_wgs84(lng, lat, datum)
        order = WorkOrder(
            kind=WORK_ORDER.kind, title=title_of(draft.words), category=draft.category, words=draft.words,
            place=draft.place, reported_by=self.by, first_asked=self.by, lng=lng_kept, lat=lat_kept, given_lng=lng,
            given_lat=lat, given_datum=datum, opened_at=self.at, status=WORK_ORDER.opening,
            **fields_of(self.source, draft.told),
        )  # fmt: skip
        facts = {"source": self.source.code, "category": draft.category.code, "photos": 0}
        told = Told(WORK_ORDER.opened, self.at, self.by, after=WORK_ORDER.opening, facts=facts)
        return NewCase(order, area, [told], self._clocks(order, area))

    def _clocks(self, order: WorkOrder, area: Area) -> list[Ran]:
        """The clock of the desk that accepts; those of one limit begin and end together."""
        code = order.category.code
        if code not in self.limits:
            self.limits[code] = limit_for(self.rulebook, ACCEPT, subject=code)
        limit = self.limits[code]
        if limit is None:
            return []
        if limit.pk not in self.clocks:
            self.clocks[limit.pk] = self._reckoned(order, limit)
        due, rungs = self.clocks[limit.pk]
        return [Ran(ACCEPT, self._desk(area), limit, self.at, due, None, False, rungs)]

    def _reckoned(self, order: WorkOrder, limit: TimeLimit) -> tuple[dt.datetime, list[Climbed]]:
        unit = Unit(limit.unit)
        due = self.calendar.due(self.at, limit.amount, unit) or self.at
        allowance = ladder.Allowance(self.at, limit.amount, unit)
        order.rulebook = self.rulebook
        rungs = []
        for rule in ladder_for(order, ACCEPT, limit.amount, unit):
            moment = ladder.parse_moment(rule.moment)
            at = ladder.moment_of(moment, allowance, self.calendar, quiet=rule.lamp < Lamp.RED)
            rungs.append(Climbed(rule, at or due, None))
        return due, rungs

    def _desk(self, area: Area) -> Area:
        if area.pk not in self.desks:
            self.desks[area.pk] = desk_of(area)
        return self.desks[area.pk]

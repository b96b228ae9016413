"""What the page of today's patrol shows, and what its script is told: stops, rules, the frame of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from casework.refusals import NotFound
from grids.models import Area
from patrols.models import Patrol, PatrolRule, Stop
from patrols.selectors.drawing import Drawing, drawing_of
from patrols.selectors.ground import own_area
from patrols.selectors.home import Ahead, ahead_of
from patrols.selectors.walks import rule_of, running


@dataclass(frozen=True)
class Mark:
    """A point on the drawing."""

    stop: Stop
    x: float
    y: float


@dataclass(frozen=True)
class OnPatrol:
    """Today's patrol of one worker, before its start and on the way."""

    area: Area
    rule: PatrolRule
    ahead: Ahead
    patrol: Patrol | None
    here: Stop | None
    drawing: Drawing | None

    @property
    def marks(self) -> list[Mark]:
        if self.drawing is None:
            return []
        at = self.drawing.frame.at
        return [Mark(stop, *at(stop.point.lng, stop.point.lat)) for stop in self.ahead.stops]

    @property
    def radius(self) -> int:
        """The circle of the point that is next."""
        return radius_of(self.here, self.rule) if self.here else self.rule.radius_metres

    @property
    def unseen(self) -> list[Stop]:
        """What is not seen: what lies ahead, and what could not be reached."""
        return [stop for stop in self.ahead.stops if stop.state != Stop.State.SEEN]


def on_patrol(user: User, *, chosen: str = "") -> OnPatrol | None:
    """Today's patrol with the point that is next, or that was chosen; nothing for who has no ground."""
    area = own_area(user)
    if area is None:
        return None
    ahead = ahead_of(user)
    picked = next((stop for stop in ahead.stops if str(stop.pk) == chosen), None)
    here = picked or next(iter(ahead.open), None)
    places = [(stop.point.lng, stop.point.lat) for stop in ahead.stops]
    return OnPatrol(
        area=area, rule=rule_of(area.city), ahead=ahead, patrol=running(user), here=here,
        drawing=drawing_of(area, places),
    )  # fmt: skip


def stop_of(user: User, key: int) -> Stop:
    """A stop of the worker's round of today."""
    found = next((stop for stop in ahead_of(user).stops if stop.pk == key), None)
    if found is None:
        raise NotFound(_("This point is not on your round of today."))
    return found


def radius_of(stop: Stop, rule: PatrolRule) -> int:
    """How many metres from the point still count as there: the point's own circle, else the city's."""
    return stop.point.radius_metres or rule.radius_metres


def told_to_script(shown: OnPatrol) -> dict[str, Any]:
    """The same for the page's script, which goes on by itself where there is no signal."""
    patrol, rule, drawing = shown.patrol, shown.rule, shown.drawing
    return {
        "area": shown.area.code,
        "round": str(shown.ahead.round.key) if shown.ahead.round else None,
        "patrol": _going(patrol) if patrol else None,
        "rule": {
            "accuracy": rule.accuracy_metres, "metres": rule.sample_metres, "seconds": rule.sample_seconds,
        },
        "frame": drawing.frame.__dict__ if drawing else None,
        "stops": [_stop(stop, rule) for stop in shown.ahead.stops],
        "here": shown.here.pk if shown.here else None,
    }  # fmt: skip


def told_of_stop(stop: Stop, patrol: Patrol) -> dict[str, Any]:
    """What the script of one point's page is told."""
    told = {"id": stop.pk, "point": str(stop.point.key), "name": stop.point.name}
    return {"stop": told, "patrol": _going(patrol), "api": "/api/v1/patrols/", "home": "/field/patrol/"}


def _going(patrol: Patrol) -> dict[str, Any]:
    return {"key": str(patrol.key), "started": _milliseconds(patrol)}


def _milliseconds(patrol: Patrol) -> int:
    return int(patrol.started_at.timestamp() * 1000)


def _stop(stop: Stop, rule: PatrolRule) -> dict[str, Any]:
    return {
        "id": stop.pk, "point": str(stop.point.key), "place": stop.place, "name": stop.point.name,
        "lng": stop.point.lng, "lat": stop.point.lat, "radius": radius_of(stop, rule), "state": stop.state,
    }  # fmt: skip

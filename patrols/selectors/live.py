"""Who is on patrol now and where, for the duty desk; one walk with its way, for its walker and for who gave a reason.

A look is written down before anything is shown (`services/looks.py`). Nobody else learns even that there is a patrol.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound
from grids import jurisdiction
from grids.models import Area, City
from patrols.models import CheckIn, Patrol, TrackLook
from patrols.positions import words_of
from patrols.selectors.drawing import Drawing, drawing_of
from patrols.selectors.tracks import line_of
from patrols.selectors.walks import check_ins_of, rule_of

WATCH = "watch_patrols_in"
# Of whom nothing is heard for so long the desk calls.
SILENT = dt.timedelta(minutes=10)
MOST = 2_000
SHOWN = (
    "pk", "key", "worker", "worker__name", "worker__username", "started_at", "start_received_at", "area__name",
    "area__name_en", "area__path", "last_sign__heard_at", "last_sign__at", "last_sign__lng", "last_sign__lat",
    "last_sign__marks", "last_sign__area__name", "last_sign__area__name_en", "last_sign__area__path",
)  # fmt: skip


@dataclass(frozen=True)
class Live:
    """One running patrol, ready to be shown: the page of a thousand of them is asked for every few seconds."""

    pk: int
    key: UUID
    worker: int
    name: str
    # Where he patrols, since when, and where he is if that is somewhere else: as one line.
    where: str
    lng: float | None
    lat: float | None
    heard_at: dt.datetime
    seen_at: dt.datetime | None
    seconds: int
    silent: bool
    odd: str


@dataclass(frozen=True)
class Board:
    """The running patrols on the ground that somebody watches, those first of whom nothing is heard."""

    city: City
    rows: list[Live]
    more: int

    def others(self, user: User) -> list[int]:
        """The keys of all patrols shown but one's own: to see oneself is no look at anybody."""
        return [row.pk for row in self.rows if row.worker != user.pk]

    @property
    def silent(self) -> int:
        return sum(row.silent for row in self.rows)

    @property
    def edition(self) -> str:
        """Names what is shown: the same as long as nothing was heard and nobody fell silent."""
        told = [(row.pk, row.heard_at, row.seen_at, row.silent) for row in self.rows]
        return hashlib.blake2b(f"{get_language()}|{self.more}|{told}".encode(), digest_size=12).hexdigest()


def watches(user: jurisdiction.Person) -> bool:
    """Whether the person sits at a duty desk that sees patrols."""
    return bool(jurisdiction.paths_where(user, WATCH))


def board_of(user: User) -> Board:
    """What the live page shows; for who watches nowhere there is no such page. One question, no partition is read."""
    city = jurisdiction.cities_of(user).first()
    if city is None or not watches(user):
        raise NotFound(_("There is no such page."))
    rows = [_live(*row) for row in _running(user).order_by("area__path", "pk").values_list(*SHOWN)[: MOST + 1]]
    shown = sorted(rows[:MOST], key=lambda row: not row.silent)
    return Board(city, shown, len(rows) - len(shown))


def ground_of(city: City) -> tuple[int, int]:
    """The rank of the city's lowest level, whose lines the map shows, and how many areas it has."""
    found = (
        Area.objects.standing().filter(city=city, level__base=True).values_list("level__rank").annotate(n=Count("pk"))
    )
    return next(iter(found), (0, 0))


def _running(user: User) -> QuerySet[Patrol]:
    paths = jurisdiction.paths_where(user, WATCH)
    if not paths:
        return Patrol.objects.none()
    ground = reduce(or_, (Q(area__path__startswith=path) for path in paths))
    return Patrol.objects.filter(ground, ended_at=None, last_sign__isnull=False)


def _live(*row: Any) -> Live:
    told = dict(zip(SHOWN, row, strict=True))
    heard_at, at = told["last_sign__heard_at"], told["last_sign__at"]
    # A phone whose clock is ahead was not there in the future: it was there when it told us.
    seen_at = min(at, heard_at) if at else None
    return Live(
        pk=told["pk"], key=told["key"], worker=told["worker"], name=told["worker__name"] or told["worker__username"],
        where=" · ".join(filter(None, [
            _titled(told, "area"),
            _("since %(at)s") % {"at": timezone.localtime(told["started_at"]).strftime("%H:%M")},
            _elsewhere(told) if at else "",
        ])),
        lng=told["last_sign__lng"], lat=told["last_sign__lat"], heard_at=heard_at, seen_at=seen_at,
        seconds=max(0, round((now() - (seen_at or heard_at)).total_seconds())),
        silent=now() - (seen_at or told["start_received_at"]) >= SILENT,
        odd=" · ".join(words_of(told["last_sign__marks"])),
    )  # fmt: skip


def _elsewhere(told: dict[str, Any]) -> str:
    """Where somebody is who has left the ground that he patrols."""
    path = told["last_sign__area__path"]
    if path is None:
        return _("now outside the city")
    if path.startswith(told["area__path"]):
        return ""
    return _("now in %(area)s") % {"area": _titled(told, "last_sign__area")}


def _titled(told: dict[str, Any], area: str) -> str:
    """An area's name as its own `title` says it, without the area."""
    english = told[f"{area}__name_en"] if (get_language() or "").startswith("en") else ""
    return str(english or told[f"{area}__name"])


def walk_seen_by(user: User, key: UUID | str) -> Patrol:
    """One patrol: the walker's own at any time, somebody else's only while it runs on ground that one watches."""
    mine = Patrol.objects.filter(worker=user)
    for rows in (mine, _running(user)):
        found = rows.filter(key=key).select_related("worker", "area__level", "area__city", "city", "round").first()
        if found:
            return found
    raise NotFound(_("There is no such patrol."))


def reason_held(patrol: Patrol, user: User) -> TrackLook | None:
    """The reason for which somebody of the duty desk may see the whole way just now."""
    held = TrackLook.objects.filter(patrol=patrol, by=user, whole=True, until__gte=now())
    return held.order_by("-since").first()


def photo_seen_by(user: User, key: UUID | str) -> CheckIn:
    """The photo of a check-in: for who took it, and for who plans the patrols of that ground."""
    found = CheckIn.objects.filter(key=key).exclude(photo="").select_related("patrol", "point__area").first()
    own = found is not None and found.patrol.worker_id == user.pk
    if found is None or not (own or jurisdiction.may(user, "plan_patrols_in", found.point.area)):
        raise NotFound(_("There is no such photo."))
    return found


@dataclass(frozen=True)
class Way:
    """A walk as a drawing: pieces of the way, open where something is unknown, and the points reached."""

    drawing: Drawing
    pieces: list[str]
    # Single fixes, with nothing known before and after.
    spots: list[tuple[float, float]]
    reached: list[tuple[float, float, CheckIn]]
    last: tuple[float, float] | None


def way_of(patrol: Patrol, reached: Sequence[CheckIn]) -> Way | None:
    """The way of a patrol on its ground; nothing where neither a line nor a ground is known."""
    rule = rule_of(patrol.city, patrol.started_at)
    lines = line_of(patrol, top_kmh=rule.top_speed_kmh, gap_seconds=rule.sample_seconds * 2)
    drawing = drawing_of(patrol.area, [place for line in lines for place in line])
    if drawing is None:
        return None
    placed = [[drawing.frame.at(*place) for place in line] for line in lines]
    return Way(
        drawing=drawing,
        pieces=["M" + "L".join(f"{x:g} {y:g}" for x, y in line) for line in placed if len(line) > 1],
        spots=[line[0] for line in placed if len(line) == 1],
        reached=[(*drawing.frame.at(each.point.lng, each.point.lat), each) for each in reached],
        last=placed[-1][-1] if placed else None,
    )


def reached_on(patrol: Patrol) -> list[CheckIn]:
    """The points reached on a patrol, as its page lists them."""
    return list(check_ins_of(patrol))

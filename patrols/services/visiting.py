"""Visits: the door, the record kept once, the change in somebody's life, the follow-up order, what it corrects.

Who is due: `selectors/visits.py`. What a worker proposes for the register: `proposing.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotNow
from grids import jurisdiction
from grids.geo import inner_point, metres_between
from grids.models import Area
from patrols.models import FollowUp, Visit, VisitEvent
from patrols.selectors.visits import person_or_home
from patrols.selectors.walks import rule_of
from patrols.services.keyed import Spot, kept_once, moment_of_phone
from patrols.services.proposing import CHANGES, propose
from registers.models import Home, Look, Person
from registers.sealing import OF_A_PERSON, seal, unseal
from registers.selectors.sight import VISITS
from registers.services.looking import DOOR, look, look_at_home
from workorders.models import Category, WorkOrder
from workorders.selectors.catalogue import items_today
from workorders.selectors.sources import sources_today
from workorders.services.reporting import report

Outcome, Sign, Where = Visit.Outcome, Visit.Sign, Look.Where
LONGEST_FOUND: Final = 1000
OLDEST_EVENT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What a worker says of one visit."""

    outcome: str = Outcome.VISIT
    met: bool = True
    signs: Sequence[str] = ()
    found: str = ""
    away: str = ""
    spot: Spot | None = None
    # What the register should say instead, field by field.
    changes: dict[str, str] = field(default_factory=dict)
    order: bool = False


@transaction.atomic
def open_door(user: User, key: uuid.UUID | str, *, spot: Spot | None = None, away: str = "") -> dict[str, str]:
    """Shows a worker who stands at the door, or says why he does not, whom he visits; the look is on record."""
    person, home = _target(user, key)
    metres = away_metres(home, spot)
    where = where_of(home, metres, spot, away)
    words = str(Visit.Away(away).label) if where == Where.AWAY else ""
    if person is None:
        assert home is not None  # noqa: S101  # one of the two there is
        return look_at_home(home, by=user, why=Look.Why.VISIT, where=where, words=words)
    fields = [name for name in OF_A_PERSON if name != "id_number"] + ([DOOR] if home else [])
    return look(person, by=user, fields=fields, why=Look.Why.VISIT, where=where, words=words)


@transaction.atomic
def record(
    *, by: User, key: uuid.UUID, target: uuid.UUID | str, at: dt.datetime | None = None, **told: Any
) -> tuple[Visit, bool]:
    """Keeps a visit under the phone's key, and says whether it is new; `told` are the fields of `Said`.

    The same again is the same; with it come at once, or not at all, its proposal and its follow-up order.
    """
    said = Said(**told)
    digest = _digest(target, at, said)
    before = Visit.objects.filter(key=key).first()
    if before is not None:
        return _the_same(before, by, digest), False
    person, home = _target(by, target)
    _check(said, person)
    area = (person or home).area  # type: ignore[union-attr]
    fields = {
        "city": area.city, "area": area, "person": person, "home": home, "worker": by, "at": moment_of_phone(at),
        "received_at": now(), "outcome": said.outcome, "met": said.met, "signs": list(dict.fromkeys(said.signs)),
        "found_sealed": seal(said.found.strip()), "away_metres": away_metres(home, said.spot), "away": said.away,
    }  # fmt: skip
    visit, new = kept_once(Visit, key=key, by=by, digest=digest, fields=fields)
    if new and said.changes:
        propose(visit, by=by, changes=said.changes)
    if new and said.order:
        follow_up(visit, by=by, spot=said.spot)
    return visit, new


@transaction.atomic
def follow_up(visit: Visit, *, by: User, spot: Spot | None = None) -> WorkOrder:
    """Opens a work order for what a visit found; opened once, and without a name or a number in its words."""
    held = Visit.objects.select_for_update(of=("self",)).select_related("area__city", "home").get(pk=visit.pk)
    if held.worker_id != by.pk:
        raise Http404
    if held.order is not None:
        return held.order
    category = _item(held)
    lng, lat = _place(held, spot)
    building = held.home.building if held.home else held.area.title
    held.order = report(
        by=by, city=held.city, category=category, words=_words(held), lng=lng, lat=lat, place=building,
        source=_source(held), details={"place_of_talk": building}, new_facts=True,
    )  # fmt: skip
    held.save(update_fields=["order"])
    visit.order = held.order
    return held.order


@transaction.atomic
def tell_event(user: User, key: uuid.UUID | str, *, kind: str, at: dt.datetime | None = None) -> VisitEvent:
    """Notes a major change in somebody's life; where his rule says so, he is then to be seen within hours."""
    person, _home = _target(user, key)
    if person is None:
        raise ValidationError(_("Such a change happens to a person, not to a home."))
    if kind not in VisitEvent.Kind.values:
        raise ValidationError({"kind": _("Say what has happened.")})
    moment = at or now()
    if not now() - OLDEST_EVENT <= moment <= now():
        raise ValidationError({"at": _("Say when it happened, within the last thirty days.")})
    return VisitEvent.objects.create(person=person, kind=kind, at=moment, told_by=user, told_at=now())


def away_metres(home: Home | None, spot: Spot | None) -> int | None:
    """How far from a home a phone is at least; unknown where one of the two places is."""
    if home is None or spot is None or home.lng is None or home.lat is None:
        return None
    metres = metres_between((home.lng, home.lat), (spot.lng, spot.lat)) - (spot.accuracy or 0)
    return max(round(metres), 0)


def where_of(home: Home | None, metres: int | None, spot: Spot | None, away: str) -> str:
    """At the door by position; a home without a place on the map is taken at the worker's word; else away, with why."""
    radius = rule_of(home.city).radius_metres if home else 0
    placed = home is not None and home.lng is not None
    if metres is not None and metres <= radius:
        return str(Where.DOOR)
    if spot is not None and not placed:
        return str(Where.DOOR)
    if away in Visit.Away.values:
        return str(Where.AWAY)
    if metres is not None:
        raise ValidationError(
            {"away": _("You are still %(metres)s m away. Go to the door, or say why not.") % {"metres": metres}}
        )
    raise ValidationError({"away": _("The phone tells no position. Say why you are not at the door.")})


def erase_words(person: Person) -> None:
    """Empties what was found with a person who has been erased, and where he lived."""
    visits = Visit.objects.filter(person=person)
    visits.filter(proposal=Visit.Proposal.OPEN).update(proposal=Visit.Proposal.DECLINED)
    visits.update(found_sealed="", proposal_sealed="", home=None)


def found_of(visit: Visit) -> str:
    """What was found on one's own visit, in words."""
    return unseal(visit.found_sealed)


def _target(user: User, key: uuid.UUID | str) -> tuple[Person | None, Home | None]:
    person, home = person_or_home(user, key)
    area = (person or home).area  # type: ignore[union-attr]
    if not jurisdiction.may(user, VISITS, area) or (person and person.erased_at):
        raise Http404
    return person, home


def _check(said: Said, person: Person | None) -> None:
    wrong = {}
    if set(said.signs) - set(Sign.values):
        wrong["signs"] = _("Choose from what is offered.")
    if said.away and said.away not in Visit.Away.values:
        wrong["away"] = _("Choose why you are not at the door.")
    if len(said.found) > LONGEST_FOUND:
        wrong["found"] = _("At most %(most)s signs.") % {"most": LONGEST_FOUND}
    if wrong := wrong | _wrong_outcome(said, person):
        raise ValidationError(wrong)


def _wrong_outcome(said: Said, person: Person | None) -> dict[str, str]:
    """What does not go together: each outcome asks for something of its own."""
    if said.outcome not in Outcome.values:
        return {"outcome": _("Say what became of the visit.")}
    if not said.met and (said.signs or said.outcome != Outcome.VISIT):
        return {"met": _("Who met nobody has found nothing: leave the rest empty.")}
    if said.outcome in CHANGES and not said.changes:
        return {"outcome": _("Say what the register should say.")}
    if said.changes and (said.outcome not in CHANGES or person is None):
        return {"outcome": _("Only a correction or an addition to a person changes the register.")}
    if said.outcome == Outcome.FEED_BACK and not (said.found.strip() or said.signs):
        return {"found": _("Say what you feed back.")}
    return {}


def _digest(target: uuid.UUID | str, at: dt.datetime | None, said: Said) -> str:
    """What was sent as one hash under the house's key: short words could be guessed from a plain one."""
    told = {
        "target": str(target), "at": at.isoformat() if at else "", "outcome": said.outcome, "met": said.met,
        "signs": sorted(said.signs), "found": said.found, "away": said.away, "spot": said.spot,
        "changes": said.changes, "order": said.order,
    }  # fmt: skip
    return salted_hmac("gridwhistle.visits", json.dumps(told, sort_keys=True), algorithm="sha256").hexdigest()


def _the_same(kept: Visit, by: User, digest: str) -> Visit:
    if kept.worker_id != by.pk or kept.digest != digest:
        raise NotNow(_("Something else was sent under this key already; nothing was changed."))
    return kept


def _item(visit: Visit) -> Category:
    """The item of today's catalogue for what was found; the first sign that has one, else the usual one."""
    items = {item.code: item for item in items_today(visit.city)}
    book = next(iter(items.values())).rulebook_id if items else None
    rows = dict(FollowUp.objects.filter(rulebook=book).values_list("sign", "item"))
    for sign in [*visit.signs, ""]:
        if rows.get(sign) in items:
            return items[rows[sign]]
    raise ValidationError({"order": _("The rulebook names no item for a follow-up; report it by photo.")})


def _source(visit: Visit) -> str:
    for source in sources_today(visit.city):
        if source.kind == "visit":
            return str(source.code)
    raise ValidationError({"order": _("The rulebook knows no source “face-to-face visit”; report it by photo.")})


def _place(visit: Visit, spot: Spot | None) -> tuple[float, float]:
    """Where the order lies: at the home, else where the worker stands, else in the middle of the grid."""
    if visit.home and visit.home.lng is not None and visit.home.lat is not None:
        return visit.home.lng, visit.home.lat
    if spot is not None:
        return spot.lng, spot.lat
    line = Area.objects.above(visit.area).exclude(boundary=None).reverse().first()
    return inner_point(line.boundary) if line and line.boundary else (visit.city.map_lng, visit.city.map_lat)


def _words(visit: Visit) -> str:
    signs = "、".join(str(Sign(sign).label) for sign in visit.signs if sign != Sign.WELL)
    if not signs:
        return _("Found on a visit; please get in touch with the grid worker.")
    return _("Found on a visit: %(signs)s. Please get in touch with the grid worker.") % {"signs": signs}

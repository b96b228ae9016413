"""A report becomes an order: placed by its point, under today's rulebook, with its reporter in an erasable row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from casework.actors import Actor
from casework.moment import now
from casework.refusals import NotYours
from casework.services import doors
from grids import geo
from grids import jurisdiction as ground
from grids.models import Area, City, Department
from grids.phones import phone_key
from grids.selectors import areas_above, desk_among, rulebook_in_force
from workorders.lifecycle import ACCEPT, WORK_ORDER
from workorders.models import Category, Photo, Reporter, Source, WorkOrder
from workorders.models.details import EXTERNAL
from workorders.selectors.sources import sources_of
from workorders.services.details import details_for
from workorders.services.incoming import note_external
from workorders.services.intake import settle
from workorders.services.parts import first_clock
from workorders.services.photos import add_photos
from workorders.services.recordings import add_recording
from workorders.services.repeats import refuse_repeat
from workorders.services.sounds import Sound

TITLE_LENGTH = 60
# Only these are against somebody.
ACCUSING = frozenset({WorkOrder.Nature.COMPLAINT, WorkOrder.Nature.TIP_OFF})


@dataclass(frozen=True)
class Told:
    """What somebody told the centre besides the matter and its place: from where, who, against whom."""

    source: str = "patrol"
    reporter: Mapping[str, str] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    nature: str = WorkOrder.Nature.HELP
    early_sign: bool = False
    accused_department: Department | None = None
    accused_person: User | None = None
    # What its first event is to keep besides: of a phone that had to wait, when it was written by the phone's clock.
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def report(
    *,
    by: User,
    city: City,
    category: Category,
    words: str,
    lng: float,
    lat: float,
    datum: str = "wgs84",
    place: str = "",
    condition: str = "",
    pictures: list[bytes] | None = None,
    recording: Sound | None = None,
    new_facts: bool = False,
    settled: str = "",
    pictures_after: list[bytes] | None = None,
    **told: Any,
) -> WorkOrder:
    """Opens a work order where a matter lies; `told` are the fields of `Told`.

    The same person with nothing new (`new_facts`) opens none: he is told how far it is (rules 13.2 row 40). What was
    `settled` on the spot is closed in the same breath.
    """
    if not ground.may_somewhere(by, "report_in", city):
        raise NotYours(_("You cannot report in %(city)s.") % {"city": city})
    order = _opened(
        by=by, city=city, category=category, words=words, point=(lng, lat, datum), place=place, condition=condition,
        pictures=pictures or [], recording=recording, new_facts=new_facts, told=Told(**told),
    )  # fmt: skip
    if settled.strip():
        return settle(order, by=by, result=settled, pictures=pictures_after or [])
    return order


@transaction.atomic
def open_report(**said: Any) -> WorkOrder:
    """The same for whoever may: a person, or another system, which may name an area instead of a point.

    `sent`: what `note_external` keeps of the other system besides the number.
    """
    return _opened(**said)


def _opened(
    *, by: Actor, city: City, category: Category, words: str, point: tuple[float, float, str], told: Told,
    place: str = "", condition: str = "", pictures: list[bytes] | None = None, recording: Sound | None = None,
    new_facts: bool = False, area: Area | None = None, sent: Mapping[str, Any] | None = None,
) -> WorkOrder:  # fmt: skip
    lng, lat, datum = point
    line = areas_above(area) if area else line_of_report(city, lng, lat, datum)
    rulebook = rulebook_in_force(city, now().astimezone(city.zone).date())
    if category.rulebook_id != rulebook.pk:
        raise ValidationError({"category": _("This category is not in the catalogue any more.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what is the matter.")})
    source = source_for(rulebook.pk, told.source)
    lng_kept, lat_kept = geo.to_wgs84(lng, lat, datum)
    person = by if isinstance(by, User) else None
    order = WorkOrder(
        kind=WORK_ORDER.kind, title=title_of(words), category=category, condition=condition, words=words.strip(),
        place=place.strip(), reported_by=person, first_asked=person, lng=lng_kept, lat=lat_kept,
        given_lng=lng, given_lat=lat, given_datum=datum, **fields_of(source, told),
    )  # fmt: skip
    reporter = reporter_of(order, source, told)
    if not new_facts:
        refuse_repeat(order, reporter, city)
    facts = {"source": source.code, "category": category.code, "photos": len(pictures or []), **told.facts}
    facts |= {"spoken": True} if recording else {}
    first = first_clock(order, rulebook, ACCEPT, desk_among(line) or line[-1])
    order = doors.open_case(order, by=by, area=line[-1], rulebook=rulebook, facts=facts, first=first)
    reporter.save()
    if EXTERNAL in order.details:
        note_external(order, **(sent or {}))
    add_photos(order, pictures=pictures or [], moment=Photo.Moment.BEFORE, by=person)
    if recording:
        add_recording(order, sound=recording, by=person)
    return order


def source_for(rulebook_id: int, code: str) -> Source:
    """The source of that code in the rulebook, or a sentence."""
    source = sources_of(rulebook_id).get(code)
    if source is None:
        raise ValidationError({"source": _("“%(code)s” is no source of this city.") % {"code": code}})
    return source


def fields_of(source: Source, told: Told) -> dict[str, Any]:
    """What the order itself keeps of what was told."""
    if told.nature not in WorkOrder.Nature.values:
        raise ValidationError({"nature": _("Say what the person wants.")})
    if (told.accused_department or told.accused_person) and told.nature not in ACCUSING:
        raise ValidationError({"nature": _("Only a complaint or a tip-off is against somebody.")})
    return {
        "source": source.code, "details": details_for(source, told.details), "nature": told.nature,
        "early_sign": told.early_sign, "accused_department": told.accused_department,
        "accused_person": told.accused_person,
    }  # fmt: skip


def reporter_of(order: WorkOrder, source: Source, told: Told) -> Reporter:
    """The erasable row of who reported: a citizen with his number's key, or the colleague who found it."""
    said = dict(told.reporter or {})
    if not source.citizen and not said and order.reported_by is not None:
        said = {"name": order.reported_by.name, "phone": order.reported_by.phone}
    citizen = source.citizen and any(said.values())
    hidden = source.hides_reporter or told.nature == WorkOrder.Nature.TIP_OFF
    key = phone_key(said.get("phone")) if citizen else ""
    return Reporter(order=order, is_citizen=citizen, hidden_from_handlers=hidden, phone_key=key, **said)


def line_of_report(city: City, lng: float, lat: float, datum: str) -> list[Area]:
    """The areas in which a report's point lies, the lowest last; a point outside the city is refused."""
    line = geo.line_at(geo.to_wgs84(lng, lat, datum), city=city)
    if not line:
        raise ValidationError({"place": _("This point lies outside %(city)s.") % {"city": city}})
    return line


def title_of(words: str) -> str:
    """The first sentence of a report, as its title."""
    first = words.strip().replace("。", "\n").splitlines()[0].strip()
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"

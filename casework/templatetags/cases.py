"""How a case reads on a page: a clock in words, the used share of its bar, its lamp, an event as one sentence.

Arithmetic of time is `casework/calendar.py`. The words of each verb are `templates/<app>/events/<verb>.txt`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import template
from django.contrib.auth import get_user_model
from django.template import Context
from django.template.loader import select_template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from casework.calendar import Unit, WorkingCalendar
from casework.models import Case, Deadline, Event
from casework.models.case import Lamp
from casework.moment import now
from casework.selectors import calendar_of, history_of
from casework.spans import HOUR, USUAL_DAY, limit_words, moment_words, span_words
from casework.whole import Whole
from grids.models import Post

register = template.Library()

# A step's event and the end of its clock are written one after the other; two events of one stage lie further apart.
TOGETHER = dt.timedelta(seconds=30)


# --- the face of a clock ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Face:
    """What a page shows of one clock."""

    stage: str
    remaining: str
    used: int
    state: str
    due: str
    lamp: str
    lamp_word: str


def face_of(clock: Deadline, calendar: WorkingCalendar | None = None) -> Face:
    """The clock as it stands now: words, bar and lamp agree, and the lamp is the highest rung that has fired."""
    calendar = calendar or calendar_of(clock.case.city)
    at = _stands_at(clock)
    unit, day = Unit(clock.unit), _length_of_day(calendar, clock.due_at)
    left = calendar.elapsed(unit, at, clock.due_at)
    over = calendar.elapsed(unit, clock.due_at, at)
    used = max(0.0, clock.amount - left) + over
    state, lamp = _state(clock, at)
    return Face(
        stage=str(clock.case.lifecycle.clocks.get(clock.clock, clock.clock)),
        remaining=_remaining_words(clock, left=left, over=over, used=used, unit=unit, day=day),
        used=min(100, round(100 * used / clock.amount)) if clock.amount else 100,
        state=state, due=_due_words(clock), lamp=lamp, lamp_word=_lamp_word(clock),
    )  # fmt: skip


def _stands_at(clock: Deadline) -> dt.datetime:
    """The moment up to which its time has run: now, or when it ended or was paused."""
    if clock.ended_at:
        return clock.ended_at
    if clock.state == Deadline.State.PAUSED:
        return next((pause.since for pause in clock.pauses.all() if pause.until is None), now())
    return now()


def _remaining_words(clock: Deadline, *, left: float, over: float, used: float, unit: Unit, day: int) -> str:
    if clock.ended_at:
        return _("took %(span)s") % {"span": span_words(used, unit, day=day, up=True)}
    if clock.missed_at or clock.due_at <= _stands_at(clock):
        return _("%(span)s late") % {"span": span_words(over, unit, day=day, up=True)}
    span = span_words(left, unit, day=day, up=True)
    words = _("stopped, %(span)s left") if clock.state == Deadline.State.PAUSED else _("%(span)s left")
    return words % {"span": span}


def _state(clock: Deadline, at: dt.datetime) -> tuple[str, str]:
    """The clock's colour and its lamp's kind."""
    if clock.state == Deadline.State.DROPPED:
        return "paused", "void"
    if clock.missed_at or (not clock.ended_at and clock.due_at <= at):
        return "late", "late"
    if clock.ended_at:
        return "done", "done"
    if clock.state == Deadline.State.PAUSED:
        return "paused", "paused"
    fired = any(rung.fired_at and rung.lamp >= Lamp.YELLOW for rung in clock.rungs.all())
    return ("near", "near") if fired else ("", "ok")


def _lamp_word(clock: Deadline) -> str:
    if clock.state == Deadline.State.MET:
        return pgettext("lamp", "In time")
    if clock.state == Deadline.State.LATE:
        return pgettext("lamp", "Was late")
    return ""


def _due_words(clock: Deadline) -> str:
    if clock.ended_at:
        return _("ended %(moment)s, was due %(due)s") % {
            "moment": moment_words(clock.ended_at), "due": moment_words(clock.due_at),
        }  # fmt: skip
    return _("due %(moment)s") % {"moment": moment_words(clock.due_at)}


def _length_of_day(calendar: WorkingCalendar, moment: dt.datetime) -> int:
    spans = calendar.spans(calendar.local_day(moment))
    return sum(end - start for start, end in spans) or USUAL_DAY


def foremost(case: Case) -> Deadline | None:
    """The clock a list shows: the running one that ends first, else one that stands still."""
    clocks = [clock for clock in case.deadlines.all() if clock.ended_at is None]
    running = [clock for clock in clocks if clock.state == Deadline.State.RUNNING]
    return min(running or clocks, key=lambda clock: (clock.due_at, clock.pk), default=None)


def lamp_of(case: Case) -> str:
    """The kind of a case's lamp, from its row alone."""
    if not case.is_open:
        return "void" if case.status in case.lifecycle.void else "done"
    if case.lamp == Lamp.RED or (case.due_at and case.due_at <= now()):
        return "late"
    if case.paused:
        return "paused"
    if not case.due_clock:
        return "waiting"
    return "near" if case.lamp == Lamp.YELLOW else "ok"


# --- events as sentences ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """One event of a history, as people read it."""

    event: Event
    who: str
    sentence: str
    tone: str

    @property
    def at(self) -> dt.datetime:
        return self.event.at

    @property
    def hash(self) -> str:
        return self.event.hash


TONES = dict.fromkeys(
    ["deadline_missed", "press_given", "yellow_card_given", "red_card_given", "supervise_given", "louder_given"], "late"
)


def tell(
    case: Case, *, calendar: WorkingCalendar | None = None, hides: int | None = None, read: Whole | None = None,
    silent: Callable[[Event], bool] | None = None,
) -> list[Told]:  # fmt: skip
    """The history of a case as sentences, newest first; the same number of queries however long it is.

    `hides`: the key of a person whose name this reader may not learn. `read`: what came along with the case.
    `silent`: of which events this reader may not read the words that were said with them.
    """
    events = list(case.events.all() if read else history_of(case))
    people = names_of(_persons(events, read), case, read.posts if read else None)
    if hides is not None:
        people[hides] = _("The reporter")
    clocks = _clocks_of(case)
    calendar = calendar or calendar_of(case.city)
    told = []
    for place, event in enumerate(events):
        if silent and silent(event):
            event.note = ""
        who = people.get(event.actor_id, "") if event.actor_id else _("The system")
        telling = {"event": event, "case": case, "who": who, "clocks": clocks, "calendar": calendar}
        telling["people"] = people
        told.append(Told(event, who, sentence_of(telling), TONES.get(event.verb) or ("now" if place == 0 else "")))
    return told


def _persons(events: list[Event], read: Whole | None) -> set:
    """Who acted, and whom an event names."""
    named = {event.facts.get("officer") for event in events} - {None}
    people = {event.actor for event in events if event.actor}
    if read:
        return people | {read.people[key] for key in named if key in read.people}
    return people | set(get_user_model().objects.filter(pk__in=named)) if named else people


def _clocks_of(case: Case) -> list[Deadline]:
    """All its clocks with their holders; those that came with the case are not asked for again."""
    if "deadlines" in getattr(case, "_prefetched_objects_cache", {}):
        return list(case.deadlines.all())
    return list(case.deadlines.select_related("department", "area").prefetch_related("pauses"))


def sentence_of(telling: dict) -> str:
    """One event in words, by the template of its verb. Plain text: whoever shows it escapes it."""
    event, life = telling["event"], telling["case"].lifecycle
    found = select_template([f"{life.app}/events/{event.verb}.txt", f"casework/events/{event.verb}.txt"])
    facts = {**telling, "facts": event.facts, "note": event.note}
    told = [found.template.render(Context(facts, autoescape=False))]
    if "device_at" in event.facts:
        told.append(select_template(["casework/beside.txt"]).template.render(Context(facts, autoescape=False)))
    return " ".join("".join(told).split())


def names_of(people: Iterable, case: Case, posts: Iterable[Post] | None = None) -> dict[int, str]:
    """Role and name of each person, by the post that has to do with this case; a name alone where there is none."""
    people = list(people)
    if posts is None:
        posts = Post.objects.filter(user__in=people).select_related("role", "department").order_by("pk")
    best: dict[int, Post] = {}
    for post in sorted(posts, key=lambda post: not _concerns(post, case)):
        best.setdefault(post.user_id, post)
    return {person.pk: _with_role(person, best.get(person.pk)) for person in people}


def _concerns(post: Post, case: Case) -> bool:
    return post.area_id in case.area.path_keys or bool(post.department_id and post.department_id == case.department_id)


def _with_role(person, post: Post | None) -> str:
    if post is None:
        return str(person)
    if post.department and not post.area_id:
        return f"{post.department.title} {post.role.title} {person}"
    return f"{post.role.title} {person}"


def clock_of_event(context: Context) -> Deadline | None:
    """The clock that a rung's event speaks of, found again by stage and holder."""
    facts = context["facts"]
    for clock in context["clocks"]:
        holder = (clock.department_id, clock.area_id, clock.person_id)
        named = (facts.get("department"), facts.get("area"), facts.get("person"))
        if clock.clock == facts.get("clock") and holder == named:
            return clock
    return None


@register.simple_tag(takes_context=True)
def holder(context: Context) -> str:
    """Whose clock it is that rings: a department, or the desk of an area."""
    clock = clock_of_event(context)
    return str(clock.holder) if clock else _("The holder")


@register.simple_tag(takes_context=True)
def department(context: Context) -> str:
    """The department of which the event speaks, in the reader's language where it still stands with the case."""
    key = context["facts"].get("department")
    named = (clock.department for clock in context["clocks"] if clock.department_id == key and key)
    return str(next(named, None) or context["facts"].get("department_name", ""))


@register.simple_tag(takes_context=True)
def stage(context: Context) -> str:
    """The stage of which the event speaks."""
    clock = context["facts"].get("clock", "")
    return str(context["case"].lifecycle.clocks.get(clock, clock))


@register.simple_tag(takes_context=True)
def fact_moment(context: Context, name: str) -> str:
    """A moment among the event's facts, in words."""
    written = context["facts"].get(name)
    return moment_words(dt.datetime.fromisoformat(written)) if written else ""


@register.simple_tag(takes_context=True)
def fact(context: Context, name: str) -> str:
    """One of the event's facts, as it was written; none is a number too."""
    known = context["facts"].get(name)
    return "" if known is None else str(known)


@register.simple_tag(takes_context=True)
def fact_list(context: Context, name: str) -> str:
    """Several names among the event's facts."""
    return _(", ").join(context["facts"].get(name) or [])


@register.simple_tag(takes_context=True)
def fact_person(context: Context, name: str) -> str:
    """A colleague whom the event names by key; without a name once he is gone."""
    return context["people"].get(context["facts"].get(name), _("a colleague"))


@register.simple_tag(takes_context=True)
def coded(context: Context, name: str) -> str:
    """A coded fact in the reader's words: a reason, a level."""
    return _coded(context, name, context["facts"].get(name))


@register.simple_tag(takes_context=True)
def coded_list(context: Context, name: str) -> str:
    """Several coded facts; a dash when there are none."""
    return _(", ").join(_coded(context, name, value) for value in context["facts"].get(name) or []) or "—"


def _coded(context: Context, name: str, value: object) -> str:
    words = context["case"].lifecycle.words.get((context["event"].verb, name), {})
    return str(words.get(value, value or ""))


@register.simple_tag(takes_context=True)
def took(context: Context, name: str) -> str:
    """How long a stage took and what it was given: ", in 3 min; the limit is 15 min"."""
    event = context["event"]
    ended = [clock for clock in context["clocks"] if clock.clock == name and clock.ended_at]
    clock = min(ended, key=lambda clock: abs(clock.ended_at - event.at), default=None)
    if clock is None or abs(clock.ended_at - event.at) > TOGETHER:
        return ""
    calendar: WorkingCalendar = context["calendar"]
    unit = Unit(clock.unit)
    over = calendar.elapsed(unit, clock.due_at, clock.ended_at)
    used = max(0.0, clock.amount - calendar.elapsed(unit, clock.ended_at, clock.due_at)) + over
    span = span_words(used, unit, day=_length_of_day(calendar, clock.due_at), up=True)
    return _(", in %(span)s; the limit is %(limit)s") % {"span": span, "limit": limit_words(clock.amount, unit)}


# --- tags for pages --------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def face(context: Context, clock: Deadline) -> Face:
    """`{% face clock as shown %}`; the page's `calendar` saves a question a clock."""
    return face_of(clock, context.get("calendar"))


@register.simple_tag
def moment(at: dt.datetime) -> str:
    """A moment in short words, for where a variable is needed."""
    return moment_words(at)


@register.filter
def foremost_clock(case: Case) -> Deadline | None:
    return foremost(case)


@register.filter
def lamp(case: Case) -> str:
    return lamp_of(case)


@register.filter
def limit(clock: Deadline) -> str:
    return limit_words(clock.amount, clock.unit)


@register.filter
def short_hash(digest: str) -> str:
    """The head of a hash, in two groups of four."""
    return f"{digest[:4]}·{digest[4:8]}"


@register.filter
def span(length: dt.timedelta) -> str:
    """A length of time in words, day and night counted."""
    return span_words(length.total_seconds() / HOUR, Unit.URGENT_HOUR)

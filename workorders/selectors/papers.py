"""What the printed papers of an order say: the dispatch slip (交办单), the supervision letter (督办单), the record.

Words and moments are made here in the reader's language; how they are set on the page is `services/printing`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from casework.calendar import Unit
from casework.models import Deadline, Part
from casework.moment import now
from casework.refusals import NotFound
from casework.spans import limit_words
from casework.templatetags.cases import tell
from grids.models import Area, Department
from grids.phones import masked
from grids.selectors import desk_of
from workorders.lifecycle import ASSIST, HANDLE, REPLY
from workorders.models import Press, WorkOrder
from workorders.selectors.people import contacts_of, hidden_from, hidden_name, mask_name
from workorders.selectors.sources import source_name

Row = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """A table with a heading of its own, its first line the names of the columns."""

    heading: str
    columns: list[str]
    lines: list[list[str]]


@dataclass(frozen=True)
class Paper:
    """A paper as an office sends it: its head, its number, whom it is for, what it says, who signs."""

    issuer: str
    kind: str
    number: str
    urgency: str
    title: str
    to: str
    body: list[str]
    facts: list[Row]
    tables: list[Table] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    copies: str = ""
    signed_by: str = ""
    date: str = ""
    # A red card is a matter of red letters.
    alarm: bool = False

    def words(self) -> dict[str, Any]:
        """All of it as plain data, with the few words of the form itself."""
        form = {
            "language": "en" if _reads("en") else "zh",
            "seal": _("seal"), "no": _("No."), "urgent": _("Urgency"), "copies_to": _("Copies to"),
            "attached": pgettext("paper", "Attached"), "colon": pgettext("label", ": "),
            "printed": _("printed %(moment)s") % {"moment": moment_of(now())},
        }  # fmt: skip
        tables = [{"heading": t.heading, "columns": t.columns, "lines": t.lines} for t in self.tables]
        return {**vars(self), "tables": tables, "form": form}


def day_of(at: dt.datetime) -> str:
    """A day as a paper is dated."""
    return date_format(localtime(at), _("j F Y"))


def moment_of(at: dt.datetime) -> str:
    """A moment to the minute, with its year: a paper is read long afterwards."""
    return date_format(localtime(at), _("j F Y, H:i"))


def stamp_of(at: dt.datetime) -> str:
    """A moment in a column of a table, alike in every language."""
    return f"{localtime(at):%Y-%m-%d %H:%M}"


# --- the dispatch slip (交办单) -------------------------------------------------------------------------------------
def slip_of(order: WorkOrder, user: User) -> Paper:
    """The slip by which the desk gives an order to the department that leads; none before it was dispatched."""
    if order.department is None:
        raise NotFound(_("There is no dispatch slip: %(number)s lies with no department.") % {"number": order.number})
    clock = _latest(order, HANDLE, order.department)
    lead = _lead(order)
    return Paper(
        issuer=_office(desk_of(order.area)), kind=_("Work order dispatch slip"), number=order.number,
        urgency=_urgency(order), title=_("Dispatch of “%(title)s”") % {"title": order.title},
        to=order.department.title, body=_slip_body(order, clock), facts=_slip_facts(order, clock, user),
        attachments=_attached(order), copies=_names(part.department for part in _assistants(order)),
        signed_by=_office(desk_of(order.area)), date=day_of(lead.since if lead else order.opened_at),
    )  # fmt: skip


def _slip_body(order: WorkOrder, clock: Deadline | None) -> list[str]:
    said = {"number": order.number, "due": moment_of(clock.due_at) if clock else ""}
    asks = (
        _("Work order %(number)s is given to you to lead. Please handle it and report the result, with a photo of the "
          "place afterwards, by %(due)s.")
        if clock
        else _("Work order %(number)s is given to you to lead. Please handle it and report the result, with a photo of "
               "the place afterwards.")
    )  # fmt: skip
    if not _assistants(order):
        return [asks % said]
    return [asks % said, _("The departments that assist work under your lead, each in its own time.")]


def _slip_facts(order: WorkOrder, clock: Deadline | None, user: User) -> list[Row]:
    assistants = [_with_due(order, part) for part in _assistants(order)]
    rows = [
        *_matter(order, user),
        (_("Time limit"), _limit(clock)),
        (_("Leads"), order.department.title if order.department else ""),
        (_("Assist"), "\n".join(assistants)),
        (_("By rule"), _rule(order)),
        (_("Contacts"), "\n".join(_contacts(order))),
    ]
    return [row for row in rows if row[1]]


def _with_due(order: WorkOrder, part: Part) -> str:
    clock = _latest(order, ASSIST, part.department)
    said = {"department": part.department.title, "due": moment_of(clock.due_at) if clock else ""}
    return _("%(department)s, by %(due)s") % said if clock else said["department"]


def _limit(clock: Deadline | None) -> str:
    if clock is None:
        return _("The city's rules give no limit.")
    said = {"limit": limit_words(clock.amount, Unit(clock.unit)), "due": moment_of(clock.due_at)}
    words = _("%(limit)s: by %(due)s") % said
    return f"{words}\n{clock.limit.basis}" if clock.limit and clock.limit.basis else words


def _rule(order: WorkOrder) -> str:
    if order.rule is None:
        return ""
    said = {"n": order.rule.place, "edition": order.rule.edition.edition}
    return " ".join(filter(None, [_("Rule %(n)s (edition %(edition)s)") % said, order.rule.words]))


def _contacts(order: WorkOrder) -> list[str]:
    """Colleagues, by part, name and number; the reporter is none of them."""
    return [
        " ".join(filter(None, [contact.place, contact.role, contact.name, contact.phone]))
        for contact in contacts_of(order)
    ]


# --- the supervision letter (督办单) --------------------------------------------------------------------------------
def press_of(order: WorkOrder, place: int) -> Press:
    """The order's first, second, third press, as they were given."""
    found = list(order.presses.select_related("department", "office")[place - 1 : place]) if place else []
    if not found:
        raise NotFound(_("There is no such supervision letter of %(number)s.") % {"number": order.number})
    return found[0]


def letter_of(order: WorkOrder, place: int, user: User) -> Paper:
    """The letter of one press: its level, why, what is expected and until when, and how the clocks have run."""
    press = press_of(order, place)
    office = press.office.title if press.office else _office(desk_of(order.area))
    return Paper(
        issuer=office, kind=_("Supervision letter (%(level)s)") % {"level": press.get_level_display()},
        number=_("%(number)s / supervision %(place)s") % {"number": order.number, "place": place},
        urgency=_urgency(order), title=_("Supervision of “%(title)s”") % {"title": order.title},
        to=press.department.title if press.department else _("the unit in charge"),
        body=_letter_body(order, press), facts=[*_matter(order, user), *_answer(press)], tables=[clocks_of(order)],
        copies=_names(part.department for part in _assistants(order)), signed_by=office, date=day_of(press.at),
        alarm=press.level == Press.Level.RED,
    )  # fmt: skip


def _letter_body(order: WorkOrder, press: Press) -> list[str]:
    said = {"number": order.number, "level": press.get_level_display(), "due": _reply_until(order, press)}
    lines = [
        _("Work order %(number)s is put under supervision: %(level)s.") % said,
        _("Why: %(why)s") % {"why": why_pressed(order, press)},
    ]
    if press.words:
        lines.append(_("What is expected: %(words)s") % {"words": press.words})
    else:
        lines.append(_("What is expected: handle the matter without delay and report the result."))
    if not press.reply_wanted:
        return [*lines, _("A written reply is not asked for.")]
    due = _("Please reply in writing by %(due)s.") if said["due"] else _("Please reply in writing.")
    return [*lines, due % said]


def why_pressed(order: WorkOrder, press: Press) -> str:
    """The reason of a press: the clocks that were late when it was given, or the office's own decision."""
    late = [
        clock
        for clock in order.deadlines.all()
        if clock.missed_at and clock.missed_at <= press.at and clock.department_id in (None, press.department_id)
    ]
    told = [
        _("“%(stage)s” of %(holder)s was due %(due)s and was not done")
        % {"stage": _stage(order, clock), "holder": _holder(clock), "due": moment_of(clock.due_at)}
        for clock in late
    ]
    if told:
        return pgettext("list", "; ").join(told) + pgettext("end of a sentence", ".")
    return _("by decision of the supervision office.") if press.by_id else _("by the city's rules.")


def _reply_until(order: WorkOrder, press: Press) -> str:
    clocks = [
        clock
        for clock in order.deadlines.all()
        if clock.clock == REPLY and clock.department_id == press.department_id and clock.started_at >= press.at
    ]
    return moment_of(min(clocks, key=lambda clock: clock.started_at).due_at) if clocks else ""


def _answer(press: Press) -> list[Row]:
    rows = []
    if press.replied_at:
        said = {"moment": moment_of(press.replied_at), "words": press.reply}
        rows.append((_("Reply"), _("%(moment)s: %(words)s") % said))
    if press.lifted_at:
        said = {"moment": moment_of(press.lifted_at), "words": press.lifted_because}
        rows.append((_("Lifted"), _("%(moment)s: %(words)s") % said))
    return rows


def clocks_of(order: WorkOrder) -> Table:
    """How every clock of an order has run."""
    lines = [
        [
            _stage(order, clock), _holder(clock), limit_words(clock.amount, Unit(clock.unit)),
            stamp_of(clock.started_at), stamp_of(clock.due_at), _ended(clock),
        ]
        for clock in sorted(order.deadlines.all(), key=lambda clock: (clock.started_at, clock.pk))
    ]  # fmt: skip
    columns = [_("Stage"), _("With"), _("Limit"), _("Began"), pgettext("paper", "Due"), _("How it stands")]
    return Table(_("How the clocks have run"), columns, lines)


def _ended(clock: Deadline) -> str:
    state = str(clock.get_state_display())
    if clock.missed_at and clock.state != Deadline.State.LATE:
        state = _("%(state)s, late") % {"state": state}
    return f"{state} {stamp_of(clock.ended_at)}" if clock.ended_at else state


# --- the whole record ------------------------------------------------------------------------------------------------
def record_of(order: WorkOrder, user: User) -> Paper:
    """All that happened to an order, for its archive."""
    rows = [
        *_matter(order, user),
        (_("State"), str(order.status_label)),
        (_("Leads"), order.department.title if order.department else ""),
        (_("Assist"), _names(part.department for part in _assistants(order))),
        (_("By rule"), _rule(order)),
        (_("What was done"), order.result),
        (_("Why it was not accepted"), order.refusal_words),
        (_("Rating"), _rating(order)),
    ]
    issuer = _office(desk_of(order.area))
    return Paper(
        issuer=issuer, kind=_("Record of a work order"), number=order.number, urgency=_urgency(order),
        title=order.title, to="", body=[], facts=[row for row in rows if row[1]],
        tables=[clocks_of(order), *_presses(order), history_of(order, user)], signed_by=issuer, date=day_of(now()),
    )  # fmt: skip


def history_of(order: WorkOrder, user: User) -> Table:
    """Every event as a sentence, the first one first, with the beginning of its hash."""
    told = reversed(tell(order, hides=hidden_name(order, user)))
    lines = [[str(entry.event.seq), stamp_of(entry.at), entry.sentence, entry.hash[:12]] for entry in told]
    return Table(_("History"), [pgettext("paper", "No."), _("When"), _("What happened"), _("Hash")], lines)


def _presses(order: WorkOrder) -> list[Table]:
    lines = [
        [str(press.get_level_display()), press.department.title if press.department else "", stamp_of(press.at),
         press.words, press.reply]
        for press in order.presses.select_related("department")
    ]  # fmt: skip
    columns = [_("Level"), _("Put to"), _("When"), _("What is expected"), _("Reply")]
    return [Table(_("Supervision"), columns, lines)] if lines else []


def _rating(order: WorkOrder) -> str:
    if order.stars is None:
        return ""
    return " ".join(filter(None, [_("%(stars)s of 5 stars") % {"stars": order.stars}, order.rating_words]))


# --- what all of them say --------------------------------------------------------------------------------------------
def _matter(order: WorkOrder, user: User) -> list[Row]:
    areas = Area.objects.above(order.area)
    rows = [
        (_("Category"), " / ".join(reversed([category.title for category in _classes(order)]))),
        (_("Place"), order.place),
        (_("Area"), " / ".join(area.title for area in areas) + f" ({order.area.code})"),
        (_("Source"), pgettext("list", ", ").join([source_name(order), moment_of(order.opened_at)])),
        (_("Reporter"), _reporter(order, user)),
        (_("What it is about"), order.words),
    ]
    return [row for row in rows if row[1]]


def _classes(order: WorkOrder) -> list[Any]:
    found: list[Any] = [order.category]
    while found[-1].parent:
        found.append(found[-1].parent)
    return found


def _reporter(order: WorkOrder, user: User) -> str:
    """Masked for whoever may see that much; of a hidden one nothing, on paper to nobody at all."""
    reporter = order.reporter_row
    if reporter is None or reporter.hidden_from_handlers or hidden_from(order, reporter, user):
        return ""
    return " ".join(filter(None, [mask_name(reporter.name), masked(reporter.phone)]))


def _attached(order: WorkOrder) -> list[str]:
    photos, spoken = len(order.photos.all()), len(order.recordings.all())
    told = [_("photos of the place (%(count)s)") % {"count": photos}] if photos else []
    return told + ([_("spoken report (%(count)s)") % {"count": spoken}] if spoken else [])


def _office(area: Area) -> str:
    """Who issues: the area with the name of its desk, in which the level's word is not said twice (街道街道平台)."""
    desk, level = area.level.desk, area.level.name
    if area.name.endswith(level) and desk.startswith(level):
        desk = desk.removeprefix(level)
    return f"{area.title} {desk}".strip() if _reads("en") else area.title + desk


def _reads(language: str) -> bool:
    return (get_language() or "").startswith(language)


def _urgency(order: WorkOrder) -> str:
    return str(order.category.get_urgency_display()) if order.category.urgency == "urgent" else ""


def _names(departments: Any) -> str:
    found: list[Department] = list(departments)
    return pgettext("names", ", ").join(department.title for department in found)


def _assistants(order: WorkOrder) -> QuerySet[Part]:
    return order.parts.filter(role=Part.Role.ASSIST).exclude(outcome=Part.Outcome.RELEASED).select_related("department")


def _lead(order: WorkOrder) -> Part | None:
    return order.parts.filter(role=Part.Role.LEAD, department=order.department).order_by("-since").first()


def _latest(order: WorkOrder, clock: str, department: Department) -> Deadline | None:
    found = [c for c in order.deadlines.all() if c.clock == clock and c.department_id == department.pk]
    return max(found, key=lambda c: (c.started_at, c.pk), default=None)


def _stage(order: WorkOrder, clock: Deadline) -> str:
    return str(order.lifecycle.clocks.get(clock.clock, clock.clock))


def _holder(clock: Deadline) -> str:
    return str(clock.holder or "")

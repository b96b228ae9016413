"""One whistle with all that its page shows: who is here, what was agreed, what happened; in a fixed number of queries.

The rows of those called are `seats.py`, how it grows louder `ladder.py`, what one may do `fitting.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from casework.calendar import WorkingCalendar
from casework.moment import now
from casework.refusals import NotFound
from casework.selectors import calendar_of
from casework.templatetags.cases import names_of
from casework.whole import Whole, whole
from grids import geo
from grids.gathering import fill
from grids.models.city import in_reader_language
from whistle.lifecycle import ARRIVE, SETTLE, SIGN
from whistle.models import Agreement, Clue, Effort, PlanLine, Reply, Summons, Whistle
from whistle.selectors.ladder import Ladder, ladder_of
from whistle.selectors.seats import Seat, headline, limits_of, seats_of
from whistle.selectors.whistles import reads_clues
from whistle.statuses import BLOWN, CALLING, HANDLING, RAISED, SETTLED
from workorders.selectors.places import Drawing, drawing_of

JOINED = (
    "sort", "item", "order", "caller__level", "blown_by", "previous", "matter", "next", "supervision", "rulebook",
)  # fmt: skip
# Being late for these is reason to blow again.
LATE_COUNTS = (SIGN, ARRIVE, SETTLE)
# The height of a line of names in the drawing.
LINE = 13
# Rules.md 13.3 row 58: who stands this near is there.
NEAR_METRES = 200


@dataclass(frozen=True)
class Here:
    """One who has reported in, in the drawing of the place."""

    x: float
    y: float
    name: str
    text_y: float
    on_the_left: bool

    @property
    def text_x(self) -> float:
        """Where its name begins, or ends where there is no room beyond the point."""
        return round(self.x + (-8 if self.on_the_left else 8), 1)


@dataclass(frozen=True)
class Site:
    """The place of the meeting as a drawing: the ground, the ring within which a position counts, who is here."""

    ground: Drawing
    ring: float
    here: list[Here]


@dataclass(frozen=True)
class Board:
    """A whistle and what belongs to it."""

    whistle: Whistle
    read: Whole
    calendar: WorkingCalendar
    seats: list[Seat]
    limits: dict[str, str]
    lamp: tuple[str, str]
    lines: list[PlanLine]
    agreements: list[Agreement]
    replies: list[Reply]
    efforts: list[Effort]
    clues: list[Clue]
    history: list[Whistle]
    ladder: Ladder | None
    site: Site | None

    @property
    def standing(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.summons.stands]

    @property
    def there(self) -> int:
        return sum(seat.summons.is_there for seat in self.standing)

    @property
    def item_name(self) -> str:
        """The matter of the whistle list in the reader's language."""
        return in_reader_language(self.whistle.item) if self.whistle.item else ""

    @property
    def asked(self) -> list[Seat]:
        """Those of whom something was asked in words."""
        return [seat for seat in self.standing if seat.summons.asked]

    @property
    def unconfirmed(self) -> int:
        """Lines of the plan whose unit has not stood to them yet."""
        return sum(line.summons_id is not None and line.confirmed_at is None for line in self.lines)

    @property
    def late_arrivals(self) -> int:
        return sum(seat.arrive.lamp == "near" and seat.arrive.done for seat in self.standing)

    @property
    def runs(self) -> bool:
        return self.whistle.status in BLOWN

    @property
    def has_met(self) -> bool:
        return self.whistle.meet_at <= now()

    @property
    def since_meeting(self) -> dt.timedelta:
        return abs(now() - self.whistle.meet_at)


def visible_whistle(user: User, number: str) -> Whistle:
    """The whistle of that number, if the person may see it; else there is none."""
    found: Whistle | None = Whistle.objects.visible_to(user).filter(number=number).select_related(*JOINED).first()
    if found is None:
        raise NotFound(_("There is no whistle %(number)s, or it is not yours to see.") % {"number": number})
    return found


def visible_agreement(user: User, key: str) -> Agreement:
    """An agreement of a whistle that the person may see."""
    seen = Whistle.objects.visible_to(user)
    found = Agreement.objects.filter(key=key, whistle__in=seen).select_related("whistle").first()
    if found is None:
        raise NotFound(_("There is no such file, or it is not yours to see."))
    return found


def board_of(user: User, number: str) -> Board:
    """All that the page of a whistle shows to everybody who sees it."""
    whistle = visible_whistle(user, number)
    summonses = _summonses_of(whistle)
    read = _whole(whistle, summonses)
    calendar, clocks = calendar_of(whistle.city), list(whistle.deadlines.all())
    seats = seats_of(summonses, clocks, calendar)
    return Board(
        whistle=whistle, read=read, calendar=calendar, seats=seats, limits=limits_of(clocks),
        lamp=_lamp(whistle, seats),
        lines=list(whistle.plan_lines.filter(replaced_at=None).select_related("summons__department", "summons__unit")),
        agreements=list(whistle.agreements.select_related("by")),
        replies=_replies_of(whistle),
        efforts=list(whistle.efforts.all()), clues=_clues(whistle, user), history=history_of_matter(whistle, user),
        ladder=ladder_of(whistle, seats), site=_site(whistle, seats),
    )  # fmt: skip


def _summonses_of(whistle: Whistle) -> list[Summons]:
    joined = ("department", "unit", "person", "objection__suggested", "objection__ruled_by", "rating")
    found = list(whistle.summonses.select_related(*joined).order_by("pk"))
    fill(whistle, "summonses", found, "whistle")
    return found


def _replies_of(whistle: Whistle) -> list[Reply]:
    given = Reply.objects.filter(summons__whistle=whistle)
    return list(given.select_related("summons__department", "summons__unit", "summons__person"))


def _whole(whistle: Whistle, summonses: Sequence[Summons]) -> Whole:
    departments = [summons.department_id for summons in summonses]
    people = [whistle.blown_by_id, *(summons.person_id for summons in summonses)]
    return whole(whistle, {}, {}, departments=departments, people=people)


def _lamp(whistle: Whistle, seats: Sequence[Seat]) -> tuple[str, str]:
    if whistle.status not in BLOWN:
        kind = "void" if whistle.status in whistle.lifecycle.void else "waiting" if whistle.is_open else "done"
        return kind, str(whistle.status_label)
    return headline(seats, met=whistle.meet_at <= now(), handling=whistle.status == HANDLING)


def history_of_matter(whistle: Whistle, user: User) -> list[Whistle]:
    """The other whistles on the same matter that the person sees, the first at the head; none for the first."""
    first = whistle.matter_id or whistle.pk
    same = Whistle.objects.visible_to(user).filter(Q(matter=first) | Q(pk=first)).exclude(pk=whistle.pk)
    return list(same.select_related("sort").order_by("pk"))


def _clues(whistle: Whistle, user: User) -> list[Clue]:
    return list(whistle.clues.all()) if reads_clues(whistle, user) else []


def _site(whistle: Whistle, seats: Sequence[Seat]) -> Site | None:
    ground = drawing_of(whistle, around=NEAR_METRES)
    if ground is None:
        return None
    frame = ground.frame
    shown = [(seat, *frame.at(seat.summons.lng or 0.0, seat.summons.lat or 0.0)) for seat in seats if seat.summons.lng]
    here: list[Here] = []
    for seat, x, y in sorted(shown, key=lambda point: point[2]):
        # Names of neighbours stand below one another.
        text_y = max(y + LINE / 3, here[-1].text_y + LINE) if here else y + LINE / 3
        here.append(Here(x, y, seat.name, round(text_y, 1), on_the_left=x > ground.width * 0.62))
    return Site(ground, round(NEAR_METRES / geo.METRES_A_DEGREE * frame.scale, 1), here)


def blower_of(board: Board) -> str:
    """Who blew, or who applied, by his office and name; the system where it grew louder by itself."""
    whistle, people = board.whistle, board.read.people
    key = whistle.blown_by_id if whistle.blown_at else whistle.reported_by_id
    person = people.get(key) if key else None
    return names_of([person], whistle, board.read.posts)[person.pk] if person else _("The system")


def first_due(board: Board) -> dt.datetime | None:
    """When the first of those called will be late, if nothing happens."""
    running = (clock for clock in board.whistle.deadlines.all() if clock.is_open and clock.clock in LATE_COUNTS)
    return min((clock.due_at for clock in running), default=None)


WAITS: dict[str, str | Promise] = {
    RAISED: gettext_lazy("Whoever may blow it decides: blow, or say why not."),
    CALLING: gettext_lazy("The units sign in, make contact and report in; on site the plan is agreed on."),
    HANDLING: gettext_lazy("The units do their part and reply; the street audits the replies and settles the matter."),
    SETTLED: gettext_lazy("The street rates each unit it called."),
}


def waits_for(board: Board) -> str:
    """Who is expected to do something now, in one sentence; empty when nobody is."""
    return str(WAITS.get(board.whistle.status, ""))

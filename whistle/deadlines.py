"""What a whistle does when a clock runs out: the supervision office gets it, and it grows louder by itself."""

from __future__ import annotations

from casework.answers import MISSED, when
from casework.models import Rung
from casework.services import clocks, doors
from whistle.lifecycle import ARRIVE, RATE, SETTLE, SIGN, WORD
from whistle.models import Notice, Whistle
from whistle.reasons import Lateness
from whistle.services.ending import let_stand
from whistle.services.growing import grow, hold_numbers, louder
from whistle.services.notices import people_of, tell
from whistle.services.supervisions import supervise
from whistle.statuses import BLOWN, SETTLED

SUPERVISE, LOUDER = "supervise", "louder"
REASONS = {ARRIVE: Lateness.NOT_THERE, SETTLE: Lateness.NOT_SETTLED}


def _whistle_of(rung: Rung) -> Whistle:
    return doors.lock(Whistle.objects.get(pk=rung.case_id))


def put_before_supervision(rung: Rung) -> None:
    """The supervision office follows it from now on (mechanism 2-18)."""
    whistle = _whistle_of(rung)
    if whistle.status in BLOWN:
        hold_numbers(whistle.city)
        supervise(whistle, reason=REASONS[rung.deadline.clock], department=rung.deadline.department)


def blow_louder(rung: Rung) -> None:
    """The next whistle goes out by itself (mechanism 2-22)."""
    whistle = _whistle_of(rung)
    if whistle.status in BLOWN:
        hold_numbers(whistle.city)
        grow(whistle, reason=REASONS[rung.deadline.clock])


for _clock in REASONS:
    when(_clock, SUPERVISE)(put_before_supervision)
    when(_clock, LOUDER)(blow_louder)


@when(SIGN, "press")
def press_for_signature(rung: Rung) -> None:
    """Not signed in: the history says so by the ladder's own event, and each who should have is told."""
    whistle, late = _whistle_of(rung), rung.deadline
    summonses = whistle.summonses.filter(department=late.department_id, person=late.person_id)
    tell(whistle, Notice.About.PRESSED, [key for summons in summonses for key in people_of(summons)])


@when(WORD, MISSED)
def no_word_came(rung: Rung) -> None:
    """The secretary gave no word within the limit: it goes out by itself, unless all that was late has come since."""
    whistle = _whistle_of(rung)
    late = whistle.deadlines.open().filter(clock__in=REASONS, missed_at__isnull=False).order_by("due_at").first()
    if whistle.status in BLOWN and late is not None:
        hold_numbers(whistle.city)
        louder(whistle, reason=REASONS[late.clock])
    else:
        clocks.drop_clocks(whistle, clock=WORD)


@when(RATE, MISSED)
def street_did_not_rate(rung: Rung) -> None:
    """The street's time to rate is over: the system's facts stand."""
    whistle = _whistle_of(rung)
    if whistle.status == SETTLED:
        let_stand(whistle)

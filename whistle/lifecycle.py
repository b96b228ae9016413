"""What a whistle may go through: the first file to read. The door is `casework.services.doors.take_step`.

raised → calling → handling → settled → rated. Each unit called has its own clocks and its own `Summons`; the whistle's
status is the street's. Beside the line: declined, withdrawn, called off (no unit had to come), and louder: the next
whistle took over (二次哨). A supervised case (督办件) is followed until it is concluded. `steps.py` holds the tables.
"""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.lifecycle import Lifecycle, register
from whistle import reasons, steps
from whistle.statuses import (
    CALLED_OFF,
    CALLING,
    CONCLUDED,
    DECLINED,
    FOLLOWED,
    HANDLING,
    LOUDER,
    RAISED,
    RATED,
    SETTLED,
    WITHDRAWN,
)  # fmt: skip

# Clocks: one holder's time for one stage. Lengths stand in whistle.toml, a kind each, their ladders in ladder.csv.
APPROVE: Final = "whistle.approve"
SIGN: Final = "whistle.sign"
CONTACT: Final = "whistle.contact"
ARRIVE: Final = "whistle.arrive"
SETTLE: Final = "whistle.settle"
RULE: Final = "whistle.rule"
RATE: Final = "whistle.rate"
WORD: Final = "whistle.word"
REPLY: Final = "whistle.reply"
CLOCKS: Final = {
    APPROVE: pgettext_lazy("stage", "Decide on the application"),
    SIGN: pgettext_lazy("whistle", "Sign in"),
    CONTACT: pgettext_lazy("stage", "First contact"),
    ARRIVE: pgettext_lazy("whistle", "Report in"),
    SETTLE: pgettext_lazy("whistle", "Settle"),
    RULE: pgettext_lazy("stage", "Rule"),
    RATE: pgettext_lazy("whistle", "Rate the departments"),
    WORD: pgettext_lazy("whistle", "Word to blow again"),
}
# No clock, but a limit: until when a unit may send the whistle back.
OBJECT: Final = "whistle.object"
BOUNDS: Final = frozenset({OBJECT})
LIMITS: Final = BOUNDS | frozenset(CLOCKS) | {REPLY}

WORDS: Final[dict[tuple[str, str], dict[Any, Any]]] = {
    ("objected", "reason"): dict(reasons.ObjectionReason.choices),
    ("contacted", "how"): dict(reasons.ContactHow.choices),
    ("checked_in", "proof"): dict(reasons.Proof.choices),
    ("clue_filed", "reason"): dict(reasons.ClueReason.choices),
    ("supervised", "reason"): dict(reasons.Lateness.choices),
    ("grown_louder", "reason"): dict(reasons.Lateness.choices),
    ("blown_again", "reason"): dict(reasons.Lateness.choices),
}

WHISTLE: Final = register(
    Lifecycle(
        kind="whistle",
        prefix="SZ",
        statuses={
            RAISED: _("to be blown"),
            CALLING: _("blown, units called"),
            HANDLING: _("being done by plan"),
            SETTLED: _("settled, to be rated"),
            RATED: _("settled and rated"),
            LOUDER: _("went on as a louder whistle"),
            DECLINED: _("not blown"),
            WITHDRAWN: _("withdrawn"),
            CALLED_OFF: _("called off"),
        },
        final=frozenset({RATED, LOUDER, DECLINED, WITHDRAWN, CALLED_OFF}),
        opening=RAISED,
        opened="raised",
        app="whistle",
        page="whistle",
        clocks=CLOCKS,
        bounds=BOUNDS,
        words=WORDS,
        void=frozenset({DECLINED, WITHDRAWN, CALLED_OFF}),
        steps=steps.STEPS,
    )
)

SUPERVISION: Final = register(
    Lifecycle(
        kind="supervision",
        prefix="DC",
        statuses={FOLLOWED: _("being followed"), CONCLUDED: pgettext_lazy("supervision", "concluded")},
        final=frozenset({CONCLUDED}),
        opening=FOLLOWED,
        opened="supervision_opened",
        app="whistle",
        page="supervised",
        clocks={REPLY: pgettext_lazy("whistle", "Written statement")},
        words={("supervision_opened", "reason"): dict(reasons.Lateness.choices)},
        steps=steps.SUPERVISION_STEPS,
    )
)

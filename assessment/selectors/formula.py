"""How the points of a line come about, in words with its numbers: what is told here is what `weighing.py` reckons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.fairness import Peers, met_for_the_mix
from assessment.models import Appeal
from assessment.reasons import Sort
from assessment.selectors.cards import Line
from assessment.statuses import UPHELD

ALIKE = 0.005


@dataclass(frozen=True)
class Told:
    """One step of the arithmetic: what it is, and the sum itself; a remark has no sum."""

    words: str
    sum: str = ""


def formula_of(line: Line) -> list[Told]:
    """The arithmetic of a line, step by step."""
    if line.dead:
        return [
            Told(_("Nobody of the group has anything to go by here: the line weighs nothing, the others weigh more."))
        ]
    if line.sort == Sort.RATE:
        return [*_share(line), *_grown(line), _weighed(line, _good(line))]
    if line.sort == Sort.ENTERED:
        return [*_grown(line), *_mark(line)]
    if line.sort == Sort.EACH:
        return _each(line)
    return [Told(_("Shown only: it is in no score."))]


def _share(line: Line) -> list[Told]:
    """How the share is estimated from what was counted, and what is made of it."""
    row, told = line.line, []
    k = float(row.window_k)
    if line.indicator.mixed and row.expected is not None:
        k = met_for_the_mix(k, row.window_n, row.expected, Peers(row.peers or 0.0, row.pull or 0.0))
        words = _("Put right for the mix of categories: as far above the peers' share as above what the mix let expect")
        told.append(
            Told(words, f"{row.window_n} × {_n(row.peers)} + ({_n(row.window_k)} − {_n(row.expected)}) = {_n(k)}")
        )
    if row.small:
        words = _("Fewer than %(least)s stand behind it: the peers' share stands in its place")
        told.append(Told(words % {"least": line.indicator.dimension.scheme.least}, _n(row.peers)))
    elif row.estimate is not None:
        words = _("The share of the window, drawn to the peers' (%(peers)s) as if %(pull)s more stood behind it")
        reckoned = (
            f"({_n(k)} + {_n(row.peers)} × {_n(row.pull)}) ÷ ({row.window_n} + {_n(row.pull)}) = {_n(row.estimate)}"
        )
        told.append(Told(words % {"peers": _n(row.peers), "pull": _n(row.pull)}, reckoned))
    if not line.indicator.up:
        share = row.peers if row.small else row.estimate
        told.append(
            Told(_("More is worse here, so what is left to one counts"), f"1 − {_n(share)} = {_n(_good(line))}")
        )
    return told


def _good(line: Line) -> float:
    share = (line.line.peers if line.line.small else line.line.estimate) or 0.0
    return share if line.indicator.up else 1 - share


def _grown(line: Line) -> list[Told]:
    """Where lines without data leave their weight to the others."""
    if abs(line.full - line.indicator.weight) < ALIKE:
        return []
    words = _("Lines without data leave their weight to the others: it weighs %(full)s instead of %(weight)s")
    return [Told(words % {"full": _n(line.full), "weight": _n(line.indicator.weight)})]


def _weighed(line: Line, share: float) -> Told:
    """Weight times how far the share lies between the two ends."""
    row = line.indicator
    words = _("Weight × (share − %(zero)s) ÷ (%(full)s − %(zero)s), held within 0 and the weight")
    reckoned = f"{_n(line.full)} × ({_n(share)} − {_n(row.zero_at)}) ÷ ({_n(row.full_at)} − {_n(row.zero_at)})"
    ends = {"zero": _n(row.zero_at), "full": _n(row.full_at)}
    return Told(words % ends, f"{reckoned} = {line.line.points:.1f}")


def _mark(line: Line) -> list[Told]:
    """A mark that was entered, or what an appeal let it have instead."""
    granted = Appeal.objects.filter(
        line__card__subject=line.line.card.subject, line__indicator__code=line.indicator.code, status=UPHELD,
        points_after=line.line.points,
    ).first()  # fmt: skip
    if granted:
        return [
            Told(_("An appeal that was upheld (%(number)s) gave it") % {"number": granted.number}, _n(line.line.points))
        ]
    mark = Told(_("The mark that was entered, of 100"), f"{_n(100 * line.line.k)}")
    return [mark, _weighed(line, float(line.line.k))]


def _each(line: Line) -> list[Told]:
    """So many points for each, no further than a cap."""
    row, cap = line.indicator, abs(line.indicator.cap)
    told = [Told(_("Points for each × how many"), f"{_n(row.each)} × {_n(line.line.k)} = {_n(row.each * line.line.k)}")]
    if cap and abs(row.each * line.line.k) > cap:
        told.append(Told(_("No further than"), _n(cap if row.each > 0 else -cap)))
    reckoned = min(max(row.each * line.line.k, -cap), cap) if cap else row.each * line.line.k
    if abs(reckoned - line.line.points) > ALIKE:
        words = _("What bonus rows add together is bounded by the scheme")
        told.append(Told(words, _n(line.line.points)))
    return told


def _n(number: float | None) -> str:
    """A number to three decimals, without the noughts at its end."""
    told = f"{number or 0:.3f}".rstrip("0").rstrip(".")
    return told.replace("-", "−")

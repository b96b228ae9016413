"""How a scheme reads: an indicator's formula in words, whom a group takes, where a version stands."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.measures import all_measures
from assessment.models import Indicator, PeerGroup, Scheme
from assessment.reasons import Subject
from assessment.soundness import GROUNDS
from grids.models import Department, Post

register = template.Library()

TONES = {Scheme.State.ACTIVE: "ok", Scheme.State.ANNOUNCED: "brand", Scheme.State.DRAFT: "warn"}
KIND = "kind:"


@register.filter
def formula(row: Indicator) -> str:
    """How points are made, in one sentence."""
    if row.sort == Indicator.Sort.ENTERED:
        return _("%(weight)s × the mark of a hundred") % {"weight": _told(row.weight)}
    if row.sort == Indicator.Sort.STATISTIC:
        return _("shown only, in no score")
    if row.sort == Indicator.Sort.EACH:
        words = _("%(each)s points for each, at most %(cap)s") % {"each": _told(row.each), "cap": _told(row.cap)}
    else:
        words = _rate(row)
    return words + _guarded(row)


def _rate(row: Indicator) -> str:
    share = _("the share") if row.up else _("(100 % − the share)")
    words = {"weight": _told(row.weight), "share": share, "zero": _percent(row.zero_at), "full": _percent(row.full_at)}
    if (row.zero_at, row.full_at) == (0, 1):
        return _("%(weight)s × %(share)s") % words
    return _("%(weight)s × how far %(share)s has come from %(zero)s to %(full)s") % words


def _guarded(row: Indicator) -> str:
    said = []
    if row.mixed:
        said.append(_("compared with what the mix of categories lets expect"))
    if row.most_of_a_kind:
        said.append(_("of one kind at most %(n)s count") % {"n": row.most_of_a_kind})
    return "".join(f"{pgettext('list', ', ')}{words}" for words in said)


@register.filter
def measured(row: Indicator) -> str:
    """What is counted; of an entered mark, who gives it."""
    found = all_measures().get(row.measure)
    return str(found.title) if found else _("entered by the assessment team")


@register.filter
def counts_activity(row: Indicator) -> bool:
    """Whether the notice keeps it out of scores."""
    found = all_measures().get(row.measure)
    return bool(found and found.activity)


@register.filter
def ground_of(row: Indicator) -> str:
    """On which of the notice's grounds an activity is counted."""
    return next((ground for ground in GROUNDS if row.reason.startswith(ground)), "")


@register.filter
def taken(group: PeerGroup) -> str:
    """Whom a group takes, in words; a long list of codes only by its number."""
    if not group.holds:
        return _("everybody else")
    if group.scheme.subject == Subject.WORKER:
        labels = dict(Post.Employment.choices)
    else:
        labels = {f"{KIND}{kind}": label for kind, label in Department.Kind.choices}
    known = [str(labels[word]) for word in group.holds if word in labels]
    others = len(group.holds) - len(known)
    told = [*known, _("%(n)s named one by one") % {"n": others}] if others else known
    return pgettext("list", ", ").join(told)


@register.filter
def tone(scheme: Scheme) -> str:
    """The tone of a version's chip."""
    return TONES.get(Scheme.State(scheme.state), "")


def _told(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".").replace("-", "−")


def _percent(share: float) -> str:
    return f"{round(100 * share)}\u00a0%"


@register.filter
def lines_of(trusted: dict, code: str) -> list:
    """To whom a line is entrusted."""
    return trusted.get(code, [])


@register.filter
def band_of(bands: dict, grade: str) -> object:
    """The city's own word and colour for a grade."""
    return bands.get(grade)

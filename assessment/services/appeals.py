"""申诉: lodged against a line or one item; two reviewers of other units; upheld, the item is out of the statistic.

The assessment's row is always held before the appeal's, so that who lodges, decides and makes final never cross.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from assessment import statuses
from assessment.lifecycle import APPEALED, REVIEW
from assessment.models import Appeal, Assessment, Exemption, ScoreLine
from assessment.reasons import AppealReason, Sort
from assessment.selectors import appeals as asked
from assessment.selectors.months import appeals_until
from assessment.services.months import finalise_if_settled
from assessment.services.notices import tell_of_appeal
from casework.moment import now
from casework.refusals import NotNow, NotYours
from casework.selectors import limit_for
from casework.services import clocks, doors


@transaction.atomic
def lodge(line: ScoreLine, *, by: User, reason: str, words: str, item: int | None = None) -> Appeal:
    """Says that a line, or one item that counts against its card, should not count. Once for each line and item."""
    if reason not in AppealReason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if not words.strip():
        raise ValidationError({"words": _("Say what happened.")})
    month = doors.lock(line.card.assessment)
    if not asked.may_lodge(by, line.card):
        raise NotYours(_("Only who is assessed by a card may appeal against it."))
    _refuse_late(month)
    _refuse_item(line, item)
    unit = asked.unit_of(line.card)
    case = Appeal(
        kind=APPEALED.kind, title=_title(line, month), reported_by=by, line=line, item=item, reason=reason,
        words=words.strip(), unit_area=unit.area, unit_department=unit.department, points_before=line.points,
    )  # fmt: skip
    facts = {"reason": reason, "month": f"{month.since:%Y-%m}", "board": month.number}
    case = doors.open_case(case, by=by, area=month.area, rulebook=month.rulebook, facts=facts)
    limit = limit_for(case.rulebook, REVIEW, subject=month.scheme.code)
    if limit is not None:
        clocks.start_clock(case, REVIEW, month.area, limit)
    return case


def _title(line: ScoreLine, month: Assessment) -> str:
    """In the city's own words; no person stands in it."""
    with translation.override("zh-hans"):
        return _("Appeal: %(line)s, %(month)s") % {"line": line.indicator.name, "month": f"{month.since:%Y-%m}"}


def _refuse_late(month: Assessment) -> None:
    if month.status != statuses.PUBLISHED:
        words = {"number": month.number, "status": month.status_label}
        raise NotNow(_("%(number)s is “%(status)s”; only a published board may be appealed against.") % words)
    until = appeals_until(month)
    if until is not None and now() > until:
        until = until.astimezone(month.city.zone)
        raise NotNow(_("Appeals against this board were possible until %(until)s.") % {"until": f"{until:%m-%d %H:%M}"})


def _refuse_item(line: ScoreLine, item: int | None) -> None:
    """What may be appealed against: an item that counts against the card, or an entered mark as a whole."""
    if line.indicator.sort == Sort.ENTERED:
        if item is not None and item not in line.items:
            raise ValidationError({"item": _("There is no such item behind this line.")})
        if line.k >= 1:
            raise ValidationError({"item": _("This line has all its points.")})
    elif item is None:
        raise ValidationError({"item": _("Choose what should not count.")})
    elif item in line.exempt:
        raise NotNow(_("This is out of the statistic already."))
    elif item not in line.against:
        raise ValidationError({"item": _("This does not count against the card.")})
    if item in Appeal.objects.filter(line=line).values_list("item", flat=True):
        raise NotNow(_("There is an appeal against this already; each thing is appealed against once."))


def _held(appeal: Appeal, step: str, by: User) -> tuple[Assessment, Appeal]:
    """Both rows, the month's first; refused to who may not take the step."""
    month = doors.lock(appeal.line.card.assessment)
    appeal = doors.lock(appeal)
    doors.allowed_step(appeal, step, by)
    return month, appeal


def _said(words: str) -> str:
    if not words.strip():
        raise ValidationError({"words": _("Say why.")})
    return words.strip()


@transaction.atomic
def support(appeal: Appeal, *, by: User, words: str) -> Appeal:
    """The first reviewer is for it; another decides."""
    words = _said(words)
    _month, appeal = _held(appeal, "support", by)
    return doors.take_step(appeal, "support", by=by, note=words, first_by=by, first_at=now(), first_words=words)


@transaction.atomic
def uphold(appeal: Appeal, *, by: User, words: str, mark: float | None = None) -> Appeal:
    """The second reviewer is for it too: the item is out of the statistic, the fact stays; a mark is given anew."""
    words = _said(words)
    month, appeal = _held(appeal, "uphold", by)
    line = appeal.line
    points = _points_of(line, mark)
    clocks.stop_clock(appeal, REVIEW)
    appeal = doors.take_step(
        appeal, "uphold", by=by, note=words, second_by=by, second_at=now(), second_words=words, points_after=points
    )
    if points is None and appeal.item is not None:
        Exemption.objects.get_or_create(
            measure=line.indicator.measure, subject=line.card.subject, item=appeal.item,
            defaults={"city": month.city, "appeal": appeal, "at": now()},
        )  # fmt: skip
    return _settled(month, appeal)


def _points_of(line: ScoreLine, mark: float | None) -> float | None:
    """What an entered line has with the new mark; None for a line that is counted."""
    if line.indicator.sort != Sort.ENTERED:
        return None
    if mark is None:
        raise ValidationError({"mark": _("Say which mark it should have, from 0 to 100.")})
    if not 100 * line.k < mark <= 100:
        raise ValidationError(
            {"mark": _("The new mark must be better than the one appealed against, and 100 at most.")}
        )
    # Of a dimension in which other lines have no data a line may bring more than its own weight.
    had = _share_of(line, line.k)
    full = line.points / had if had else line.indicator.weight
    return full * _share_of(line, mark / 100)


def _share_of(line: ScoreLine, k: float) -> float:
    """Which share of the line's points a mark brings."""
    row = line.indicator
    if row.full_at == row.zero_at:
        return float(k >= row.full_at)
    return min(max((k - row.zero_at) / (row.full_at - row.zero_at), 0.0), 1.0)


@transaction.atomic
def reject(appeal: Appeal, *, by: User, words: str) -> Appeal:
    """Either reviewer is against it: the line stays as it is, for good."""
    words = _said(words)
    month, appeal = _held(appeal, "reject", by)
    place = "first" if appeal.status == statuses.LODGED else "second"
    said = {f"{place}_by": by, f"{place}_at": now(), f"{place}_words": words}
    clocks.stop_clock(appeal, REVIEW)
    return _settled(month, doors.take_step(appeal, "reject", by=by, note=words, facts={"reviewer": place}, **said))


@transaction.atomic
def take_back(appeal: Appeal, *, by: User) -> Appeal:
    """Who lodged it takes it back; there is no second one against the same thing."""
    month, appeal = _held(appeal, "take_back", by)
    appeal = doors.take_step(appeal, "take_back", by=by)
    finalise_if_settled(month)
    return appeal


def _settled(month: Assessment, appeal: Appeal) -> Appeal:
    tell_of_appeal(appeal)
    finalise_if_settled(month)
    return appeal

"""The editions of a city's dispatch rules: a draft is begun, changed and published; what was in force stays readable.

Every change locks the city's rules first (its row, gently), so two publishers never both win. Dry runs: `dry_runs.py`.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from casework.moment import now
from casework.refusals import NotFound, NotNow
from grids import jurisdiction
from grids.models import Area, City, Department
from grids.selectors import today_in
from workorders.models import DispatchRule, RuleEdition
from workorders.selectors.rules import rules_of

UP, DOWN = -1, 1
State = RuleEdition.State


@transaction.atomic
def begin_draft(city: City, *, by: User) -> RuleEdition:
    """The city's draft: the one there is, else a copy of what is in force."""
    require_editor(city, by)
    _lock(city)
    draft = RuleEdition.objects.filter(city=city, state=State.DRAFT).first()
    if draft:
        return draft
    draft = RuleEdition.objects.create(city=city, edition=_next_number(city), made_by=by, made_at=now())
    in_force = RuleEdition.objects.filter(city=city, state=State.IN_FORCE).first()
    for rule in rules_of(in_force) if in_force else []:
        assistant_keys = list(rule.assistant_keys)
        rule.pk, rule.edition, rule._state.adding = None, draft, True
        rule.save()
        rule.assistants.set(assistant_keys)
    return draft


@transaction.atomic
def add_rule(draft: RuleEdition, *, by: User, lead: Department, assistants: list[Department], **fields: Any) -> None:
    """One more rule, at the end of the draft."""
    draft = _open(draft, by)
    last = draft.rules.aggregate(last=Max("place"))["last"] or 0
    rule = DispatchRule(edition=draft, place=last + 1, lead=lead, **fields)
    check_rule(rule, assistants)
    rule.save()
    rule.assistants.set(assistants)
    _touch(draft)


@transaction.atomic
def change_rule(rule: DispatchRule, *, by: User, assistants: list[Department], **fields: Any) -> None:
    """A rule of the draft says something else from now on."""
    draft = _open(rule.edition, by)
    rule = _rule(draft, rule.pk)
    for name, value in fields.items():
        setattr(rule, name, value)
    check_rule(rule, assistants)
    rule.save()
    rule.assistants.set(assistants)
    _touch(draft)


@transaction.atomic
def move_rule(rule: DispatchRule, *, by: User, way: int) -> None:
    """One place up or down; at the end of the list nothing moves."""
    draft = _open(rule.edition, by)
    rule = _rule(draft, rule.pk)
    other = draft.rules.filter(place=rule.place + way).first()
    if other:
        draft.rules.filter(pk=other.pk).update(place=rule.place)
        draft.rules.filter(pk=rule.pk).update(place=rule.place + way)
        _touch(draft)


@transaction.atomic
def delete_rule(rule: DispatchRule, *, by: User) -> None:
    """Takes a rule out of the draft; those below it move up."""
    draft = _open(rule.edition, by)
    rule = _rule(draft, rule.pk)
    rule.delete()
    draft.rules.filter(place__gt=rule.place).update(place=F("place") - 1)
    _touch(draft)


@transaction.atomic
def discard_draft(draft: RuleEdition, *, by: User) -> None:
    """Throws the draft away; what is in force stays."""
    _open(draft, by).delete()


@transaction.atomic
def publish_draft(draft: RuleEdition, *, by: User, revision: int) -> RuleEdition:
    """The draft as the person has read it (`revision`) comes into force; the edition before it stays readable."""
    draft = _open(draft, by)
    if draft.revision != revision:
        raise NotNow(_("Somebody has changed the draft since you opened it. Read it again before you publish it."))
    if not draft.rules.exists():
        raise NotNow(_("This draft has no rule. Add one before you publish it."))
    if RuleEdition.objects.filter(city=draft.city, edition__gt=draft.edition).exists():
        draft.edition = _next_number(draft.city)
    return put_in_force(draft, by=by)


@transaction.atomic
def take_from_folder(city: City, *, digest: str, rules: list[tuple[DispatchRule, list[Department]]]) -> bool:
    """The rules of a city folder become the next edition, unless the folder says what it said last time.

    Answers whether there is a new edition. What the desk published meanwhile stands until the folder itself changes.
    """
    _lock(city)
    said = RuleEdition.objects.filter(city=city).exclude(folder_digest="").order_by("-edition").first()
    if said.folder_digest == digest if said else not rules:
        return False
    edition = RuleEdition.objects.create(city=city, edition=_next_number(city), made_at=now(), folder_digest=digest)
    for rule, _assistants in rules:
        rule.edition = edition
    DispatchRule.objects.bulk_create(rule for rule, _assistants in rules)
    for rule, assistants in rules:
        rule.assistants.set(assistants)
    put_in_force(edition, by=None)
    return True


def put_in_force(edition: RuleEdition, *, by: User | None) -> RuleEdition:
    """The edition in force is replaced by this one; the city's rules are locked already."""
    at = now()
    standing = RuleEdition.objects.filter(city=edition.city, state=State.IN_FORCE)
    standing.update(state=State.REPLACED, in_force_until=at)
    edition.state, edition.in_force_from, edition.published_by = State.IN_FORCE, at, by
    edition.save()
    return edition


def check_rule(rule: DispatchRule, assistants: list[Department]) -> None:
    """Refuses a rule that could not be carried out, or that says two things."""
    if (rule.hour_from is None) != (rule.hour_until is None) or (rule.hour_from and rule.hour_from == rule.hour_until):
        raise ValidationError({"hour_until": _("Say from when and until when; for the whole day leave both empty.")})
    if rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from:
        raise ValidationError({"valid_until": _("A rule cannot end before it begins.")})
    if rule.lead in assistants:
        raise ValidationError({"assistants": _("The leading department cannot assist itself.")})
    if rule.joint and rule.lead.kind != Department.Kind.ENFORCEMENT:
        raise ValidationError({"lead": _("A joint enforcement team must lead a joint enforcement.")})
    for department in (rule.lead, *assistants):
        if not _serves(department, rule.area):
            place = rule.area.title if rule.area else rule.edition.city
            words = {"department": department, "place": place}
            raise ValidationError({"lead": _("%(department)s does not serve the whole of %(place)s.") % words})


def _serves(department: Department, area: Area | None) -> bool:
    """Whether a department's own ground holds the whole area; without one, the whole city."""
    return department.area_id in area.path_keys if area else department.area.parent_id is None


def require_editor(city: City, by: User) -> None:
    """The rules are the whole city's: the permission must hold on its top area."""
    top = Area.objects.filter(city=city, parent=None).standing(today_in(city)).first()
    if top is None:
        raise NotFound(_("This city has no ground yet."))
    jurisdiction.require(by, "edit_rules_in", top)


def _open(draft: RuleEdition, by: User) -> RuleEdition:
    """The draft, locked and checked to be one still."""
    require_editor(draft.city, by)
    _lock(draft.city)
    found = RuleEdition.objects.select_for_update().select_related(None).filter(pk=draft.pk).first()
    if found is None or found.state != State.DRAFT:
        raise NotNow(_("This draft is one no longer: somebody has published it or thrown it away."))
    return found


def _rule(draft: RuleEdition, key: int) -> DispatchRule:
    rule = draft.rules.select_related("area", "lead__area").filter(pk=key).first()
    if rule is None:
        raise NotNow(_("This rule is no longer in the draft."))
    return rule


def _touch(draft: RuleEdition) -> None:
    RuleEdition.objects.filter(pk=draft.pk).update(revision=F("revision") + 1)


def _lock(city: City) -> None:
    """One writer of a city's rules at a time; new cases, which only point at the city, do not wait."""
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def _next_number(city: City) -> int:
    return (RuleEdition.objects.filter(city=city).aggregate(last=Max("edition"))["last"] or 0) + 1

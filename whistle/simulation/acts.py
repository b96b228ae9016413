"""What the street and those it calls do, step by step, each putting on the list what follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from casework.moment import now
from whistle.lifecycle import APPROVE, OBJECT, RATE, RULE, SIGN
from whistle.models import Summons, Whistle
from whistle.services import blowing
from whistle.services.agreeing import Line
from whistle.services.calling import Asked
from whistle.services.codes import current_code
from whistle.services.ending import IN_TIME, MARKS, WORDS_BELOW, Marks, facts_of
from whistle.services.steps import STEPS
from whistle.simulation import lived, papers
from whistle.simulation.cast import Stage
from whistle.simulation.lived import Life
from whistle.simulation.plan import SOUND, Fate, Plan, Turn
from workorders.models import WorkOrder
from workorders.statuses import ACCEPTED, DISPATCHED, HANDLING

MINUTE = dt.timedelta(minutes=1)
ONES_OWN = "社区组织居民看护，防止反复"


def live(plan: Plan, stage: Stage, until: dt.datetime) -> Whistle:
    """Lives a whistle by its plan; returns the one that its matter ended with."""
    return lived.live(plan, stage, until, _begin, _called).whistle


def _begin(life: Life) -> None:
    plan, stage = life.plan, life.stage
    applicant, blower = stage.applicant(plan), stage.blower(plan)
    if applicant is None:
        life.stands_as(blowing.blow_now(by=blower, **_said(plan, stage)))
        _called(life)
        return
    life.stands_as(blowing.raise_whistle(by=applicant, **_said(plan, stage)))
    life.will(stage.within(APPROVE, plan.at, plan.approved or 0), partial(_approve, life))


def _approve(life: Life) -> None:
    life.stands_as(blowing.blow(life.whistle, by=life.stage.blower(life.plan)))
    _called(life)


def _said(plan: Plan, stage: Stage) -> dict[str, Any]:
    matter, street, community = plan.matter, stage.streets[plan.street].area, stage.community(plan)
    lng, lat = stage.spot(community)
    day = plan.at.astimezone(stage.city.zone).date()
    item = stage.items.get(matter.item)
    efforts = [(day - dt.timedelta(days=3 + 4 * place), words) for place, words in enumerate(matter.efforts)]
    return {
        "sort": stage.sort, "caller": street, "words": matter.words.format(community=community.name),
        "spring": matter.spring, "place": matter.place.format(community=community.name), "lng": lng, "lat": lat,
        "meet_at": plan.meet_at, "efforts": efforts, "item": item,
        "called": [Asked(department=unit, asked=words) for unit, words in stage.asked(matter, street)],
        "why_unlisted": "" if item else "清单未列，但须多个部门同时到场。",
        "order": _order_of(plan, stage) if plan.on_order else None,
    }  # fmt: skip


def _order_of(plan: Plan, stage: Stage) -> WorkOrder | None:
    """An order of the street that could wait for the whistle, and to which nothing has happened since."""
    path = stage.streets[plan.street].area.path
    waiting = WorkOrder.objects.filter(area_path__startswith=path, status__in=(ACCEPTED, DISPATCHED, HANDLING))
    return waiting.exclude(events__at__gte=plan.at).exclude(whistles__isnull=False).order_by("-pk").first()


def _called(life: Life) -> None:
    """All who are called begin, and the street with what follows once they are there."""
    louder = life.whistle.level > 1
    fates = () if louder else life.plan.fates
    waited: list[int | None] = [0]
    standing = list(life.whistle.summonses.standing().select_related("department", "person").order_by("pk"))
    for place, summons in enumerate(standing):
        fate = fates[place] if place < len(fates) else SOUND
        if not summons.carried:
            waited.append(_answer(life, summons, fate))
    if not louder:
        _object(life, standing)
    if None not in waited:
        latest = max(minutes for minutes in waited if minutes is not None)
        life.will(life.whistle.meet_at + (latest + 25) * MINUTE, partial(_plan, life))


def _answer(life: Life, summons: Summons, fate: Fate) -> int | None:
    """One of them: signs in, calls, comes. How many minutes the meeting waits for him; None: in vain."""
    stage, whistle = life.stage, life.whistle
    signs = stage.within(SIGN, now(), fate.sign)
    life.will(signs, partial(_sign, life, summons))
    speaks = signs + (fate.contact or 0) * MINUTE
    if fate.contact is not None and summons.department_id and speaks < whistle.meet_at:
        life.will(speaks, partial(_contact, life, summons))
    if fate.early is None:
        return None
    comes = whistle.meet_at - fate.early * MINUTE
    if fate.announces and signs + 20 * MINUTE < comes:
        life.will(signs + 20 * MINUTE, partial(_announce, life, summons))
    life.will(comes, partial(_arrive, life, summons, fate))
    return max(0, -fate.early)


def _fresh(summons: Summons) -> Summons:
    return Summons.objects.select_related("department", "person").get(pk=summons.pk)


def _take(life: Life, step: str, **said: Any) -> None:
    life.whistle = STEPS[step](life.whistle, **said)


def _sign(life: Life, summons: Summons) -> None:
    here = _fresh(summons)
    if here.signed_at is None and here.stands:
        _take(life, "sign", by=life.stage.acts_for(summons)[0], summons=summons)


def _contact(life: Life, summons: Summons) -> None:
    if _fresh(summons).stands:
        by, street = life.stage.acts_for(summons)[0], life.whistle.caller.name
        _take(life, "contact", by=by, summons=summons, how="phone", with_whom=f"{street}值班室")


def _announce(life: Life, summons: Summons) -> None:
    if _fresh(summons).stands:
        by, rank = life.stage.acts_for(summons)
        _take(life, "announce", by=by, summons=summons, came=by.name, came_rank=rank, came_count=2)


def _arrive(life: Life, summons: Summons, fate: Fate) -> None:
    if not _fresh(summons).stands:
        return
    by, rank = life.stage.acts_for(summons)
    people = {"summons": summons, "came": by.name, "came_rank": rank, "came_count": 2}
    if fate.proof == "street":
        _take(life, "register", by=life.stage.blower(life.plan), **people)
    elif fate.proof == "code":
        _take(life, "check_in", by=by, code=current_code(life.whistle)[0], **people)
    else:
        place = {"lng": life.whistle.lng + fate.spot[0], "lat": life.whistle.lat + fate.spot[1]}
        _take(life, "check_in", by=by, **place, **people)


def _object(life: Life, standing: list[Summons]) -> None:
    """退哨: the last of them says that it is not his duty; the centre rules."""
    if life.plan.turn not in (Turn.UPHELD, Turn.EXCUSED):
        return
    at = life.stage.within(OBJECT, now(), 0.95)
    life.will(at, partial(_send_back, life, standing[-1]))
    life.will(life.stage.within(RULE, at, 0.4), partial(_rule, life, standing[-1]))


def _send_back(life: Life, summons: Summons) -> None:
    by = life.stage.acts_for(summons)[0]
    _take(life, "object_to", by=by, summons=summons, reason="not_our_duty", basis="权责清单未列此项，由属地处理。")


def _rule(life: Life, summons: Summons) -> None:
    by = life.stage.ruler
    if life.plan.turn == Turn.UPHELD:
        _take(life, "uphold", by=by, summons=summons, ruling="清单载明该单位负责，应按时报到。")
        return
    called = [each.department for each in life.whistle.summonses.select_related("department") if each.department]
    instead = life.stage.instead(called, life.whistle.caller)
    said = {"ruling": "确非该单位职责，免予报到。", "improper": True, "instead": instead}
    _take(life, "excuse", by=by, summons=summons, **said)
    found = life.whistle.summonses.filter(department=instead).first() if instead else None
    if found is not None:
        _answer(life, _fresh(found), SOUND)


def _plan(life: Life) -> None:
    """会商: who does what until when; a second meeting gives less time than the first."""
    whistle, matter, host = life.whistle, life.plan.matter, life.stage.blower(life.plan)
    days = life.plan.days if whistle.level == 1 else min(life.plan.days, 3)
    day = life.stage.day_after(now(), days)
    units = list(whistle.summonses.standing().filter(department__isnull=False).order_by("pk"))
    lines = [Line(words=unit.asked, due_on=day, summons=unit) for unit in units]
    if matter.money:
        lines[0] = replace(lines[0], money=Decimal(matter.money), paid_by=matter.paid_by)
    _take(life, "plan", by=host, lines=[*lines, Line(words=ONES_OWN, due_on=day, who=whistle.caller.name)])
    if matter.agreement and whistle.level == 1:
        life.will(life.stage.work_hours(now(), 1.5), partial(_attach, life))
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), whistle.city.zone)
    for place, unit in enumerate(units):
        fate = life.plan.fates[place] if place < len(life.plan.fates) and whistle.level == 1 else SOUND
        _work(life, unit, fate, midnight)


def _attach(life: Life) -> None:
    title, parties = life.plan.matter.agreement or ("", "")
    said = {"title": title, "parties": parties, "words": "责任、经费与期限见附件。", "content": papers.agreement()}
    _take(life, "attach", by=life.stage.blower(life.plan), **said)


def _work(life: Life, summons: Summons, fate: Fate, midnight: dt.datetime) -> None:
    """One unit's part: stands to its lines, tells how far it is, replies."""
    stage = life.stage
    life.will(stage.work_hours(now(), 1), partial(_confirm, life, summons))
    if fate.used is None:
        return
    ends, before = now() + (midnight - now()) * fate.used, stage.calendar.working_moment_before
    # What would end at night is replied to in the hours before.
    in_time = before(before(ends) - (fate.contact or 30) * MINUTE)
    replies = max(in_time if fate.used < 1 else stage.work_hours(ends, 2), stage.work_hours(now(), 2))
    half = now() + (replies - now()) / 2
    life.will(before(max(half, now() + 61 * MINUTE)), partial(_progress, life, summons))
    life.will(replies, partial(_reply, life, summons, thin=fate.thin))


def _confirm(life: Life, summons: Summons) -> None:
    _take(life, "confirm_plan", by=life.stage.acts_for(summons)[0], summons=summons)


def _progress(life: Life, summons: Summons) -> None:
    _take(life, "progress", by=life.stage.acts_for(summons)[0], summons=summons, note=f"{summons.asked}，已完成过半")


def _reply(life: Life, summons: Summons, *, thin: bool) -> None:
    by, here = life.stage.acts_for(summons)[0], _fresh(summons)
    done = f"已办：{here.asked}。"
    said = {
        "received_at": here.signed_at or here.called_at or now(), "spoke_with": f"{life.whistle.caller.name}办事处主任",
        "measures": "已办。" if thin else done, "finish_on": now().astimezone(life.whistle.city.zone).date(),
    }  # fmt: skip
    _take(life, "reply", by=by, summons=summons, **said)
    life.will(life.stage.work_hours(now(), 0.5), partial(_audit, life, summons, thin=thin))


def _audit(life: Life, summons: Summons, *, thin: bool) -> None:
    """The street finds a reply whole, or asks for it again; when the last is whole the matter can be settled."""
    host, reply = life.stage.blower(life.plan), summons.replies.get(passed=None)
    words = "缺具体措施，请补充。" if thin else ""
    _take(life, "audit", by=host, passed=not thin, words=words, reply=reply)
    if thin:
        life.will(life.stage.work_hours(now(), 1), partial(_reply, life, summons, thin=False))
    elif not life.whistle.summonses.standing().filter(department__isnull=False, done_at=None).exists():
        life.will(life.stage.work_hours(now(), 1), partial(_settle, life))


def _settle(life: Life) -> None:
    plan, stage = life.plan, life.stage
    _take(life, "settle", by=stage.blower(plan), result=plan.matter.result)
    life.conclude_after(now())
    if plan.rated is not None:
        life.will(stage.within(RATE, now(), plan.rated), partial(_rate, life))


def _rate(life: Life) -> None:
    clocks = list(life.whistle.deadlines.all())
    rated = life.whistle.summonses.standing().select_related("department", "person").order_by("pk")
    marks = {}
    for place, summons in enumerate(rated):
        less = life.plan.fates[place].less if place < len(life.plan.fates) else 0
        marks[summons.pk] = _marks(facts_of(summons, clocks), less)
    _take(life, "rate", by=life.stage.blower(life.plan), solved=True, marks=marks)


def _marks(facts: dict[str, int], less: int) -> Marks:
    """The clocks' facts, a little less where the street was not wholly content; low marks with words."""
    given = {name: facts[name] for name in MARKS}
    for name in ("handling", "effect"):
        given[name] = min(given[name], IN_TIME - less)
    return Marks(**given, words="未按规定时限，已当面指出。" if min(given.values()) < WORDS_BELOW else "")

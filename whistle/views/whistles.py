"""One whistle: its page, and the one address that takes every step."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from casework.services import doors
from casework.spans import moment_words
from casework.templatetags.cases import tell
from grids.selectors import areas_above
from whistle.forms import FORMS, StepForm
from whistle.models import Whistle
from whistle.selectors import whistles as sight
from whistle.selectors.board import Board, blower_of, board_of, first_due, visible_whistle, waits_for
from whistle.selectors.fitting import Standing, main_of, steps_for
from whistle.selectors.inbox import receipts_of
from whistle.services import codes, notices, taking

INVALID, CHANGED = 422, 409
PARTS = {"moving", "beside"}
ICONS = {
    "sign": "edit", "check_in": "pin", "blow": "whistle", "register": "pin", "plan": "people", "replan": "people",
    "settle": "check", "rate": "star", "audit": "verify", "reply": "upload", "uphold": "verify",
    "confirm_plan": "check",
}  # fmt: skip
# Short forms that fit into one line.
FLAT = frozenset({"sign", "register", "announce", "contact", "confirm_plan"})


@never_cache
@require_safe
def whistle(request, number):
    """The page of one whistle, or one of its moving parts; who opens it has read what he was told of it."""
    part = request.GET.get("part", "")
    context = page_of(request.user, number)
    context["seen"] = request.GET.get("seen", "")
    if part not in PARTS:
        notices.read(request.user, context["whistle"].notices.all())
    return render(request, f"whistle/whistle.html#{part}" if part in PARTS else "whistle/whistle.html", context)


@require_POST
def step(request, number, step):
    """Takes one step; what is missing is asked for on the whistle's own page, and nothing has changed then."""
    shown = visible_whistle(request.user, number)
    if _moved_on(request.POST.get("seen", ""), shown, step):
        return render(request, "whistle/whistle.html", page_of(request.user, number, news=True), status=CHANGED)
    doors.allowed_step(shown, step, request.user)
    form = FORMS[step](request.POST, request.FILES, case=shown, step=step, user=request.user)
    taken = _take(shown, step, form, request.user)
    if taken is None:
        return render(request, "whistle/whistle.html", page_of(request.user, number, form), status=INVALID)
    messages.success(request, _done(shown, step))
    return redirect("whistle", number=taken.number)


def _done(shown: Whistle, step: str) -> str:
    words = {"number": shown.number, "step": shown.lifecycle.by_name[step].button}
    return _("%(number)s: “%(step)s” is done.") % words


# What others do meanwhile (six departments sign in within a minute) is no reason to ask again; these are the street's.
ASKED_AGAIN = frozenset({"blow", "decline", "withdraw", "plan", "replan", "settle", "rate", "blow_again"})


def _moved_on(seen: str, shown: Whistle, step: str) -> bool:
    return step in ASKED_AGAIN and seen.isdecimal() and int(seen[:9]) != shown.event_count


def _take(shown: Whistle, step: str, form: StepForm, user) -> Whistle | None:
    """The whistle after the step; None if something is missing, which the form then says."""
    if not form.is_valid():
        return None
    try:
        return taking.take(shown, step, by=user, said=form.said())
    except ValidationError as error:
        form.refuse(error)
        return None


def page_of(user, number: str, bound: StepForm | None = None, *, news: bool = False) -> dict:
    """All that the page shows: what it is, who is here, what came of it, what this person may do."""
    board = board_of(user, number)
    shown = board.whistle
    concern = sight.concern_of(shown, user, [seat.summons for seat in board.seats])
    return {
        "board": board, "whistle": shown, "blower": blower_of(board), "clues": board.clues, "news": news,
        "calendar": board.calendar, "areas": areas_above(shown.area),
        "told": tell(shown, calendar=board.calendar, read=board.read, silent=sight.silent_to(concern)),
    } | _doing(board, user, bound) | _for_some(board, user)  # fmt: skip


def _doing(board: Board, user, bound: StepForm | None) -> dict:
    """The steps that this person may take now with their forms: one open, the others folded."""
    standing = Standing(
        board.whistle, user, board.seats, board.lines, board.replies, board.agreements,
        clues=sum(clue.decided_at is None for clue in board.clues),
    )  # fmt: skip
    steps = steps_for(standing)
    main = main_of(steps, board.whistle)
    forms = [_open(step, board.whistle, user, bound, main=step.name == main) for step in steps]
    return {
        "steps": forms, "bound": bound, "main": next((form for form in forms if form["main"]), None),
        "more": [form for form in forms if not form["main"]], "waits_for": waits_for(board),
        "again_from": _again_from(board, user, steps), "mine": {summons.pk for summons in standing.mine},
    }  # fmt: skip


def _again_from(board: Board, user, steps) -> str:
    """When the louder whistle may be blown by hand, for who may blow it once somebody is late."""
    if any(step.name == "blow_again" for step in steps) or not board.runs or board.whistle.bars(user, "blow_again"):
        return ""
    first = first_due(board)
    return _("from %(moment)s") % {"moment": moment_words(first)} if first else ""


def _open(step, shown: Whistle, user, bound: StepForm | None, *, main: bool) -> dict:
    form = bound if bound and bound.step == step.name else FORMS[step.name](case=shown, step=step.name, user=user)
    return {"step": step, "form": form, "main": main, "icon": ICONS.get(step.name, "edit"), "flat": step.name in FLAT}


def _for_some(board: Board, user) -> dict:
    """What not everybody who sees the whistle may read: the code on site, the receipts, marks and objections."""
    shown = board.whistle
    host = sight.shows_code(shown, user)
    code, until = codes.current_code(shown) if host and board.runs else ("", None)
    mine = sight.own_summonses(shown, user)
    marks = {seat.summons.pk for seat in board.seats} if sight.sees_all_marks(shown, user) else mine
    return {
        "is_host": host, "code": code, "code_until": until, "marks": marks,
        "receipts": receipts_of(shown) if host else None,
        "reads": {s.summons.pk for s in board.seats if s.objection and sight.reads_objection(shown, s.summons, user)},
    }  # fmt: skip

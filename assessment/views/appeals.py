"""Appeals: the list with what waits for the reader, one to lodge, one with its reviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from assessment.forms.appeals import APPEAL_FORMS, LodgeForm
from assessment.models import ScoreLine
from assessment.selectors import appeals as asked
from assessment.selectors.months import appeals_until
from assessment.services.appeals import lodge as lodge_appeal
from assessment.views.stepping import INVALID, open_forms, stepped
from casework.selectors import calendar_of
from casework.templatetags.cases import tell
from grids import jurisdiction
from grids.models import City
from whistle.forms import StepForm
from whistle.services import notices

PAGE = "assessment/appeal.html"


@never_cache
@require_safe
def appeals(request):
    """The appeals that the reader may see; those on which he may decide stand first."""
    city = jurisdiction.cities_of(request.user).first()
    if city is None:
        return render(request, "workorders/no_post.html")
    return render(request, "assessment/appeals.html", _list(request, city))


def _list(request, city: City) -> dict[str, Any]:
    asks = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = asked.appeals_page(request.user, city, **asks)
    ways = [("previous", "before", page.before), ("next", "after", page.after)]
    beside = {f"{name}_url": at and f"?{urlencode({way: at})}" for name, way, at in ways}
    reviews = asked.REVIEWS in jurisdiction.permissions_of(request.user)
    waiting = asked.waiting_for(request.user, city) if reviews else []
    return beside | {"page": page, "waiting": waiting, "reviews": reviews, "calendar": calendar_of(city)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lodge(request, key: int):
    """Lodges an appeal against a line of one's own card; what is missing is asked for, and nothing has changed."""
    line = asked.line_to_appeal(request.user, key)
    form = LodgeForm(request.POST if request.method == "POST" else None, line=line, user=request.user)
    lodged = _lodged(form, request.user)
    if lodged is None:
        status = INVALID if form.is_bound else 200
        return render(request, "assessment/appeal_lodge.html", _asking(line, form), status=status)
    words = {"number": lodged.number}
    messages.success(request, _("%(number)s is lodged; two reviewers of other units decide.") % words)
    return redirect("appeal", number=lodged.number)


def _asking(line: ScoreLine, form: LodgeForm) -> dict[str, Any]:
    board = line.card.assessment
    return {
        "line": line, "card": line.card, "board": board, "form": form, "until": appeals_until(board),
        "open": asked.may_be_appealed(line), "against": asked.against(line),
    }  # fmt: skip


def _lodged(form: LodgeForm, user: User) -> Any:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return lodge_appeal(form.line, by=user, **form.said())
    except ValidationError as error:
        form.refuse(error)
        return None


@never_cache
@require_safe
def appeal(request, number: str):
    """The page of an appeal, with the steps that this person may take."""
    context = page_of(request.user, number)
    notices.read(request.user, context["appeal"].notices.all())
    return render(request, PAGE, context)


@require_POST
def step(request, number: str, step: str):
    """Takes one step of an appeal: a review, or taking it back."""
    return stepped(request, asked.visible_appeal(request.user, number), step, APPEAL_FORMS, PAGE, page_of)


def page_of(user: User, number: str, bound: StepForm | None = None) -> dict[str, Any]:
    """All that the page of an appeal shows."""
    case = asked.visible_appeal(user, number)
    calendar = calendar_of(case.city)
    clocks = case.deadlines.select_related("area", "case__city").prefetch_related("pauses", "rungs")
    reviews = jurisdiction.may(user, asked.REVIEWS, case.area)
    return {
        "appeal": case, "line": case.line, "card": case.line.card, "board": case.line.card.assessment,
        "calendar": calendar, "told": tell(case, calendar=calendar), "clocks": list(clocks),
        "steps": open_forms(case, user, APPEAL_FORMS, bound), "item": asked.item_of(case, user),
        "barred": reviews and case.is_open and case.bars(user, "reject"),
    }  # fmt: skip

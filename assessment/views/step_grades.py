"""阶梯式管理: the rows, who stands where, what is proposed and decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessment.forms.step_grades import DecideStepForm, ProposeForm, StepRuleForm
from assessment.models import StepRule
from assessment.selectors import step_grades as select
from assessment.services import step_grades as services
from assessment.views.office import page
from casework.refusals import NotYours
from grids import jurisdiction
from patrols.selectors.points import city_of
from patrols.views.desk import INVALID, done, sent


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_grades(request):
    """The rows, the proposals, the history; who writes schemes sets a row here."""
    city, user = city_of(request.user), request.user
    edits = jurisdiction.may_somewhere(user, select.EDITS, city)
    form = StepRuleForm(sent(request), user=user, city=city) if edits else None
    if request.method == "POST":
        if form is None:
            raise NotYours(_("Your posts do not let you write the rows of the steps."))
        if done(request, form, lambda said: services.set_step(by=user, **said), _("The row is in force.")):
            return redirect("step_grades")
    return _show(request, city, form, INVALID if form and form.is_bound else 200)


def _show(request, city, form=None, status=200, bound=None):
    user = request.user
    waiting: list[Any] = select.proposals_seen(user, city)
    for row in waiting:
        row.form = bound[1] if bound and bound[0] == row.pk else DecideStepForm(auto_id=f"decide{row.pk}_%s")
    decides = jurisdiction.may_somewhere(user, select.DECIDES, city)
    rules: list[Any] = select.rules_seen(user, city)
    for rule in rules:
        rule.ends = jurisdiction.may(user, select.EDITS, rule.area)
    context = {
        "rules": rules, "waiting": waiting, "history": select.history_seen(user, city), "form": form,
        "propose": ProposeForm(user=user, city=city, auto_id="propose_%s") if decides else None,
    }  # fmt: skip
    return page(request, city, "steps", context, status)


@require_POST
def propose_steps(request):
    """Lets the rows propose for everybody on a ground."""
    city, user = city_of(request.user), request.user
    form = ProposeForm(request.POST, user=user, city=city, auto_id="propose_%s")
    if not form.is_valid():
        jurisdiction.require(user, select.DECIDES, *city.areas.filter(parent=None)[:1])
        return _show(request, city, None, INVALID)
    count = services.propose_steps(by=user, **form.said())
    words = ngettext("%(count)s step is proposed.", "%(count)s steps are proposed.", count)
    messages.success(request, words % {"count": count})
    return redirect("step_grades")


@require_POST
def decide_step(request, key):
    """People decide on a proposed step."""
    grade = select.grade_to_decide(request.user, key)
    form = DecideStepForm(request.POST, auto_id=f"decide{grade.pk}_%s")
    if done(request, form, lambda said: services.decide_step(grade, by=request.user, **said), _("Done.")):
        return redirect("step_grades")
    return _show(request, grade.city, None, INVALID, (grade.pk, form))


@require_POST
def end_step(request, key):
    """A row of the steps ends."""
    city = city_of(request.user)
    seen = [rule.pk for rule in select.rules_seen(request.user, city)]
    services.end_step(get_object_or_404(StepRule, pk=key, pk__in=seen), by=request.user)
    messages.success(request, _("The row has ended."))
    return redirect("step_grades")

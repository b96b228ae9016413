"""The worker's tasks as his phone keeps them for when there is no signal (static/js/field/sw.js fetches this page)."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.moment import now
from casework.selectors import calendar_of
from patrols.selectors.ground import own_post
from patrols.selectors.kept import kept_tasks
from workorders.forms import FORMS


@never_cache
@require_safe
def kept(request):
    """All tasks of the list in one page, each with its forms; the script shows the one that was asked for."""
    post = own_post(request.user)
    if post is None:
        return render(request, "workorders/no_post.html")
    found = [
        {"task": task, "steps": [_form_of(task.order, step) for step in task.steps]}
        for task in kept_tasks(request.user)
    ]
    context = {"kept": found, "calendar": calendar_of(post.role.city), "at": now()}
    return render(request, "patrols/kept.html", context)


def _form_of(order, step):
    return {"step": step, "form": FORMS[step.name](order=order, step=step.name)}

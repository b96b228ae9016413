"""What a person was told in the house; opening a notice leaves its receipt and leads to the case."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from whistle.models import Notice
from whistle.selectors.inbox import inbox, own_notice
from whistle.services import notices as receipts


@never_cache
@require_safe
def notices(request):
    """A person's own notices, newest first."""
    page = inbox(request.user, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "whistle/notices.html", {
        "page": page, "any_unread": any(notice.read_at is None for notice in page.rows),
        "previous_url": page.before and f"?{urlencode({'before': page.before})}",
        "next_url": page.after and f"?{urlencode({'after': page.after})}",
    })  # fmt: skip


@require_POST
def notice(request, key):
    """Opens one: its receipt is left, and what it tells of is shown."""
    opened = own_notice(request.user, key)
    receipts.read(request.user, Notice.objects.filter(pk=opened.pk))
    return redirect(reverse(opened.case.lifecycle.page, args=[opened.case.number]))


@require_POST
def read_all(request):
    """All that is unread has been seen."""
    receipts.read(request.user, Notice.objects.filter(user=request.user))
    return redirect("notices")

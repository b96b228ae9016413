"""What the pages beside the boards share: the row of pages above each, and a file that is handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from assessment.services.printing import Printed
from grids import jurisdiction
from grids.models import City

# (address, words, permissions of which one makes it of use; none: everybody's)
PAGES: tuple[tuple[str, Callable[[], str], frozenset[str]], ...] = (
    ("papers", lambda: pgettext("papers", "Bulletins"), frozenset()),
    ("service_records", lambda: pgettext("papers", "Service records"), frozenset()),
    ("allowances", lambda: pgettext("papers", "Allowances"), frozenset({"decide_rewards_in", "edit_schemes_in"})),
)
# On these pages the row stands; moral boards, targets and steps have places of their own (`templatetags/boards.py`).
ROW = frozenset({"papers", "bulletin", "service_records", "service_record", "allowances"})


def page(request, city: City, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of the papers within the frame of all."""
    may = jurisdiction.permissions_of(request.user)
    name = request.resolver_match.url_name
    pages = [
        {"url": reverse(address), "label": words(), "current": address == name}
        for address, words, needed in PAGES
        if name in ROW and (not needed or may & needed)
    ]
    return render(request, f"assessment/{template}.html", {"pages": pages, "city": city, **context}, status=status)


def file(printed: Printed, name: str) -> HttpResponse:
    """A paper as a file of its own."""
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

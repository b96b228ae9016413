"""How the stories are told: one person at his pages, who opens an order, takes steps by its forms, and reads."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BooleanField, FileField
from django.test import Client
from django.urls import reverse

from accounts.models import User
from casework.selectors import history_of
from tests.conftest import PLACE
from workorders.forms import FORMS
from workorders.models import Category, WorkOrder

REFUSED = (403, 404, 409, 422)


class Desk:
    """One person's browser. Each step is the form that the order's own page shows him, filled in and sent."""

    def __init__(self, person: User, photo):
        self.person, self.photo = person, photo
        self.client = Client()
        self.client.force_login(person)
        self.text, self.page = "", None

    # --- reading ---------------------------------------------------------------------------------------------------
    def opens(self, order: WorkOrder) -> Desk:
        """Opens the page of an order."""
        return self._read(reverse("order", args=[order.number]))

    def looks_at(self, **query: str) -> Desk:
        """Opens the desk: `view="new"`, `family="enterprise"` …"""
        return self._read(reverse("desk"), query)

    def sees(self, *words: Any) -> Desk:
        """All of these stand on the page that was opened last."""
        for each in words:
            assert _plain(str(each)) in self.text, f"{self.person} does not read “{each}” in: {self._shown()}"
        return self

    def sees_nothing_of(self, *words: Any) -> Desk:
        for each in words:
            assert _plain(str(each)) not in self.text, f"{self.person} reads “{each}” in: {self._shown()}"
        return self

    def finds(self, order: WorkOrder, view: str) -> Desk:
        """The order is in this list of the desk."""
        assert order.number in self._listed(view), f"{order.number} is not in “{view}” of {self.person}"
        return self

    def misses(self, order: WorkOrder, view: str) -> Desk:
        assert order.number not in self._listed(view), f"{order.number} is in “{view}” of {self.person}"
        return self

    def may(self, order: WorkOrder) -> set[str]:
        """The steps that the order's page offers him."""
        return {offered["step"].name for offered in self._page_of(order).context["steps"]}

    def cannot_open(self, order: WorkOrder) -> Desk:
        assert self.client.get(reverse("order", args=[order.number])).status_code == 404
        return self

    # --- acting ----------------------------------------------------------------------------------------------------
    def reports(self, words: str, **said: Any) -> WorkOrder:
        """Sends the report form and opens what became of it."""
        answer = self._report(words, said)
        assert answer.status_code == 302, _text(answer)
        order = WorkOrder.objects.get(number=answer.url.rstrip("/").rsplit("/", 1)[-1])
        self.opens(order)
        return order

    def cannot_report(self, words: str, *because: str, **said: Any) -> Desk:
        """The form comes back with a sentence, and nothing is opened."""
        before = WorkOrder.objects.count()
        answer = self._report(words, said)
        assert (answer.status_code in REFUSED, WorkOrder.objects.count()) == (True, before)
        self.text = _text(answer)
        return self.sees(*because)

    def takes(self, order: WorkOrder, step: str, **said: Any) -> Desk:
        """Fills in the form of a step that the page offers, beginning with what stands in it, and sends it."""
        page = self._page_of(order)
        offered = {each["step"].name: each["form"] for each in page.context["steps"]}
        assert step in offered, f"{self.person} is not offered “{step}”, but {sorted(offered)}"
        filled = _filled(offered[step]) | said | self._needed(step, said)
        answer = self._post(order, step, filled, seen=page.context["order"].event_count)
        assert answer.status_code == 302, f"{answer.status_code}: {_text(answer)}"
        order.refresh_from_db()
        self.page = self.client.get(answer.url)
        self.text = _text(self.page)
        return self

    def is_refused(self, order: WorkOrder, step: str, *because: str, **said: Any) -> Desk:
        """Sent all the same, the step changes nothing, and the sentence says why."""
        order.refresh_from_db()
        answer = self._post(order, step, said | self._needed(step, said))
        assert answer.status_code in REFUSED, answer.status_code
        before = order.event_count
        order.refresh_from_db()
        assert order.event_count == before
        self.text = _text(answer)
        return self.sees(*because)

    def _shown(self) -> str:
        """The page without its head and foot, for the message of a story that went wrong."""
        return self.text[200:-60]

    # --- underneath ------------------------------------------------------------------------------------------------
    def _read(self, address: str, query: dict[str, str] | None = None) -> Desk:
        self.page = answer = self.client.get(address, query)
        assert answer.status_code == 200, f"{self.person} at {address}: {answer.status_code}"
        self.text = _text(answer)
        return self

    def _page_of(self, order: WorkOrder):
        """The order's page as it is now: the one that is open, if nothing has happened since."""
        shown = self.page.context.get("order") if self.page is not None and self.page.context else None
        known = WorkOrder.objects.filter(pk=order.pk, event_count=getattr(shown, "event_count", -1)).exists()
        if shown is None or shown.pk != order.pk or not known:
            self.opens(order)
        return self.page

    def _listed(self, view: str) -> list[str]:
        answer = self.client.get(reverse("desk"), {"view": view, "part": "rows"})
        return re.findall(r'data-number="([^"]+)"', answer.content.decode())

    def _report(self, words: str, said: dict[str, Any]):
        category = Category.objects.filter(code=said.pop("category", "060101")).latest("pk")
        filled = {"words": words, "source": "patrol", "datum": "wgs84", "category": category, **PLACE, **said}
        if "settled" in said:
            filled.setdefault("photos_after", self.photo())
        return self.client.post(reverse("report"), _sent(filled))

    def _needed(self, step: str, said: dict[str, Any]) -> dict[str, Any]:
        """Where the form insists on a photo, one is taken."""
        asked = {name for name, field in FORMS[step].base_fields.items() if isinstance(field, FileField)}
        wanted = {name for name in asked - set(said) if FORMS[step].base_fields[name].required}
        return {name: self.photo() for name in wanted}

    def _post(self, order: WorkOrder, step: str, filled: dict[str, Any], *, seen: int | str = ""):
        ticks = {name for name, field in FORMS[step].base_fields.items() if type(field) is BooleanField}
        kept = {name: value for name, value in filled.items() if name not in ticks or value}
        return self.client.post(reverse("step", args=[order.number, step]), {**_sent(kept), "seen": seen})


def history(order: WorkOrder) -> list[str]:
    """What happened to an order, oldest first, by its verbs."""
    return [event.verb for event in reversed(history_of(order))]


def clock_of(order: WorkOrder, stage: str) -> str:
    """How the last clock of a stage stands: running, paused, met, late, dropped."""
    return order.deadlines.filter(clock=f"workorders.{stage}").latest("pk").state


def _filled(form) -> dict[str, Any]:
    """What stands in a form before anybody touches it."""
    values = {field.name: field.value() for field in form if not isinstance(field.field, FileField)}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _sent(filled: dict[str, Any]) -> dict[str, Any]:
    """As a browser sends it: keys for rows, yes and no, ISO days."""
    return {name: _value(value) for name, value in filled.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple | QuerySet):
        return [_value(each) for each in value]
    return value


def _text(answer) -> str:
    """What a reader reads of a page."""
    return _plain(html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)

"""How the stories of whistles are told: one person at his pages who blows, reports in, answers, rules and rates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from casework.moment import now
from casework.selectors import history_of
from tests.conftest import PLACE
from tests.journeys.telling import REFUSED, Desk, _sent, _text
from whistle.models import Summons, Supervision, Whistle

GOOD = {"signing": 5, "arriving": 5, "handling": 4, "effect": 4}


class Post(Desk):
    """One person's browser. Each step is a form that the whistle's own page shows him, filled in and sent."""

    def __init__(self, person: User):
        super().__init__(person, photo=None)
        self.client = Client()

    def comes_back(self) -> None:
        """Days pass in these stories, and a session ends after half an hour: he signs in again."""
        self.client.force_login(self.person)

    # --- blowing ---------------------------------------------------------------------------------------------------
    def blows(self, kind: str, *called: str, at: dt.datetime, **said: Any) -> Whistle:
        """Fills in the page, reads what will go out, and sends it; `called` as the form names them."""
        self.comes_back()
        filled = self._filled_in(kind, called, at, said)
        shown = self.client.post(reverse("blow"), filled)
        assert shown.status_code == 200, _text(shown)
        self.text = _text(shown)
        for name in said.pop("reads", ()):
            self.sees(name)
        sent = self.client.post(reverse("blow"), filled | {"confirmed": "1"})
        assert sent.status_code == 302, _text(sent)
        return Whistle.objects.get(number=sent.url.rstrip("/").rsplit("/", 1)[-1])

    def cannot_blow(self, kind: str, *called: str, because: str, at: dt.datetime, **said: Any) -> None:
        """The page comes back with a sentence, and nothing is opened."""
        self.comes_back()
        before = Whistle.objects.count()
        answer = self.client.post(reverse("blow"), self._filled_in(kind, called, at, said) | {"confirmed": "1"})
        assert (answer.status_code in REFUSED, Whistle.objects.count()) == (True, before)
        self.text = _text(answer)
        self.sees(because)

    def _filled_in(self, kind: str, called: tuple[str, ...], at: dt.datetime, said: dict[str, Any]) -> dict[str, Any]:
        told = {
            "sort": kind, "words": "十段社区无主空地，垃圾堆积，蚊蝇乱飞。", "spring": "masses", "place": "空地东侧入口",
            **PLACE, "datum": "wgs84", "meet_at": local(at), "complex": "yes", "item": 1,
            "effort_on_1": now().astimezone(at.tzinfo).date().isoformat(), "effort_words_1": "社区已清理两次，三日后复堆。",
        }  # fmt: skip
        told |= {f"called_{place}": name for place, name in enumerate(called, 1)}
        said = {name: value for name, value in said.items() if name != "reads"}
        return _sent({**told, **said})

    # --- reading ---------------------------------------------------------------------------------------------------
    def opens(self, case: Whistle | Supervision) -> Post:  # type: ignore[override]
        """Opens the page of a whistle or of a supervised case."""
        self.comes_back()
        return self._read(reverse("whistle" if isinstance(case, Whistle) else "supervised", args=[case.number]))

    def cannot_open(self, case: Whistle | Supervision) -> Post:  # type: ignore[override]
        self.comes_back()
        name = "whistle" if isinstance(case, Whistle) else "supervised"
        assert self.client.get(reverse(name, args=[case.number])).status_code == 404
        return self

    def may(self, case: Whistle | Supervision) -> set[str]:  # type: ignore[override]
        self.opens(case)
        return {offered["step"].name for offered in self.page.context["steps"]}

    # --- acting ----------------------------------------------------------------------------------------------------
    def takes(self, case: Whistle | Supervision, step: str, **said: Any) -> Post:  # type: ignore[override]
        """Sends a step that the page offers, and reads the page that follows."""
        offered = self.may(case)
        assert step in offered, f"{self.person} is not offered “{step}”, but {sorted(offered)}"
        answer = self._send(case, step, said)
        assert answer.status_code == 302, f"{answer.status_code}: {_text(answer)}"
        self.page = self.client.get(answer.url)
        self.text = _text(self.page)
        case.refresh_from_db()
        return self

    def is_refused(self, case: Whistle | Supervision, step: str, *because: str, **said: Any) -> Post:  # type: ignore[override]
        """Sent all the same, the step changes nothing, and the sentence says why."""
        self.comes_back()
        case.refresh_from_db()
        before = case.event_count
        answer = self._send(case, step, said)
        assert answer.status_code in REFUSED, answer.status_code
        case.refresh_from_db()
        assert case.event_count == before
        self.text = _text(answer)
        return self.sees(*because)

    def checks_in(self, whistle: Whistle, came: str, **said: Any) -> Post:
        """There, by the position of his phone."""
        return self.takes(whistle, "check_in", came=came, lng=whistle.lng, lat=whistle.lat, datum="wgs84", **said)

    def replies(self, whistle: Whistle, measures: str) -> Post:
        at = now().astimezone(whistle.city.zone)
        said = {"received_at": local(at - dt.timedelta(hours=1)), "spoke_with": "办事处主任", "finish_on": at.date()}
        return self.takes(whistle, "reply", measures=measures, **said)

    def plans(self, whistle: Whistle, *lines: tuple[str, str, dt.date], **money: Any) -> Post:
        """Each line: a department's code or whoever does it, what, until when."""
        said: dict[str, Any] = dict(money)
        for place, (whose, words, day) in enumerate(lines, 1):
            called = Summons.objects.filter(whistle=whistle, department__code=whose).first()
            said |= {f"words_{place}": words, f"due_on_{place}": day}
            said |= {f"summons_{place}": called.pk} if called else {f"who_{place}": whose}
        return self.takes(whistle, "plan", **said)

    def rates(self, whistle: Whistle, *, solved: bool, **low: dict[str, Any]) -> Post:
        """Good marks for all but those named, by their code."""
        said: dict[str, Any] = {"solved": solved}
        for summons in whistle.summonses.standing().select_related("department"):
            code = summons.department.code if summons.department else ""
            for name, value in {**GOOD, **low.get(code, {})}.items():
                said[f"{name}_{summons.pk}"] = value
        return self.takes(whistle, "rate", **said)

    def _send(self, case: Whistle | Supervision, step: str, said: dict[str, Any]):
        name = "whistle_step" if isinstance(case, Whistle) else "supervised_step"
        return self.client.post(reverse(name, args=[case.number, step]), _sent(said))


def local(at: dt.datetime) -> str:
    """A moment as the browser's field sends it."""
    return at.strftime("%Y-%m-%dT%H:%M")


def verbs(case: Whistle | Supervision) -> list[str]:
    """What happened to a case, oldest first."""
    return [event.verb for event in reversed(history_of(case))]


def clock_of(case: Whistle | Supervision, stage: str, code: str = "") -> str:
    """How the last clock of a stage (of one department) stands."""
    clocks = case.deadlines.filter(clock=f"whistle.{stage}")
    return (clocks.filter(department__code=code) if code else clocks).latest("pk").state

"""What people write is shown as they wrote it and runs nowhere: every text field, on every page and in the API."""

import json
from html.parser import HTMLParser

import pytest
from django.test import Client

from grids.services import areas as ground
from tests.conftest import jpeg
from workorders.services import orders

CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' autofocus onfocus=alert(1) x='",
    "</textarea><script>alert(1)</script>",
    "</title></script><iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "{{ request.user.password }}{% debug %}",
    "<div hx-get=/logout/ hx-trigger=load data-hx-on:load=alert(1)>",
    "<style>*{display:none}</style><base href=//evil.example>",
    "\u202e<\u200bscript>",
    "=cmd|' /C calc'!A0",
]  # fmt: skip
LIVE = {"iframe", "object", "embed", "base", "math"}


class Danger(HTMLParser):
    """Reads a page as a browser does and notes what could run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if (
            tag in LIVE
            or tag == "style"
            or (tag == "script" and "src" not in said and said.get("type") != "application/json")
        ):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name.startswith(("data-hx-on", "hx-on")):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction") and (value or "").strip().lower().startswith(
                "javascript:"
            ):
                self.found.append(f"{tag} {name}={value}")
            if name in ("hx-get", "hx-post") and value == "/logout/":
                self.found.append(f"{tag} {name}")


def dangers(page: str) -> list[str]:
    reader = Danger()
    reader.feed(page)
    reader.close()
    return reader.found


def test_the_reader_of_pages_knows_danger_when_it_sees_it():
    """A scan that finds nothing in the corpus itself would find nothing in a page."""
    raw = {text: f"<p title=\"{text}\"><input value='{text}'>{text}</p>" for text in CORPUS[:7]}
    assert [text for text, page in raw.items() if not dangers(page)] == []


@pytest.fixture(params=CORPUS, ids=lambda text: text[:24])
def told(request, report, cast, category, clock):
    """An order whose every text says the same, rated; one that was refused; one that waits."""
    text = request.param
    said = {"words": text, "place": text, "source": "resident", "reporter": {"name": text[:60], "phone": text[:20]}}
    cast.worker.name = text[:60]
    cast.worker.save(update_fields=["name"])
    done = orders.accept(report(**said), by=cast.dispatcher, note=text)
    done = orders.dispatch(done, by=cast.dispatcher, department=category.handler, note=text)
    done = orders.sign_for(done, by=_of(cast, category), note=text)
    done = orders.finish(done, by=_of(cast, category), result=text, pictures=[jpeg()])
    done = orders.close(orders.verify(done, by=cast.worker, note=text), by=cast.dispatcher, note=text)
    done = orders.rate(done, by=cast.worker, stars=1, solved=False, words=text)
    refused = orders.refuse(report(**said), by=cast.dispatcher, reason="unlawful", words=text)
    ground.rename(done.area, to=text[:80], on=clock.now.date())
    return text, [done, refused, report(**said)]


def _of(cast, category):
    return {"sanitation": cast.officer, "housing": cast.officer_b}[category.handler.code]


def test_it_runs_on_no_page(told, cast):
    _text, [done, refused, waiting] = told
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(cast.dispatcher)
    pages = [f"/orders/{order.number}/" for order in (done, refused, waiting)]
    pages += [
        "/orders/?view=all",
        "/orders/?view=new",
        f"/orders/?view=all&open={done.number}",
        "/orders/?part=rows&view=all",
    ]
    pages += [
        f"/organisation/{done.area.code}/",
        f"/grids/{done.area.code}/",
        "/map/",
        f"/map/?area={done.area.code}",
        "/home/",
    ]
    for page in pages:
        answer = desk.get(page)
        assert answer.status_code == 200, page
        assert dangers(answer.content.decode()) == [], page


def test_it_runs_on_no_page_that_says_it_back(told, cast):
    text, [_done, _refused, waiting] = told
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(cast.dispatcher)
    answers = [
        desk.get("/orders/", {"q": text, "view": text, "area": text, "open": text}),
        desk.post(f"/orders/{waiting.number}/refuse/", {"reason": text, "words": text}),
        desk.post(f"/orders/{waiting.number}/unmask/", {"reason": text}),
        desk.post("/orders/new/", {"words": text, "place": text, "category": text, "lng": text}),
        desk.get("/map/", {"q": text, "area": text}),
        desk.post("/login/", {"username": text, "password": text, "next": text}),
        Client().post("/login/", {"username": text, "password": text, "next": text}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert dangers(answer.content.decode()) == [], answer.request["PATH_INFO"]


def test_the_api_and_the_map_give_it_back_word_for_word_and_as_data(told, cast):
    text, [done, _refused, waiting] = told
    desk = Client(headers={"Accept-Language": "en"})
    desk.force_login(cast.dispatcher)
    answer = desk.get(f"/api/v1/orders/{done.number}/")
    assert answer.json()["words"] == answer.json()["result"] == answer.json()["rating_words"] == text
    points = desk.get("/map/points.json", {"west": 117, "south": 39, "east": 118, "north": 40})
    titles = {point["number"]: point["title"] for point in points.json()["points"]}
    assert titles[waiting.number] == waiting.title
    for one in (
        answer,
        points,
        desk.get("/map/areas.json", {"level": 3}),
        desk.get(f"/api/v1/orders/{done.number}/events/"),
    ):
        assert one.headers["Content-Type"].startswith("application/json")
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        json.loads(one.content)

"""Who gets what from which address: one row for every address of the house. An address without a row fails.

Read a row as: at this address, with this method, whoever may gets `status`; who sees the place but may not gets
`denied`; who does not see it gets 404; a nameless caller gets the door (302 on pages, 401 in the API).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

GRID = {"worker", "community"}
STREET = {"dispatcher", "secretary", "director", "supervisor", "leader", "organiser"}
VILLAGERS = GRID | STREET | {"worker2", "officer", "officer_b"}
PEOPLE = (*sorted(VILLAGERS), "outsider", "stranger", "anonymous")
SIGNED_IN = frozenset(PEOPLE) - {"anonymous"}

# Who sees the order of each place: whose ground it is, whose department has it in hand, who reported it.
SEE_ORDER = {"own": GRID | STREET | {"officer"}, "sibling": STREET | {"worker2"}, "elsewhere": {"stranger"}}
SEE_HANDLED = {"own": SEE_ORDER["own"], "sibling": set(), "elsewhere": set()}
# The whistle of each place calls the department of its order.
SEE_WHISTLE = {"own": SEE_ORDER["own"], "sibling": STREET | {"worker2", "officer_b"}, "elsewhere": {"stranger"}}
# Who sees the ground of each place: whoever holds a post in that city.
SEE_GROUND = {"own": VILLAGERS, "sibling": VILLAGERS, "elsewhere": {"stranger"}}
EVERYWHERE = dict.fromkeys(("own", "sibling", "elsewhere"), SIGNED_IN)
REPORTERS = {"worker", "worker2", "dispatcher", "secretary", "director", "community", "stranger"}

Sight = Mapping[str, set[str] | frozenset[str]]


@dataclass(frozen=True)
class Row:
    """One address with one method: its keys by the names of `scene.Spot.keys`, and what everybody gets."""

    method: str = "GET"
    status: int = 200
    keys: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    sees: Sight = field(default_factory=lambda: EVERYWHERE)
    # Only these may; without it, whoever sees.
    may: frozenset[str] | None = None
    denied: int = 403
    unseen: int = 404
    nameless: int = 302
    # The few who get something else, and why it is right is said beside the row.
    but: Mapping[str, int] = field(default_factory=dict)

    @property
    def placed(self) -> bool:
        return bool(self.keys)

    def expected(self, person: str, place: str) -> int:
        if person == "anonymous":
            return self.nameless
        if person in self.but:
            return self.but[person]
        if person not in self.sees[place]:
            return self.unseen
        return self.status if self.may is None or person in self.may else self.denied


def only(*people: str) -> frozenset[str]:
    return frozenset(people)


NUMBER, CODE, DEPARTMENT = {"number": "number"}, {"code": "code"}, {"code": "department"}
WHISTLE, SUPERVISION = {"number": "whistle"}, {"number": "supervision"}
POST, PHOTO, DESK = {"key": "post"}, {"key": "photo"}, {"code": "desk"}
NO_CITY = {"outsider": 404}
BLOWERS = only("secretary", "director", "community")
IMPORTERS, NO_SHEET = only("dispatcher"), "00000000-0000-4000-8000-000000000000"
FILING = only("dispatcher", "secretary", "director", "supervisor", "duty_chief")
REPORT = {"category": "060101", "words": "x", "lng": "117.151", "lat": "39.165"}
BOX = {"west": "117", "south": "39", "east": "118", "north": "40"}

# Open to anybody, each with its reason.
OPEN = {
    "healthz": "a load balancer asks, and learns one word",
    "readyz": "a load balancer asks; no row of the city's is told",
    "metrics": "Prometheus asks from inside: docs/operations.md binds it there; counts, no names",
    "i18n/setlang/": "the sign-in page has its language switch",
    "login/": "the door itself",
    "grids/<slug:code>/": "a resident looks up his grid and whom to turn to (rules 13.1 row 11)",
    "api/v1/auth/token/": "the door itself, for programs",
    "api/^": "every address that is none; says so and nothing more",
}

API = {"nameless": 401}
MATRIX: dict[str, list[Row]] = {
    # --- open ---------------------------------------------------------------------------------------------------------
    "healthz": [Row(nameless=200)],
    # Not ready: in this scene no sweep has come by since Friday.
    "readyz": [Row(status=503, nameless=503)],
    "metrics": [Row(nameless=200)],
    "i18n/setlang/": [Row("POST", 302, asks={"language": "en"})],
    # A signed-in person has no business at the door and is led on.
    "login/": [Row(status=302, nameless=200), Row("POST", 302, asks={"username": "x", "password": "y"}, nameless=200)],
    "grids/<slug:code>/": [Row(keys=CODE, nameless=200)],
    "api/v1/auth/token/": [Row("POST", 400, asks={"username": "nobody", "password": "x"}, nameless=400)],
    "api/^": [Row(status=404, nameless=404)],
    # --- one's own account --------------------------------------------------------------------------------------------
    "logout/": [Row("POST", 302), Row("GET", 405)],
    "password/": [Row(), Row("POST", 200)],
    # Without a token there is nothing to end, whoever asks.
    "api/v1/auth/token/end/": [Row("POST", 401, **API)],
    # --- work orders --------------------------------------------------------------------------------------------------
    "": [Row(status=302, but={"outsider": 200})],
    "home/": [Row()],
    "orders/": [Row(), *[Row(asks={"part": part}) for part in ("rail", "rows", "preview")]],
    "orders/new/": [Row(may=frozenset(REPORTERS)), Row("POST", 422, may=frozenset(REPORTERS))],
    # Rows that one may not touch are verdicts, not refusals of the whole.
    "orders/bulk/": [Row("POST", 422), Row("POST", 200, asks={"step": "accept", "numbers": "GD20261009-00001"})],
    "orders/views/": [Row("POST", 302, asks={"name": "x", "query": "view=open"})],
    "orders/views/<int:key>/remove/": [Row("POST", 404, fixed={"key": "999999"})],
    # Whoever sees it and took no step of late has nothing to undo.
    "orders/<slug:number>/undo/": [Row("POST", 409, NUMBER, sees=SEE_ORDER)],
    "orders/<slug:number>/": [
        Row(keys=NUMBER, sees=SEE_ORDER),
        Row(keys=NUMBER, sees=SEE_ORDER, asks={"part": "moving"}),
    ],
    "orders/<slug:number>/<slug:step>/": [
        # Only the officer of the department that has it; without a photo he is asked for one, and nothing changes.
        Row("POST", 422, NUMBER, {"step": "finish"}, sees=SEE_ORDER, may=only("officer")),
        Row("POST", 404, NUMBER, {"step": "fly"}, sees=SEE_ORDER),
        Row("GET", 405, NUMBER, {"step": "finish"}),
    ],
    "orders/<slug:number>/unmask/": [
        Row("POST", 200, NUMBER, asks={"reason": "回访"}, sees=SEE_ORDER, may=only("dispatcher")),
    ],
    # Only the order of `own` lies with a department and was pressed.
    "orders/<slug:number>/slip.pdf": [Row(keys=NUMBER, sees=SEE_HANDLED)],
    "orders/<slug:number>/press/<int:place>/letter.pdf": [
        Row(keys=NUMBER, fixed={"place": "1"}, sees=SEE_HANDLED),
        Row(status=404, keys=NUMBER, fixed={"place": "2"}),
    ],
    "orders/<slug:number>/archive.zip": [Row(keys=NUMBER, sees=SEE_ORDER, may=FILING)],
    "photos/<uuid:key>/": [Row(keys=PHOTO, sees=SEE_ORDER)],
    "api/v1/orders/": [Row(**API), Row("POST", 201, asks=REPORT, may=frozenset(REPORTERS), **API)],
    "api/v1/orders/<slug:number>/": [Row(keys=NUMBER, sees=SEE_ORDER, **API)],
    "api/v1/orders/bulk/": [
        Row("POST", 400, **API),
        Row("POST", 200, asks={"step": "accept", "numbers": "GD20261009-00001"}, **API),
    ],
    "api/v1/orders/<slug:number>/undo/": [Row("POST", 409, NUMBER, sees=SEE_ORDER, **API)],
    "api/v1/orders/<slug:number>/events/": [Row(keys=NUMBER, sees=SEE_ORDER, **API)],
    "api/v1/orders/<slug:number>/<slug:step>/": [
        Row("POST", 400, NUMBER, {"step": "finish"}, sees=SEE_ORDER, may=only("officer"), **API),
        Row("POST", 404, NUMBER, {"step": "fly"}, sees=SEE_ORDER, **API),
    ],
    "rules/": [Row(but=NO_CITY)],
    "rules/<int:edition>/": [Row(fixed={"edition": "1"}, but=NO_CITY)],
    # In this scene no draft has been begun.
    "rules/draft/": [
        Row(status=302, may=only("organiser"), but=NO_CITY),
        Row("POST", 302, may=only("organiser"), but=NO_CITY),
    ],
    "rules/draft/rule/": [Row(method, 404, may=only("organiser"), but=NO_CITY) for method in ("GET", "POST")],
    "rules/draft/rule/<int:key>/": [
        Row(method, 404, fixed={"key": "1"}, may=only("organiser"), but=NO_CITY) for method in ("GET", "POST")
    ],
    "rules/draft/rule/<int:key>/<slug:change>/": [
        Row("POST", 404, fixed={"key": "1", "change": change}, may=only("organiser"), but=NO_CITY)
        for change in ("up", "down", "delete", "fly")
    ],
    **{
        f"rules/draft/{step}/": [Row("POST", 404, may=only("organiser"), but=NO_CITY)]
        for step in ("publish", "discard", "dry-run")
    },
    "api/v1/rules/": [Row(but=NO_CITY, **API)],
    # Who works here and with what right, a person's session or token opens nothing: only a client's signature does.
    "api/v1/integrations/<slug:source>/orders/<str:external_no>": [
        Row("PUT", 401, fixed={"source": "12345", "external_no": "1"}, nameless=401),
        Row("GET", 401, fixed={"source": "12345", "external_no": "1"}, nameless=401),
    ],
    # --- boards of the whistle ----------------------------------------------------------------------------------------
    "whistles/supervision/": [Row(may=only("secretary", "director", "supervisor"))],
    "whistles/clues/": [Row(may=only("secretary", "director", "supervisor"))],
    # No leader is called in this scene.
    "whistles/second/": [Row(may=only("leader"))],
    "whistles/month/": [Row(may=SIGNED_IN - {"outsider"})],
    "whistles/year/": [Row(may=SIGNED_IN - {"outsider"})],
    "whistles/monitor/": [Row(may=SIGNED_IN - {"outsider"})],
    "whistles/powers/": [Row(may=SIGNED_IN - {"outsider"})],
    # Who holds no post is told so before anything is looked for.
    "whistles/year/<slug:code>/": [Row(keys=DEPARTMENT, sees=SEE_WHISTLE, but={"outsider": 403})],
    # A department's officers count no street's whistles.
    "whistles/counted/": [
        Row(asks={"figure": "whistles"}, but={"outsider": 403, "officer": 404, "officer_b": 404}),
        Row(status=404, asks={"figure": "nonsense"}, but={"outsider": 403}),
    ],
    "whistles/supervision/<slug:number>/": [Row(keys=SUPERVISION, sees=SEE_WHISTLE)],
    "whistles/supervision/<slug:number>/letter.pdf": [Row(keys=SUPERVISION, sees=SEE_WHISTLE)],
    "whistles/supervision/<slug:number>/<slug:step>/": [
        # Only the unit of which a statement is demanded; without words it is asked for them, and nothing changes.
        Row("POST", 422, SUPERVISION, {"step": "answer"}, sees=SEE_WHISTLE, may=only("officer", "officer_b")),
        Row("POST", 404, SUPERVISION, {"step": "fly"}, sees=SEE_WHISTLE),
        Row("GET", 405, SUPERVISION, {"step": "answer"}),
    ],
    # --- whistles -----------------------------------------------------------------------------------------------------
    "whistles/": [Row(), *[Row(asks={"part": part}) for part in ("rail", "rows")]],
    "whistles/new/": [Row(may=BLOWERS), Row("POST", 422, may=BLOWERS)],
    "whistles/<slug:number>/": [
        Row(keys=WHISTLE, sees=SEE_WHISTLE),
        *[Row(keys=WHISTLE, sees=SEE_WHISTLE, asks={"part": part}) for part in ("moving", "beside")],
    ],
    # Nobody's position and no code: who is called is asked for one of them.
    "whistles/<slug:number>/<slug:step>/": [
        Row("POST", 422, WHISTLE, {"step": "check_in"}, sees=SEE_WHISTLE, may=only("officer", "officer_b")),
        Row("POST", 404, WHISTLE, {"step": "fly"}, sees=SEE_WHISTLE),
        Row("GET", 405, WHISTLE, {"step": "check_in"}),
    ],
    "agreements/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    # Each reads and opens his own notices.
    "notices/": [Row()],
    "notices/read/": [Row("POST", 302)],
    "notices/<int:key>/": [Row("POST", 404, fixed={"key": "999999"})],
    "api/v1/whistles/": [
        Row(**API),
        Row("POST", 400, may=only("secretary", "director", "community"), but=NO_CITY, **API),
    ],
    "api/v1/whistles/<slug:number>/": [Row(keys=WHISTLE, sees=SEE_WHISTLE, **API)],
    "api/v1/whistles/<slug:number>/events/": [Row(keys=WHISTLE, sees=SEE_WHISTLE, **API)],
    # The community runs no meeting of the street's.
    "api/v1/whistles/<slug:number>/code/": [
        Row(keys=WHISTLE, sees=SEE_WHISTLE, may=only("dispatcher", "secretary", "director"), **API),
    ],
    "api/v1/whistles/<slug:number>/<slug:step>/": [
        Row("POST", 400, WHISTLE, {"step": "check_in"}, sees=SEE_WHISTLE, may=only("officer", "officer_b"), **API),
        Row("POST", 404, WHISTLE, {"step": "fly"}, sees=SEE_WHISTLE, **API),
    ],
    "api/v1/supervisions/": [Row(**API)],
    "api/v1/supervisions/<slug:number>/": [Row(keys=SUPERVISION, sees=SEE_WHISTLE, **API)],
    "api/v1/supervisions/<slug:number>/<slug:step>/": [
        Row("POST", 400, SUPERVISION, {"step": "answer"}, sees=SEE_WHISTLE, may=only("officer", "officer_b"), **API),
        Row("POST", 404, SUPERVISION, {"step": "fly"}, sees=SEE_WHISTLE, **API),
    ],
    "api/v1/notices/": [Row(**API)],
    "api/v1/notices/unread/": [Row(**API)],
    "api/v1/notices/read/": [Row("POST", 200, **API)],
    # --- sheets of orders: each sees his own ----------------------------------------------------------------------------
    "imports/": [Row(may=IMPORTERS), Row("POST", 422, may=IMPORTERS)],
    **{
        f"imports/<uuid:key>/{rest}": [Row(method, 404, fixed={"key": NO_SHEET})]
        for method, rest in (("GET", ""), ("POST", "columns/"), ("POST", "confirm/"))
    },
    "imports/<uuid:key>/errors/<slug:ending>/": [Row(status=404, fixed={"key": NO_SHEET, "ending": "csv"})],
    # --- the ground ---------------------------------------------------------------------------------------------------
    "organisation/": [Row(status=302, but={"outsider": 200})],
    "organisation/<slug:code>/": [Row(keys=CODE, sees=SEE_GROUND)],
    "organisation/<slug:code>/gaps/": [Row(keys=CODE, sees=SEE_GROUND)],
    "organisation/<slug:code>/<slug:change>/": [
        *[
            Row(method, status, CODE, {"change": change}, sees=SEE_GROUND, may=only("organiser"))
            for change in ("rename", "move", "merge", "appoint")
            for method, status in (("GET", 200), ("POST", 422))
        ],
        Row(keys=CODE, fixed={"change": "visits"}, sees=SEE_GROUND, may=only("leader")),
        Row(status=404, keys=CODE, fixed={"change": "fly"}, sees=SEE_GROUND),
    ],
    "departments/<slug:code>/": [Row(keys=DEPARTMENT, sees=SEE_GROUND)],
    "departments/<slug:code>/<slug:change>/": [
        Row(method, status, DEPARTMENT, {"change": change}, sees=SEE_GROUND, may=only("organiser"))
        for change in ("rename", "place", "appoint")
        for method, status in (("GET", 200), ("POST", 422))
    ],
    "posts/<int:key>/<slug:change>/": [
        Row(method, status, POST, {"change": change}, sees=SEE_GROUND, may=only("organiser"))
        for change in ("dismiss", "hand-over")
        for method, status in (("GET", 200), ("POST", 422))
    ],
    "duty/": [Row(status=302, but={"outsider": 200})],
    "duty/<slug:code>/": [
        Row(keys=DESK, sees=SEE_GROUND),
        Row("POST", 422, DESK, sees=SEE_GROUND, may=only("dispatcher", "organiser")),
    ],
    "api/v1/areas/": [Row(but=NO_CITY, **API)],
    "api/v1/areas/at/": [Row(asks={"lng": "117.151", "lat": "39.165"}, but=NO_CITY, **API)],
    # --- the map, the calendar, the state of the house ----------------------------------------------------------------
    "map/": [Row()],
    "map/areas.json": [Row(asks={"level": "1"}, but=NO_CITY)],
    "map/counts.json": [Row(but=NO_CITY)],
    "map/points.json": [Row(asks=BOX, but=NO_CITY)],
    "calendar/": [Row(but=NO_CITY)],
    "calendar/day/": [Row("POST", 422, may=only("organiser"), but=NO_CITY)],
    "calendar/paste/": [Row("POST", 422, may=only("organiser"), but=NO_CITY)],
    "calendar/remove/": [Row("POST", 404, may=only("organiser"), but=NO_CITY)],
    "status/": [Row(may=only("organiser", "supervisor"), but=NO_CITY)],
    # --- the API's description ----------------------------------------------------------------------------------------
    "api/schema/": [Row(**API)],
    "api/": [Row()],
}

"""Who gets what from which address: one row for every address of the house. An address without a row fails.

Read a row as: at this address, with this method, whoever may gets `status`; who sees the place but may not gets
`denied`; who does not see it gets 404; a nameless caller gets the door (302 on pages, 401 in the API).
"""

from tests.architecture.seeing import (
    API,
    BLOWERS,
    BOX,
    CODE,
    DEPARTMENT,
    DESK,
    EVERYWHERE,
    FILING,
    HOME,
    IMPORTERS,
    KEEPERS,
    KEPT,
    NAMERS,
    NO_CITY,
    NO_POST,
    NO_SHEET,
    NUMBER,
    PATROL,
    PERSON,
    PHOTO,
    PLANNERS,
    POST,
    READERS,
    REPORT,
    REPORTERS,
    SEE_GROUND,
    SEE_HANDLED,
    SEE_ORDER,
    SEE_PATROL,
    SEE_REGISTER,
    SEE_WHISTLE,
    SIGNED_IN,
    SUPERVISION,
    WALKERS,
    WATCHERS,
    WHISTLE,
    Row,
    only,
)

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
    "sw.js": [Row(nameless=200)],
    "manifest.webmanifest": [Row(nameless=200)],
    "api/^": [Row(status=404, nameless=404)],
    # --- one's own account --------------------------------------------------------------------------------------------
    "logout/": [Row("POST", 302), Row("GET", 405)],
    "password/": [Row(), Row("POST", 200)],
    # Without a token there is nothing to end, whoever asks.
    "api/v1/auth/token/end/": [Row("POST", 401, **API)],
    # --- work orders --------------------------------------------------------------------------------------------------
    "": [Row(status=302, but={"outsider": 200})],
    # --- the phone: first page, tasks, today's patrol, help -----------------------------------------------------------
    "home/": [Row(), *[Row(asks={"part": part}) for part in ("lists", "tiles")]],
    "field/type/": [Row("POST", 302, asks={"type": "large"}), Row("GET", 405)],
    "field/report/": [Row(may=frozenset(REPORTERS)), Row("POST", 422, may=frozenset(REPORTERS))],
    "field/outbox/": [Row()],
    "field/tasks/": [Row(), Row(asks={"part": "lists"})],
    "field/tasks/<slug:number>/": [Row(keys=NUMBER, sees=SEE_ORDER)],
    "field/tasks/<slug:number>/<slug:step>/": [
        Row("POST", 422, NUMBER, {"step": "finish"}, sees=SEE_ORDER, may=only("officer")),
        Row("POST", 404, NUMBER, {"step": "fly"}, sees=SEE_ORDER),
    ],
    # Nobody has a round in this scene: whoever asks for a point of one has none.
    "field/patrol/": [Row()],
    "field/patrol/start/": [
        Row("POST", 302, sees=dict.fromkeys(EVERYWHERE, WALKERS), unseen=403, but={"outsider": 302}),
        Row("GET", 405),
    ],
    "field/patrol/end/": [Row(status=302), Row("POST", 302)],
    "field/patrol/stops/<int:key>/": [Row(status=404, fixed={"key": "999999"})],
    "field/patrol/stops/<int:key>/reach/": [Row("POST", 404, fixed={"key": "999999"})],
    "field/patrol/stops/<int:key>/skip/": [Row("POST", 404, fixed={"key": "999999"})],
    "field/sos/": [Row(), Row("POST", 422)],
    "field/help/": [Row(), Row("POST", 422)],
    "field/help/<uuid:key>/photo/": [Row(status=404, fixed={"key": NO_SHEET})],
    # --- walks: who is out now, one walk; one's own past ones. Who may not look learns not even that there is one ---------
    # --- the desk: rounds, points, risks, lists, key times, entry control ---------------------------------------------
    "patrols/": [Row(but=NO_POST)],
    "patrols/make/": [Row("POST", 302, may=PLANNERS)],
    # In this scene no round was made and no point set.
    "patrols/rounds/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET}, but=NO_POST)],
    **{
        f"patrols/{rest}": [Row(method, 404, fixed={"key": NO_SHEET})]
        for method, rest in (
            ("POST", "rounds/<uuid:key>/withdraw/"),
            ("GET", "points/<uuid:key>/"),
            ("GET", "risks/<uuid:key>/"),
        )
    },
    "patrols/points/": [Row(but=NO_POST)],
    "patrols/points/new/": [Row(may=PLANNERS), Row("POST", 422, may=PLANNERS)],
    "patrols/points/<uuid:key>/<slug:step>/": [Row("POST", 404, fixed={"key": NO_SHEET, "step": "end"})],
    "patrols/risks/": [Row(but=NO_POST), Row("POST", 422, may=NAMERS)],
    "patrols/risks/<uuid:key>/<slug:step>/": [Row("POST", 404, fixed={"key": NO_SHEET, "step": "end"})],
    "patrols/checklists/": [Row(but=NO_POST), Row("POST", 422, may=NAMERS)],
    "patrols/checklists/<int:key>/": [Row(status=404, fixed={"key": "999999"}, but=NO_POST)],
    "patrols/checklists/<int:key>/<slug:step>/": [
        Row("POST", 404, fixed={"key": "999999", "step": "end"}, but=NO_POST),
    ],
    "patrols/key-times/": [Row(but=NO_POST), Row("POST", 422, may=PLANNERS)],
    "patrols/key-times/<int:key>/end/": [Row("POST", 404, fixed={"key": "999999"}, but=NO_POST)],
    "patrols/admissions/": [Row(but=NO_POST), Row("POST", 422, may=NAMERS)],
    "patrols/admissions/<int:key>/<slug:step>/": [
        Row("POST", 404, fixed={"key": "999999", "step": "end"}, but=NO_POST),
    ],
    "api/v1/points/": [Row(but=NO_POST, **API)],
    "api/v1/risks/": [Row(but=NO_POST, **API)],
    "api/v1/rounds/today/": [Row(but=NO_POST, **API)],
    "api/v1/rounds/make/": [Row("POST", 200, may=PLANNERS, **API)],
    "api/v1/rounds/<uuid:key>/skip/": [Row("POST", 400, fixed={"key": NO_SHEET}, **API)],
    "api/v1/rounds/<uuid:key>/reorder/": [Row("POST", 400, fixed={"key": NO_SHEET}, **API)],
    "patrols/live/": [Row(sees=dict.fromkeys(EVERYWHERE, WATCHERS))],
    "patrols/walks/": [Row()],
    "patrols/walks/<uuid:key>/": [Row(keys=PATROL, sees=SEE_PATROL)],
    "patrols/walks/<uuid:key>/look/": [Row("POST", 422, PATROL, sees=SEE_PATROL | {"elsewhere": set()})],
    # In this scene nobody took a photo of a point.
    "patrols/check-ins/<uuid:key>/photo/": [Row(status=404, fixed={"key": NO_SHEET})],
    "api/v1/patrols/<uuid:key>": [
        Row(keys=PATROL, sees={"own": set(), "sibling": set(), "elsewhere": {"stranger"}}, **API),
        # A walk is told in JSON alone.
        Row("PUT", 415, fixed={"key": NO_SHEET}, **API),
    ],
    **{
        f"api/v1/patrols/<uuid:key>/{rest}": [Row("PUT", 404, fixed={"key": NO_SHEET, **names}, **API)]
        for rest, names in (
            ("end", {}),
            ("tracks/<uuid:chunk>", {"chunk": NO_SHEET}),
            ("check-ins/<uuid:check_in>", {"check_in": NO_SHEET}),
        )
    },
    # Without a photo, or its digest, nothing is looked for.
    "api/v1/patrols/<uuid:key>/check-ins/<uuid:check_in>/photo": [
        Row("PUT", 400, fixed={"key": NO_SHEET, "check_in": NO_SHEET}, **API),
    ],
    # --- calls for help at the centre ---------------------------------------------------------------------------------
    # --- the registers: people and homes; names and numbers stand in no answer unasked --------------------------------
    "registers/": [Row(may=READERS), Row(asks={"kind": "key", "old": "1"}, may=READERS)],
    "registers/search/": [
        Row("POST", asks={"words": "13920781234"}, may=READERS),
        Row("POST", 422, may=READERS),
        Row("GET", 405),
    ],
    "registers/people/new/": [Row(may=KEEPERS), Row("POST", 422, may=KEEPERS)],
    "registers/people/<uuid:key>/": [Row(keys=PERSON, sees=SEE_REGISTER)],
    "registers/people/<uuid:key>/show/": [Row("POST", 422, PERSON, sees=SEE_REGISTER)],
    **{
        f"registers/people/<uuid:key>/{rest}/": [Row(keys=PERSON, **KEPT), Row("POST", 422, PERSON, **KEPT)]
        for rest in ("correct", "move", "care")
    },
    "registers/people/<uuid:key>/care/<int:care>/end/": [Row("POST", 404, PERSON, {"care": "999999"}, **KEPT)],
    "registers/people/<uuid:key>/erase/": [Row(keys=PERSON, **KEPT), Row("POST", 302, PERSON, **KEPT)],
    "registers/homes/": [Row(may=READERS), Row(asks={"building": "3"}, may=READERS)],
    "registers/homes/new/": [Row(may=KEEPERS), Row("POST", 422, may=KEEPERS)],
    "registers/homes/<uuid:key>/": [Row(keys=HOME, sees=SEE_REGISTER)],
    "registers/homes/<uuid:key>/show/": [Row("POST", 422, HOME, sees=SEE_REGISTER)],
    "registers/homes/<uuid:key>/correct/": [Row(keys=HOME, **KEPT), Row("POST", 422, HOME, **KEPT)],
    "registers/imports/": [Row(may=KEEPERS), Row("POST", 422, may=KEEPERS)],
    "registers/imports/empty.<slug:ending>": [Row(fixed={"ending": "csv"}, may=KEEPERS)],
    "registers/imports/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    "registers/imports/<uuid:key>/confirm/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "registers/imports/<uuid:key>/errors/<slug:ending>/": [Row(status=404, fixed={"key": NO_SHEET, "ending": "csv"})],
    # --- visits: who is due, the door, the record, what is proposed for the registers ---------------------------------
    "field/visits/": [Row(may=READERS), Row(asks={"what": "homes"}, may=READERS)],
    "field/visits/<uuid:key>/": [
        Row(keys=PERSON, sees=SEE_REGISTER),
        Row(keys=HOME, sees=SEE_REGISTER),
        Row("POST", 422, PERSON, sees=SEE_REGISTER),
    ],
    "field/visits/<uuid:key>/door/": [Row("POST", 422, PERSON, sees=SEE_REGISTER)],
    "field/visits/<uuid:key>/event/": [Row("POST", 422, PERSON, sees=SEE_REGISTER)],
    "field/visited/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    "field/visited/<uuid:key>/order/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "patrols/visits/": [Row(may=PLANNERS)],
    "patrols/proposals/": [Row(may=KEEPERS)],
    "patrols/proposals/<uuid:key>/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "patrols/proposals/<uuid:key>/decide/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    # Without saying whom, it is not asked who asks.
    "api/v1/visits/<uuid:key>": [Row("PUT", 400, fixed={"key": NO_SHEET}, **API)],
    "patrols/alarms/": [Row(may=WATCHERS)],
    "patrols/alarms/strip/": [Row()],
    "patrols/alarms/<uuid:key>/take/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "patrols/alarms/<uuid:key>/end/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "patrols/help/": [Row(may=WATCHERS | only("director", "community"))],
    "api/v1/alarms/<uuid:key>": [Row("PUT", 400, fixed={"key": NO_SHEET}, asks={"lng": "east"}, **API)],
    "api/v1/help-records/<uuid:key>": [Row("PUT", 400, fixed={"key": NO_SHEET}, **API)],
    "api/v1/help-records/<uuid:key>/photos/<int:place>": [
        Row("PUT", 404, fixed={"key": NO_SHEET, "place": "1"}, **API),
    ],
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
    # Each sees what he sent himself; without a moment of writing a report is asked for it, and nothing is opened.
    "api/v1/reports/near/": [
        Row(asks={"lng": "117.151", "lat": "39.165"}, but=NO_CITY, **API),
        Row(status=400, asks={"lng": "east"}, **API),
    ],
    "api/v1/reports/<uuid:key>": [
        Row(status=404, fixed={"key": NO_SHEET}, **API),
        Row("PUT", 400, fixed={"key": NO_SHEET}, asks=REPORT, may=frozenset(REPORTERS), **API),
    ],
    "api/v1/reports/<uuid:key>/photos/<int:place>": [
        Row("PUT", 400, fixed={"key": NO_SHEET, "place": "1"}, **API),
    ],
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

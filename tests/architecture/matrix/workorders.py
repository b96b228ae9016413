"""Work orders, rules, reports, sheets of orders, what other systems send."""

from tests.architecture.seeing import (
    API,
    FILING,
    IMPORTERS,
    NO_CITY,
    NO_SHEET,
    NUMBER,
    PHOTO,
    RECORDING,
    REPORT,
    REPORTERS,
    SEE_HANDLED,
    SEE_ORDER,
    Row,
    only,
)

ROWS: dict[str, list[Row]] = {
    # --- work orders --------------------------------------------------------------------------------------------------
    "": [Row(status=302, but={"outsider": 200})],
    "field/report/": [Row(may=frozenset(REPORTERS)), Row("POST", 422, may=frozenset(REPORTERS))],
    "field/outbox/": [Row()],
    "field/tasks/": [Row(), Row(asks={"part": "lists"})],
    "field/tasks/kept/": [Row()],
    "field/tasks/<slug:number>/": [Row(keys=NUMBER, sees=SEE_ORDER)],
    "field/tasks/<slug:number>/<slug:step>/": [
        Row("POST", 422, NUMBER, {"step": "finish"}, sees=SEE_ORDER, may=only("officer")),
        Row("POST", 404, NUMBER, {"step": "fly"}, sees=SEE_ORDER),
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
    "recordings/<uuid:key>/": [Row(keys=RECORDING, sees=SEE_ORDER), Row(status=404, fixed={"key": NO_SHEET})],
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
    # Each sees what his own phone sent; without a moment of doing a step is asked for it, and nothing is done.
    "api/v1/orders/<slug:number>/steps/<uuid:key>": [
        Row(status=404, keys=NUMBER, fixed={"key": NO_SHEET}, **API),
        Row("PUT", 400, NUMBER, {"key": NO_SHEET}, sees=SEE_ORDER, **API),
    ],
    "api/v1/orders/<slug:number>/steps/<uuid:key>/photos/<int:place>": [
        Row("PUT", 400, NUMBER, {"key": NO_SHEET, "place": "1"}, **API),
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
    "api/v1/reports/<uuid:key>/recording": [Row("PUT", 400, fixed={"key": NO_SHEET}, **API)],
    # Who works here and with what right, a person's session or token opens nothing: only a client's signature does.
    "api/v1/integrations/<slug:source>/orders/<str:external_no>": [
        Row("PUT", 401, fixed={"source": "12345", "external_no": "1"}, nameless=401),
        Row("GET", 401, fixed={"source": "12345", "external_no": "1"}, nameless=401),
    ],
    # --- sheets of orders: each sees his own ----------------------------------------------------------------------------
    "imports/": [Row(may=IMPORTERS), Row("POST", 422, may=IMPORTERS)],
    **{
        f"imports/<uuid:key>/{rest}": [Row(method, 404, fixed={"key": NO_SHEET})]
        for method, rest in (("GET", ""), ("POST", "columns/"), ("POST", "confirm/"))
    },
    "imports/<uuid:key>/errors/<slug:ending>/": [Row(status=404, fixed={"key": NO_SHEET, "ending": "csv"})],
}

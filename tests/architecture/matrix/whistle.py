"""Whistles, supervision, agreements, boards of the whistle, notices."""

from tests.architecture.seeing import (
    API,
    BLOWERS,
    DEPARTMENT,
    NO_CITY,
    NO_SHEET,
    SEE_WHISTLE,
    SIGNED_IN,
    SUPERVISION,
    WHISTLE,
    Row,
    only,
)

ROWS: dict[str, list[Row]] = {
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
}

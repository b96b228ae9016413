"""The phone and the desk of patrols: first page, rounds, points, risks, walks, visits, calls for help."""

from tests.architecture.seeing import (
    API,
    EVERYWHERE,
    HOME,
    KEEPERS,
    NAMERS,
    NO_POST,
    NO_SHEET,
    PATROL,
    PERSON,
    PLANNERS,
    READERS,
    SEE_PATROL,
    SEE_REGISTER,
    WALKERS,
    WATCHERS,
    Row,
    only,
)

ROWS: dict[str, list[Row]] = {
    # --- the phone: first page, tasks, today's patrol, help -----------------------------------------------------------
    "home/": [Row(), *[Row(asks={"part": part}) for part in ("lists", "tiles")]],
    "field/type/": [Row("POST", 302, asks={"type": "large"}), Row("GET", 405)],
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
            ("skips/<uuid:skip>", {"skip": NO_SHEET}),
        )
    },
    # Without a photo, or its digest, nothing is looked for.
    "api/v1/patrols/<uuid:key>/check-ins/<uuid:check_in>/photo": [
        Row("PUT", 400, fixed={"key": NO_SHEET, "check_in": NO_SHEET}, **API),
    ],
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
}

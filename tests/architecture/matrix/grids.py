"""The ground: areas, departments, posts, duty."""

from tests.architecture.seeing import API, CODE, DEPARTMENT, DESK, NO_CITY, POST, SEE_GROUND, Row, only

ROWS: dict[str, list[Row]] = {
    "grids/<slug:code>/": [Row(keys=CODE, nameless=200)],
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
}

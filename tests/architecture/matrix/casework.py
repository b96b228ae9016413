"""The working calendar, the state of the house."""

from tests.architecture.seeing import NO_CITY, Row, only

ROWS: dict[str, list[Row]] = {
    "calendar/": [Row(but=NO_CITY)],
    "calendar/day/": [Row("POST", 422, may=only("organiser"), but=NO_CITY)],
    "calendar/paste/": [Row("POST", 422, may=only("organiser"), but=NO_CITY)],
    "calendar/remove/": [Row("POST", 404, may=only("organiser"), but=NO_CITY)],
    "status/": [Row(may=only("organiser", "supervisor"), but=NO_CITY)],
}

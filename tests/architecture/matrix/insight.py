"""The map."""

from tests.architecture.seeing import BOX, NO_CITY, Row

ROWS: dict[str, list[Row]] = {
    "map/": [Row()],
    "map/areas.json": [Row(asks={"level": "1"}, but=NO_CITY)],
    "map/counts.json": [Row(but=NO_CITY)],
    "map/points.json": [Row(asks=BOX, but=NO_CITY)],
}

"""People and homes; names and numbers stand in no answer unasked."""

from tests.architecture.seeing import HOME, KEEPERS, KEPT, NO_SHEET, PERSON, READERS, SEE_REGISTER, Row

ROWS: dict[str, list[Row]] = {
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
}

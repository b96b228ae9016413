"""Measures, schemes, score cards, boards, appeals."""

from tests.architecture.seeing import API, NO_CITY, NO_POST, NO_SHEET, Row, only

# No board was scored in this scene; who sees which is told in tests/assessment/test_boards.py.
NO_BOARD = {"number": "KH20261009-00001"}
NO_APPEAL, NO_PROPOSAL = {"number": "SS20261009-00001"}, {"number": "JC20261009-00001"}
# Who sees all scores somewhere in the village.
PROPOSERS = only("secretary", "director", "community", "supervisor", "leader")

WORKERS = {"code": "workers", "version": "1"}
# Who looks after the village's schemes, and the stranger who looks after those of his own city.
EDITORS, NO_SCHEME = only("director", "organiser"), {"outsider": 404}

ROWS: dict[str, list[Row]] = {
    # --- boards and cards ---------------------------------------------------------------------------------------------
    "boards/": [Row()],
    "boards/mine/": [Row()],
    **{
        f"boards/<slug:number>/{rest}": [Row(status=404, fixed=NO_BOARD | {"key": "999999", "line": "999999"})]
        for rest in ("", "month/", "table/", "funnel/", "<int:key>/", "<int:key>/<int:line>/")
    },
    # --- schemes, what is entered, standards: the village's own schemes, which only few may change ----------------------
    "boards/schemes/": [Row(but=NO_CITY)],
    "boards/schemes/<slug:code>/<int:version>/": [Row(fixed=WORKERS, but=NO_SCHEME)],
    "boards/schemes/<slug:code>/<int:version>/edit/": [
        # In force, it is no draft; who looks after no schemes is told so first.
        Row(status=404, fixed=WORKERS, may=EDITORS, but=NO_CITY),
        Row("POST", 404, fixed=WORKERS, may=EDITORS, but=NO_CITY),
    ],
    "boards/schemes/<slug:code>/<int:version>/what-if/": [Row(fixed=WORKERS, may=EDITORS, but=NO_SCHEME)],
    "boards/schemes/<slug:code>/<int:version>/<slug:step>/": [
        Row("POST", 404, fixed=WORKERS | {"step": "fly"}, may=EDITORS, but=NO_CITY),
        Row("GET", 405, fixed=WORKERS | {"step": "draft"}),
    ],
    "boards/schemes/<slug:code>/lines/<slug:indicator>/": [
        Row("POST", 404, fixed={"code": "workers", "indicator": "none"}, may=EDITORS, but=NO_CITY),
    ],
    "boards/entries/": [Row(but=NO_CITY)],
    "boards/entries/evidence/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    "boards/entries/<slug:code>/<slug:area>/<slug:month>/<slug:indicator>/": [
        Row(status=404, fixed={"code": "communities", "area": "120106990", "month": "2019-01", "indicator": "party"}),
    ],
    "boards/standards/": [Row(but=NO_CITY)],
    # --- papers and records: no board was scored in this scene, no plan made, no entry written --------------------------
    "boards/papers/": [Row(but=NO_POST)],
    "boards/papers/<slug:number>/": [Row(status=404, fixed={"number": "KH20261009-00001"})],
    **{
        f"boards/papers/<slug:number>/{name}.<slug:form>": [
            Row(status=404, fixed={"number": "KH20261009-00001", "form": "pdf"})
        ]
        for name in ("bulletin", "allowances")
    },
    "boards/allowances/": [
        Row(may=only("secretary", "director", "leader", "organiser")),
        Row("POST", 422, may=only("director", "organiser")),
    ],
    # Everybody reads his own record; of nobody's there is nothing to see.
    "boards/records/": [Row(but=NO_POST)],
    "boards/records/<int:key>/": [Row(status=404, fixed={"key": "999999"}, but=NO_POST)],
    "boards/records/<int:key>/record.<slug:form>": [
        Row(status=404, fixed={"key": "999999", "form": "pdf"}, but=NO_POST)
    ],
    "boards/moral/": [Row(but=NO_POST), Row("POST", 422, may=only("community"))],
    "boards/moral/log/": [Row(may=only("community", "secretary", "director", "supervisor", "leader"))],
    "boards/moral/<uuid:key>/<slug:step>/": [Row("POST", 404, fixed={"key": NO_SHEET, "step": "check"})],
    "boards/targets/": [Row(but=NO_POST), Row("POST", 422, may=only("secretary", "director", "leader"))],
    "boards/targets/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    "boards/targets/<uuid:key>/score/": [Row("POST", 404, fixed={"key": NO_SHEET})],
    "boards/targets/<uuid:key>/sheet.<slug:form>": [Row(status=404, fixed={"key": NO_SHEET, "form": "pdf"})],
    "boards/targets/<uuid:key>/<int:unit>/<slug:step>/": [
        Row("POST", 404, fixed={"key": NO_SHEET, "unit": "1", "step": "check"})
    ],
    "boards/targets/photos/<uuid:key>/": [Row(status=404, fixed={"key": NO_SHEET})],
    "boards/steps/": [Row(but=NO_POST), Row("POST", 422, may=only("director", "organiser"))],
    "boards/steps/propose/": [Row("POST", 422, may=only("secretary", "director", "leader"))],
    "boards/steps/<int:key>/decide/": [Row("POST", 404, fixed={"key": "999999"})],
    "boards/steps/rules/<int:key>/end/": [Row("POST", 404, fixed={"key": "999999"}, but=NO_POST)],
    # --- the month, appeals, consequences: nothing was published in this scene; the rest in tests/assessment -----------
    "boards/months/<slug:number>/": [Row(status=404, fixed=NO_BOARD)],
    "boards/months/<slug:number>/<slug:step>/": [Row("POST", 404, fixed=NO_BOARD | {"step": "publish"})],
    "boards/appeals/": [Row()],
    "boards/appeals/new/<int:key>/": [Row(status=404, fixed={"key": "999999"})],
    "boards/appeals/<slug:number>/": [Row(status=404, fixed=NO_APPEAL)],
    "boards/appeals/<slug:number>/<slug:step>/": [Row("POST", 404, fixed=NO_APPEAL | {"step": "uphold"})],
    "boards/proposals/": [Row()],
    "boards/proposals/new/": [Row(may=PROPOSERS), Row("POST", 422, may=PROPOSERS)],
    "boards/proposals/<slug:number>/": [Row(status=404, fixed=NO_PROPOSAL)],
    "boards/proposals/<slug:number>/<slug:step>/": [Row("POST", 404, fixed=NO_PROPOSAL | {"step": "approve"})],
    "api/v1/assessments/": [Row(**API)],
    "api/v1/assessments/mine/": [Row(**API)],
    "api/v1/assessments/<slug:number>/": [Row(status=404, fixed=NO_BOARD, **API)],
    "api/v1/assessments/<slug:number>/cards/": [Row(status=404, fixed=NO_BOARD, **API)],
    "api/v1/assessments/<slug:number>/cards/<int:key>/": [Row(status=404, fixed=NO_BOARD | {"key": "1"}, **API)],
    "api/v1/assessments/<slug:number>/<slug:step>/": [Row("POST", 404, fixed=NO_BOARD | {"step": "look"}, **API)],
    "api/v1/appeals/": [Row(**API), Row("POST", 400, **API)],
    "api/v1/appeals/<slug:number>/": [Row(status=404, fixed=NO_APPEAL, **API)],
    "api/v1/appeals/<slug:number>/<slug:step>/": [Row("POST", 404, fixed=NO_APPEAL | {"step": "support"}, **API)],
}

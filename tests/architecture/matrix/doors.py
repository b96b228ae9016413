"""Open doors, and one's own account."""

from tests.architecture.seeing import API, Row

ROWS: dict[str, list[Row]] = {
    # --- open ---------------------------------------------------------------------------------------------------------
    "healthz": [Row(nameless=200)],
    # Not ready: in this scene no sweep has come by since Friday.
    "readyz": [Row(status=503, nameless=503)],
    "metrics": [Row(nameless=200)],
    "i18n/setlang/": [Row("POST", 302, asks={"language": "en"})],
    # A signed-in person has no business at the door and is led on.
    "login/": [Row(status=302, nameless=200), Row("POST", 302, asks={"username": "x", "password": "y"}, nameless=200)],
    "api/v1/auth/token/": [Row("POST", 400, asks={"username": "nobody", "password": "x"}, nameless=400)],
    "sw.js": [Row(nameless=200)],
    "manifest.webmanifest": [Row(nameless=200)],
    "api/^": [Row(status=404, nameless=404)],
    # --- one's own account --------------------------------------------------------------------------------------------
    "logout/": [Row("POST", 302), Row("GET", 405)],
    "password/": [Row(), Row("POST", 200)],
    # Without a token there is nothing to end, whoever asks.
    "api/v1/auth/token/end/": [Row("POST", 401, **API)],
    # --- the API's description ----------------------------------------------------------------------------------------
    "api/schema/": [Row(**API)],
    "api/": [Row()],
}

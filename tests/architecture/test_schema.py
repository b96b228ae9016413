"""The API's description: complete, without a warning, and read only by who is signed in."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

DESCRIBED = {
    "/api/v1/auth/token/": {"post"},
    "/api/v1/auth/token/end/": {"post"},
    "/api/v1/orders/": {"get", "post"},
    "/api/v1/visits/{key}": {"put"},
    "/api/v1/orders/{number}/": {"get"},
    "/api/v1/orders/{number}/events/": {"get"},
    "/api/v1/orders/{number}/{step}/": {"post"},
    "/api/v1/orders/{number}/undo/": {"post"},
    "/api/v1/orders/{number}/steps/{key}": {"get", "put"},
    "/api/v1/orders/{number}/steps/{key}/photos/{place}": {"put"},
    "/api/v1/orders/bulk/": {"post"},
    "/api/v1/integrations/{source}/orders/{external_no}": {"put"},
    "/api/v1/whistles/": {"get", "post"},
    "/api/v1/whistles/{number}/": {"get"},
    "/api/v1/whistles/{number}/events/": {"get"},
    "/api/v1/whistles/{number}/code/": {"get"},
    "/api/v1/whistles/{number}/{step}/": {"post"},
    "/api/v1/supervisions/": {"get"},
    "/api/v1/supervisions/{number}/": {"get"},
    "/api/v1/supervisions/{number}/{step}/": {"post"},
    "/api/v1/assessments/": {"get"},
    "/api/v1/assessments/mine/": {"get"},
    "/api/v1/assessments/{number}/": {"get"},
    "/api/v1/assessments/{number}/cards/": {"get"},
    "/api/v1/assessments/{number}/cards/{key}/": {"get"},
    "/api/v1/assessments/{number}/{step}/": {"post"},
    "/api/v1/appeals/": {"get", "post"},
    "/api/v1/appeals/{number}/": {"get"},
    "/api/v1/appeals/{number}/{step}/": {"post"},
    "/api/v1/notices/": {"get"},
    "/api/v1/notices/unread/": {"get"},
    "/api/v1/notices/read/": {"post"},
    "/api/v1/areas/": {"get"},
    "/api/v1/alarms/{key}": {"put"},
    "/api/v1/help-records/{key}": {"put"},
    "/api/v1/help-records/{key}/photos/{place}": {"put"},
    "/api/v1/reports/near/": {"get"},
    "/api/v1/reports/{key}": {"get", "put"},
    "/api/v1/reports/{key}/photos/{place}": {"put"},
    "/api/v1/reports/{key}/recording": {"put"},
    "/api/v1/points/": {"get"},
    "/api/v1/risks/": {"get"},
    "/api/v1/rounds/today/": {"get"},
    "/api/v1/rounds/make/": {"post"},
    "/api/v1/rounds/{key}/skip/": {"post"},
    "/api/v1/rounds/{key}/reorder/": {"post"},
    "/api/v1/patrols/{key}": {"get", "put"},
    "/api/v1/patrols/{key}/end": {"put"},
    "/api/v1/patrols/{key}/tracks/{chunk}": {"put"},
    "/api/v1/patrols/{key}/check-ins/{check_in}": {"put"},
    "/api/v1/patrols/{key}/check-ins/{check_in}/photo": {"put"},
    "/api/v1/patrols/{key}/skips/{skip}": {"put"},
    "/api/v1/rules/": {"get"},
    "/api/v1/areas/at/": {"get"},
}


@pytest.fixture
def reader(cast) -> Client:
    client = Client()
    client.force_login(cast.worker)
    return client


def test_the_description_is_valid_and_gives_no_warning(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", fail_on_warn=True, validate=True, file=str(file))
    assert file.stat().st_size > 10_000


def test_every_address_and_method_is_described_and_every_refusal_has_its_shape(reader):
    told = reader.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert {path: set(methods) for path, methods in told["paths"].items()} == DESCRIBED
    refusals = [
        answer["content"]["application/json"]["schema"]["$ref"]
        for methods in told["paths"].values()
        for method in methods.values()
        for status, answer in method["responses"].items()
        if int(status) >= 400
    ]
    assert set(refusals) == {"#/components/schemas/Refused"}


def test_nobody_reads_it_without_signing_in(db):
    assert Client().get("/api/schema/").status_code == 401
    assert Client().get("/api/").headers["Location"] == "/login/?next=/api/"


def test_the_page_to_read_it_keeps_the_strict_policy(reader):
    page = reader.get("/api/")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "<style" not in page.content.decode()
    script = reader.get("/api/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in script.content.decode()


def test_the_version_stands_in_every_address():
    assert all(path.startswith("/api/v1/") for path in DESCRIBED)
    assert get_resolver().resolve("/api/v1/orders/").view_name == "api:orders"

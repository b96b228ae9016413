"""A production start: fit with production settings, refused while a demo account exists."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from accounts.services import open_demo_account
from embedded.servers import naming
from tests.accounts.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def production(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python of the house's own with production settings on the tests' database."""
    env = {
        **os.environ,
        "DATABASE_URL": naming(os.environ["DATABASE_URL"], connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GRIDWHISTLE_EMBEDDED": "0",
        "SECRET_KEY": "Kx7" + "q9Zt4Lm2Vw8Rb5Nc" * 4,
        "REGISTER_KEYS": "qLJd2yC1sH0V6g5mXw8u3Zk9bT4nR7eF1aPoIcYhMtE=",
        "ALLOWED_HOSTS": "city.example",
        "STATIC_HASHED": "0",
    }
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )  # fmt: skip


CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
START = ("-c", "import config.wsgi")
PROBE = """
import django; django.setup()
from django.conf import settings as s
assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY and not s.DEBUG
assert s.SECURE_SSL_REDIRECT and s.SECURE_HSTS_SECONDS >= 31_536_000 and s.X_FRAME_OPTIONS == "DENY"
"""


@pytest.mark.django_db(transaction=True)
def test_production_settings_are_fit_until_a_demo_account_exists():
    fit = production(*CHECK)
    assert fit.returncode == 0, fit.stderr
    assert production(*START).returncode == 0
    open_demo_account(user=User.objects.create(username="demo.worker", name="演示"), password=PASSWORD)
    for refused in (production(*CHECK), production(*START)):
        assert refused.returncode != 0
        assert "demo.worker" in refused.stderr


def test_production_closes_cookies_and_transport():
    probed = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=False,
        env={
            **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "GRIDWHISTLE_EMBEDDED": "0",
            "ALLOWED_HOSTS": "city.example", "DATABASE_URL": "postgres://nobody@127.0.0.1/none",
        },
    )  # fmt: skip
    assert probed.returncode == 0, probed.stderr


def test_a_demo_account_does_not_sign_in_outside_the_embedded_default(sign_in, person, browser, settings):
    open_demo_account(user=person, password=PASSWORD)
    settings.EMBEDDED = False
    refused = sign_in(person.username)
    assert refused.status_code == 200
    assert "_auth_user_id" not in browser.session
    assert "Please enter a correct" in refused.content.decode()
    settings.EMBEDDED = True
    assert sign_in(person.username, next="/password/").status_code == 302

"""Demo accounts: one a role, harmless twice, gone when asked."""

import json

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import User
from grids.models import Role
from grids.services.demo import PASSWORD, close_demo_accounts, open_demo_accounts


def test_every_working_role_has_one_account_that_signs_in(city, rf):
    opened = open_demo_accounts(city)
    working = Role.objects.filter(city=city).exclude(permissions=[]).filter(posts__isnull=False).distinct()
    assert {account.role for account in opened} == set(working)
    for account in opened:
        assert authenticate(rf.post("/"), username=account.user.username, password=PASSWORD) == account.user


def test_opening_twice_changes_nothing(city):
    open_demo_accounts(city)
    before = list(User.objects.order_by("pk").values_list("pk", "password", "is_demo"))
    open_demo_accounts(city)
    assert list(User.objects.order_by("pk").values_list("pk", "password", "is_demo")) == before


def test_closed_accounts_sign_in_no_more(city, rf):
    opened = open_demo_accounts(city)
    close_demo_accounts()
    assert not User.objects.filter(is_demo=True).exists()
    assert authenticate(rf.post("/"), username=opened[0].user.username, password=PASSWORD) is None


def test_outside_the_embedded_default_they_are_refused(city, settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="embedded"):
        call_command("demo_accounts", city=city.slug)
    assert not User.objects.filter(is_demo=True).exists()


def test_the_command_lists_them_for_the_supervisor(city, capsys):
    call_command("demo_accounts", city=city.slug, json=True)
    rows = json.loads(capsys.readouterr().out)
    assert {"role", "username", "password", "place"} == set(rows[0])

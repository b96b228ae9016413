"""What `registers.toml` and `visits.toml` may say; a bad folder is refused with file, place and reason, and whole."""

from __future__ import annotations

import shutil

import pytest

from grids.folder import BadFolder
from grids.models import Rulebook
from grids.selectors import rulebook_in_force, today_in
from grids.services.publishing import publish
from patrols.models import FollowUp, VisitRule
from registers.models import CareKind
from tests.conftest import VILLAGE


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(VILLAGE, tmp_path / "village")


def refused(folder) -> str:
    books = Rulebook.objects.count()
    with pytest.raises(BadFolder) as bad:
        publish(folder)
    assert Rulebook.objects.count() == books
    return str(bad.value)


def test_the_village_looks_after_the_kinds_of_the_rules_by_their_intervals(city):
    book = rulebook_in_force(city, today_in(city))
    kinds = dict(CareKind.objects.filter(rulebook=book).values_list("code", "about"))
    assert list(kinds) == [
        "elderly_high", "key", "ordinary", "mental", "corrections", "released", "hardship", "floating", "household",
    ]  # fmt: skip
    assert kinds["household"] == "home"
    rules = VisitRule.objects.filter(rulebook=book)
    days = {(rule.kind, rule.stability, rule.least_level): rule.every_days for rule in rules}
    assert days == {
        ("elderly_high", "", None): 7, ("key", "", None): 30, ("ordinary", "", None): 90,
        ("mental", "unstable", None): 14, ("mental", "basically", None): 30, ("mental", "stable", None): 90,
        ("mental", "", 3): 14, ("corrections", "", None): 30, ("released", "", None): 30,
        ("hardship", "", None): 30, ("floating", "", None): 30, ("household", "", None): 180,
    }  # fmt: skip
    assert rules.get(kind="elderly_high").after_event_hours == 24
    assert rules.get(kind="released").first_within_days == 7
    assert FollowUp.objects.get(rulebook=book, sign="").item == "070103"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("registers.toml", 'code = "key"', 'code = "Key!"', "registers.toml [[kinds]]:2: code"),
        ("registers.toml", 'code = "key"', 'code = "ordinary"', "stands in line 2 already"),
        ("registers.toml", 'name = "重点对象"', "", "registers.toml [[kinds]]:2: name"),
        ("registers.toml", 'name = "重点对象"', 'name = 5', "must be a text"),
        ("registers.toml", "graded = true", 'graded = "yes"', "must be true or false"),
        ("registers.toml", 'about = "home"', 'about = "ship"', "“ship” is not one of home, person"),
        ("registers.toml", 'about = "home"', 'about = "home"\ngraded = true', "a home has no degree"),
        ("registers.toml", 'about = "home"', 'about = "home"\ncolour = "red"', "colour: is not a known key"),
        ("registers.toml", "[[kinds]]", "[[sorts]]", "sorts"),
        ("registers.toml", "[[kinds]]", "[[kinds", "registers.toml"),
        ("visits.toml", 'kind = "key"', 'kind = "vip"', "visits.toml [[visits]]:2: kind: “vip” is not known"),
        ("visits.toml", "every_days = 90", 'every_days = "90"', "is not a whole number from 1 to 400"),
        ("visits.toml", "every_days = 90", "every_days = 0", "is not a whole number from 1 to 400"),
        ("visits.toml", "every_days = 90", "", "every_days"),
        ("visits.toml", 'stability = "stable"', 'stability = "calm"', "“calm” is not one of"),
        ("visits.toml", "least_level = 3", "least_level = 9", "is not a whole number from 0 to 5"),
        ("visits.toml", 'kind = "key"', 'kind = "key"\nstability = "stable"', "“key” has no degrees"),
        ("visits.toml", 'kind = "key"', 'kind = "elderly_high"', "block 1 speaks of the same already"),
        ("visits.toml", 'kind = "household"', 'kind = "household"\nafter_event_hours = 2', "events happen to people"),
        ("visits.toml", 'sign = "needy"', 'sign = "rich"', "visits.toml [[orders]]:2: sign"),
        ("visits.toml", 'item = "040204"', 'item = "999999"', "“999999” is not known"),
        ("visits.toml", 'item = "040204"', 'item = "0402"', "is a heading of the catalogue"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_whole_with_its_place_and_reason(city, folder, file, old, new, said):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert said in refused(folder)


def test_a_city_without_these_files_keeps_no_registers_and_visits_nobody(city, folder):
    (folder / "registers.toml").unlink()
    (folder / "visits.toml").unlink()
    text = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    book = publish(folder).rulebook
    assert not CareKind.objects.filter(rulebook=book).exists()
    assert not VisitRule.objects.filter(rulebook=book).exists()


def test_visits_to_kinds_that_the_city_does_not_have_are_refused(city, folder):
    (folder / "registers.toml").unlink()
    assert "is not known" in refused(folder)

"""`dispatch_rules.csv`: the next edition where it has changed, refused whole where it is wrong."""

from __future__ import annotations

import shutil

import pytest

from grids.folder import BadFolder
from grids.services.publishing import publish
from tests.conftest import VILLAGE
from workorders.selectors.rules import (
    edition_of,
    rules_in_force,
    rules_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db
HEADER = "category,area,source,days,hours,lead,assistants,joint,valid_from,valid_until,words"


def folder_with(tmp_path, *lines: str):
    shutil.copytree(VILLAGE, tmp_path / "village", dirs_exist_ok=True)
    (tmp_path / "village" / "dispatch_rules.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return tmp_path / "village"


def test_a_folder_loaded_twice_makes_one_edition(city):
    before = edition_of(city)
    publish(VILLAGE)
    assert edition_of(city) == before
    assert [rule.lead.code for rule in rules_in_force(city)][:2] == ["enforcement", "enforcement"]


def test_another_list_in_the_folder_is_the_next_edition_and_the_old_one_stays_readable(city, tmp_path):
    before = edition_of(city)
    publish(folder_with(tmp_path, "06,,,,,housing,,,,,市容环境归住建"))
    after = edition_of(city)
    assert after.edition == before.edition + 1
    assert [rule.words for rule in rules_of(after)] == ["市容环境归住建"]
    assert edition_of(city, before.edition).state == "replaced"
    assert len(rules_of(edition_of(city, before.edition))) == 4


def test_what_the_desk_published_stands_until_the_folder_itself_changes(city, in_force, tmp_path):
    mine = in_force({"lead": "housing"})
    publish(VILLAGE)
    assert edition_of(city) == mine
    loading = publish(folder_with(tmp_path, ",,,,,estates,,,,,"))
    assert edition_of(city).edition > mine.edition
    assert any("made at the desk" in warning.reason for warning in loading.warnings)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("999999,,,,,housing,,,,,", "category"),
        (",nowhere,,,,housing,,,,,", "area"),
        (",,carrier pigeon,,,housing,,,,,", "source"),
        (",,,sundays,,housing,,,,,", "days"),
        (",,,,late,housing,,,,,", "hours"),
        (",,,,06:00-06:00,housing,,,,,", "hour_until"),
        (",,,,,nobody,,,,,", "lead"),
        (",,,,,housing,nobody,,,,", "assistants"),
        (",,,,,housing,housing,,,,", "assistants"),
        (",,,,,housing,,yes,,,", "lead"),
        (",,,,,housing,,perhaps,,,", "joint"),
        (",,,,,housing,,,2026-02-30,,", "valid_from"),
        (",,,,,housing,,,2026-03-01,2026-02-01,", "valid_until"),
    ],
)
def test_a_wrong_row_of_the_folder_is_refused_with_its_line_and_field(city, tmp_path, line, field):
    before = edition_of(city)
    with pytest.raises(BadFolder) as refused:
        publish(folder_with(tmp_path, ",,,,,estates,,,,,", line))
    assert ("dispatch_rules.csv", 3, field) in [(p.file, p.line, p.field) for p in refused.value.problems]
    assert edition_of(city) == before

"""A folder loaded as of an earlier day: the city stands since then, and the folder is as it was."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casework.calendar import Unit
from casework.models import WorkingHours
from casework.selectors import calendar_of
from grids.models import Area, City, Department, Post, Rulebook
from grids.selectors import rulebook_in_force
from tests.cities.breaking import everything, in_text
from tests.conftest import SHANGHAI, VILLAGE

DAY = dt.date(2019, 4, 1)


@pytest.fixture
def folder(tmp_path) -> Path:
    """The village under another name, so that it can be loaded beside the one that stands."""
    folder = Path(shutil.copytree(VILLAGE, tmp_path / "hamlet"))
    in_text("city.toml", 'slug = "village"', 'slug = "hamlet"')(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_city_loaded_as_of_an_earlier_day_stands_since_then(db, folder):
    before = contents(folder)
    call_command("load_city", str(folder), "--as-of", DAY.isoformat())
    city = City.objects.get(slug="hamlet")
    assert rulebook_in_force(city, DAY).effective_from == DAY
    assert set(Area.objects.filter(city=city).values_list("valid_from", flat=True)) == {DAY}
    assert set(Department.objects.filter(city=city).values_list("valid_from", flat=True)) == {DAY}
    assert set(Post.objects.filter(role__city=city).values_list("since", flat=True)) == {DAY}
    assert set(WorkingHours.objects.filter(city=city).values_list("since", flat=True)) == {DAY}
    assert contents(folder) == before


def test_its_calendar_knows_the_holidays_and_make_up_days_of_that_year(db, folder):
    call_command("load_city", folder, as_of=DAY, verbosity=0)
    calendar = calendar_of(City.objects.get(slug="hamlet"))
    assert not calendar.works(dt.date(2019, 10, 4))
    assert calendar.works(dt.date(2019, 10, 12))
    last_day_before_the_break = dt.datetime(2019, 9, 30, 17, 0, tzinfo=SHANGHAI)
    due = calendar.add(last_day_before_the_break, 2, Unit.WORK_HOUR)
    assert due == dt.datetime(2019, 10, 8, 9, 0, tzinfo=SHANGHAI)


def test_a_day_after_the_folders_own_is_refused_and_changes_nothing(db, folder):
    before = everything()
    with pytest.raises(CommandError, match="2026-01-01; a folder holds since that day or an earlier one"):
        call_command("load_city", folder, as_of=dt.date(2026, 1, 2))
    assert everything() == before


def test_what_is_no_day_is_refused(db, folder):
    with pytest.raises(CommandError, match="--as-of"):
        call_command("load_city", str(folder), "--as-of", "spring")


def test_the_past_of_a_city_that_stands_already_is_not_written_anew(city):
    before = everything()
    with pytest.raises(CommandError, match="loaded already, since 2026-01-01"):
        call_command("load_city", VILLAGE, as_of=DAY)
    assert everything() == before
    assert Rulebook.objects.filter(city=city).count() == 1


def test_a_folder_that_is_not_there_is_refused_as_ever(db, tmp_path):
    with pytest.raises(CommandError, match=r"city\.toml: the file is missing"):
        call_command("load_city", tmp_path / "nowhere", as_of=DAY)

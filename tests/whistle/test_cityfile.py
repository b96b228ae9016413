"""`whistle.toml`: whole or not at all, each breakage named with file, place and reason; old whistles keep their rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casework.models import LadderRule, TimeLimit
from casework.selectors import limit_for
from grids.folder import BadFolder
from grids.selectors import rulebook_in_force
from grids.services.publishing import publish
from tests.cities.breaking import everything, in_table, in_text, without
from tests.conftest import MORNING, VILLAGE
from whistle.lifecycle import ARRIVE, CLOCKS, REPLY, SETTLE, SIGN
from whistle.models import Charge, WhistleItem, WhistleKind
from whistle.selectors import rules

pytestmark = pytest.mark.django_db
FILE = "whistle.toml"


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(VILLAGE, tmp_path / "village"))


@pytest.fixture
def rulebook(city):
    return rulebook_in_force(city, MORNING.date())


def of_whistle(old: str, new: str):
    return in_text(FILE, old, new)


def both(*breakages):
    def broken(folder: Path) -> None:
        for breaks in breakages:
            breaks(folder)

    return broken


def role_without(role: str, permission: str):
    """Takes a permission from a role of roles.csv."""

    def broken(folder: Path) -> None:
        path = folder / "roles.csv"
        lines = path.read_text("utf-8").splitlines()
        at = next(place for place, line in enumerate(lines) if line.startswith(f"{role},"))
        assert permission in lines[at]
        lines[at] = lines[at].replace(f" {permission}", "")
        path.write_text("\n".join(lines) + "\n", "utf-8")

    return broken


def cut_from(marker: str):
    """Leaves out all that stands from a marker on."""

    def broken(folder: Path) -> None:
        path = folder / FILE
        text = path.read_text("utf-8")
        assert marker in text
        path.write_text(text.partition(marker)[0], "utf-8")

    return broken


def no_main_leader(folder: Path) -> None:
    of_whistle('seat = "main_leader"\nmain = true', 'seat = "main_leader"\ndepartments = ["parks"]')(folder)


def no_rung(name: str):
    def broken(folder: Path) -> None:
        path = folder / "ladder.csv"
        lines = path.read_text("utf-8").splitlines()
        kept = [line for line in lines if not (line.startswith("whistle.") and f",{name}," in line)]
        path.write_text("\n".join(kept) + "\n", "utf-8")

    return broken


# What is broken, and what the refusal must name: file, place, key, reason.
BREAKAGES = {
    "not TOML": (of_whistle("[[kinds]]", "[[kinds]"), "whistle.toml: "),
    "not UTF-8": (
        lambda folder: (folder / FILE).write_bytes("哨".encode("gb18030")),
        "whistle.toml: ",
    ),
    "an unknown part": (of_whistle("[[kinds]]", "[[sorts]]\n[[kinds]]"), "whistle.toml: sorts: is not a known key"),
    "a part that is no block": (
        lambda folder: (folder / FILE).write_text('kinds = "work"\n', "utf-8"),
        "whistle.toml: kinds: must be blocks",
    ),
    "an unknown key of a kind": (of_whistle("urgent = false", "hurried = false"), "[[kinds]]:1: hurried: is not a known key"),
    "a text for a yes or no": (of_whistle("urgent = false", 'urgent = "no"'), "[[kinds]]:1: urgent: must be true or false"),
    "a yes for a number of days": (
        of_whistle("notice_days = 0", "notice_days = true"), "[[kinds]]:1: notice_days: must be a whole number",
    ),
    "numbers for roles": (
        of_whistle('blown_by = ["party_secretary"', "blown_by = [1"), "[[kinds]]:1: blown_by: ",
    ),
    "no code": (of_whistle('code = "work"', 'code = ""'), "[[kinds]]:1: code"),
    "a code that is no address": (of_whistle('code = "work"', 'code = "工作"'), "[[kinds]]:1: code"),
    "a code too long for a limit's subject": (
        of_whistle('code = "work"', 'code = "work-of-the-street"'), "[[kinds]]:1: code: is longer than 12 signs",
    ),
    "a code given twice": (of_whistle('code = "hard"', 'code = "work"'), "[[kinds]]:2: code: “work” stands in line 1"),
    "a code that begins with another": (
        of_whistle('code = "hard"', 'code = "works"'), "[[kinds]]:2: code: “works” must not begin with",
    ),
    "no name": (of_whistle('name = "工作推进哨"', 'name = ""'), "[[kinds]]:1: name: is empty"),
    "a name too long": (of_whistle('name = "工作推进哨"', f'name = "{"哨" * 41}"'), "[[kinds]]:1: name: is longer"),
    "an unknown role": (of_whistle('"team_member"', '"king"'), "[[kinds]]:1: blown_by: “king” is not a role"),
    "a role named twice": (of_whistle('"team_member"', '"party_secretary"'), "[[kinds]]:1: blown_by: names a role twice"),
    "nobody who may blow": (
        of_whistle('blown_by = ["party_secretary", "office_director", "team_member"]', "blown_by = []"),
        "[[kinds]]:1: blown_by: is empty",
    ),
    "a role that may not blow": (
        of_whistle('"team_member"', '"dispatcher"'),
        "[[kinds]]:1: blown_by: the role “dispatcher” lacks blow_in in roles.csv",
    ),
    "a role whose right was taken in roles.csv": (
        role_without("office_director", "blow_in"), "[[kinds]]:2: blown_by: the role “office_director” lacks blow_in",
    ),
    "a role that may not apply": (
        of_whistle('raised_by = ["community_secretary"]', 'raised_by = ["grid_worker"]'),
        "[[kinds]]:1: raised_by: the role “grid_worker” lacks raise_in",
    ),
    "nobody is called": (of_whistle('calls = "departments"', 'calls = "everybody"'), "[[kinds]]:1: calls: “everybody”"),
    "a growth there is not": (of_whistle('"by_itself"', '"by_magic"'), "[[kinds]]:1: growth: “by_magic”"),
    "a meeting announced a year ahead": (of_whistle("notice_days = 0", "notice_days = 366"), "[[kinds]]:1: notice_days"),
    "an emergency announced days ahead": (
        of_whistle("urgent = false\nnotice_days = 0", "urgent = true\nnotice_days = 1"), "[[kinds]]:1: notice_days: an urgent",
    ),
    "an emergency in working hours": (
        of_whistle("urgent = false", "urgent = true"), "[[kinds]]:1: limits.sign: an urgent kind counts day and night",
    ),
    "no limit for signing in": (of_whistle('sign = "1 work_hour"\n', ""), "[[kinds]]:1: limits.sign: this limit is missing"),
    "no limit for reporting in": (
        of_whistle('\narrive = "3 work_day"', ""), "[[kinds]]:1: limits.arrive: this limit is missing",
    ),
    "no limit for deciding on applications": (
        of_whistle('approve = "1 work_hour"\n', ""), "[[kinds]]:1: limits.approve: this limit is missing",
    ),
    "a word without a limit": (
        both(of_whistle('"by_itself"', '"with_word"'), of_whistle('word = "2 work_hour"\n', "")),
        "[[kinds]]:1: limits.word: this limit is missing",
    ),
    "an unknown clock": (of_whistle('sign = "1', 'sing = "1'), "[[kinds]]:1: limits.sing: is not one of"),
    "an unknown unit": (of_whistle('sign = "1 work_hour"', 'sign = "1 moon"'), "[[kinds]]:1: limits.sign: “moon”"),
    "a limit that is no time": (of_whistle('sign = "1 work_hour"', 'sign = "soon"'), "[[kinds]]:1: limits.sign: “soon”"),
    "a limit of no time": (of_whistle('sign = "1 work_hour"', 'sign = "0 work_hour"'), "limits.sign: must be more than zero"),
    "a limit that is a number": (of_whistle('sign = "1 work_hour"', "sign = 1"), "[[kinds]]:1: limits.sign: “1”"),
    "an item without a name": (of_whistle('name = "无主空地整治"', 'name = ""'), "[[items]]:1: name: is empty"),
    "an item twice": (of_whistle('name = "旱厕改造"', 'name = "无主空地整治"'), "[[items]]:2: name: “无主空地整治” stands in"),
    "an item out of the catalogue": (of_whistle('category = "060101"', 'category = "99"'), "[[items]]:1: category: “99”"),
    "an unknown seat": (of_whistle('seat = "leader2"', 'seat = "throne"'), "[[charges]]:3: seat: “throne” is not known"),
    "no seat": (of_whistle('seat = "leader2"', 'seat = ""'), "[[charges]]:3: seat: is empty"),
    "an unknown department": (of_whistle('"housing"', '"ghosts"'), "[[charges]]:3: departments: “ghosts” is not known"),
    "a charge of nothing": (of_whistle("main = true", "main = false"), "[[charges]]:1: departments: a charge is of some"),
    "a charge of some and of all": (
        of_whistle("main = true", 'main = true\ndepartments = ["housing"]'), "[[charges]]:1: departments: a charge is of some",
    ),
    "a charge given twice": (
        of_whistle('seat = "leader2"', 'seat = "leader"\ndepartments = ["parks"]\n[[charges]]\nseat = "leader2"'),
        "[[charges]]:3: seat: “leader” has this charge in block 2 already",
    ),
    "growth without leaders": (cut_from("[[charges]]"), "[[kinds]]:1: growth: “by_itself” needs the charges of leaders"),
    "growth without a main leader": (no_main_leader, "[[kinds]]:1: growth: “by_itself” needs a main leader"),
    "growth of a whistle to members": (
        of_whistle('calls = "departments"', 'calls = "members"'), "[[kinds]]:1: growth: no leader is in charge of Party members",
    ),
    "growth without a rung": (no_rung("louder"), "needs a rung “louder” on whistle.arrive or whistle.settle"),
    "a clock that never turns red": (
        in_text("ladder.csv", "whistle.contact,any,due,due,red", "whistle.contact,any,late,due,red"),
        "ladder.csv: rung: whistle.contact has limits but no red rung “due” at “due”",
    ),
    "statements that never turn red": (
        in_text("ladder.csv", "whistle.reply,any,due,", "whistle.reply,any,late,"),
        "ladder.csv: rung: whistle.reply has limits but no red rung “due” at “due”",
    ),
    "a rung of an unknown clock": (
        in_text("ladder.csv", "whistle.word,any,reminder", "whistle.sing,any,reminder"),
        "ladder.csv: clock: “whistle.sing” is not a stage of a whistle",
    ),
    "a rung of a bound": (
        in_text("ladder.csv", "whistle.word,any,reminder", "whistle.object,any,reminder"),
        "ladder.csv: clock: “whistle.object” is not a stage of a whistle",
    ),
    "a limit in the wrong file": (
        in_table("time_limits.csv", 2, clock="whistle.sign", condition="x"),
        "time_limits.csv: clock: “whistle.sign” belongs into whistle.toml",
    ),
    "rungs of no whistle in a city that does not whistle": (
        both(without(FILE), in_text("ladder.csv", "whistle.word,any,reminder", "whistle.sing,any,reminder")),
        "ladder.csv: clock: “whistle.sing” is not a stage of a whistle",
    ),
}  # fmt: skip


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_broken_rules_of_whistles_are_refused_by_name_and_leave_no_trace(city, folder, breakage):
    breaks, named = BREAKAGES[breakage]
    breaks(folder)
    before = everything()
    with pytest.raises(BadFolder) as refused:
        publish(folder)
    assert named in str(refused.value)
    assert everything() == before


def test_the_village_has_the_five_kinds_in_the_order_of_its_file(rulebook):
    kinds = list(rules.kinds_of(rulebook))
    assert [kind.code for kind in kinds] == ["work", "hard", "rescue", "units", "members"]
    assert [kind.calls for kind in kinds] == ["departments", "departments", "departments", "units", "members"]
    assert [kind.growth for kind in kinds] == ["by_itself", "with_word", "by_itself", "by_hand", "by_hand"]
    rescue = rules.kind(rulebook, "rescue")
    assert (rescue.urgent, rescue.notice_days, rescue.needs_effort, str(rescue)) == (True, 0, False, "应急哨")
    assert rules.kind(rulebook, "nothing") is None


def test_a_kind_has_its_own_limits_and_leaders_and_simple_matters_theirs(rulebook):
    def told(clock, kind, condition=""):
        limit = limit_for(rulebook, clock, subject=kind, condition=condition)
        return limit.amount, limit.unit

    assert told(SIGN, "work") == (1, "work_hour")
    assert told(SIGN, "rescue") == (0.1667, "urgent_hour")
    assert told(ARRIVE, "work") == (3, "work_day")
    assert told(ARRIVE, "work", "leader") == (1, "work_day")
    assert told(ARRIVE, "hard") == (5, "work_day")
    assert told(ARRIVE, "rescue") == (0.5, "urgent_hour")
    assert told(SETTLE, "work") == (10, "work_day")
    assert told(SETTLE, "work", "simple") == (1, "work_day")
    assert limit_for(rulebook, ARRIVE, subject="another") is None


def test_each_limit_names_the_rule_it_rests_on_or_says_that_it_is_ours(city, folder, rulebook):
    bases = dict(TimeLimit.objects.filter(rulebook=rulebook, subject="work").values_list("clock", "basis"))
    assert bases["whistle.sign"] == "签收 1 个工作时（规则 55）"
    assert bases["whistle.rule"] == "退哨裁定 2 个工作时（本产品默认）"
    of_whistle('sign = "1 work_hour"', 'sign = "3 work_hour"')(folder)
    changed = limit_for(publish(folder).rulebook, SIGN, subject="work")
    assert (changed.amount, changed.basis) == (3, "签收 3 个工作时（本产品默认）")


def test_the_whistle_list_is_numbered_from_one_and_stands_on_the_catalogue(rulebook):
    items = list(rules.items_of(rulebook))
    assert [item.place for item in items] == list(range(1, len(items) + 1))
    assert 14 <= len(items) <= 20
    assert str(items[0]) == "1 无主空地整治"
    assert items[0].category == "060101"


def test_every_clock_of_a_whistle_has_its_ladder_and_the_answers_their_moments(rulebook):
    rungs = LadderRule.objects.filter(rulebook=rulebook, clock__startswith="whistle.")
    told = {(rung.clock, rung.name): rung.moment for rung in rungs}
    assert {clock for clock, name in told if name == "due"} == {*CLOCKS, REPLY}
    assert told[SIGN, "press"] == "due+1work_hour"
    assert (told[ARRIVE, "supervise"], told[ARRIVE, "louder"]) == ("due+0.5urgent_hour", "due+2urgent_hour")
    assert (told[SETTLE, "supervise"], told[SETTLE, "louder"]) == ("due", "due+1work_day")


def test_a_city_without_the_file_does_not_whistle(city, folder, cast):
    without(FILE)(folder)
    rulebook = publish(folder).rulebook
    for model in (WhistleKind, WhistleItem, Charge):
        assert not model.objects.filter(rulebook=rulebook).exists()
    assert not TimeLimit.objects.filter(rulebook=rulebook, clock__startswith="whistle.").exists()
    assert rules.kinds_for(cast.secretary, city) == []
    assert rules.leaders_in_charge(rulebook, city.departments.all()) == []


def test_a_second_load_of_the_same_file_is_the_next_rulebook_with_as_many_rules(city):
    def counts(book):
        return [model.objects.filter(rulebook=book).count() for model in (WhistleKind, WhistleItem, Charge, TimeLimit)]

    first = rulebook_in_force(city, MORNING.date())
    second = publish(VILLAGE).rulebook
    assert second.version == first.version + 1
    assert counts(first) == counts(second)
    assert counts(first)[0] == 5


def test_an_old_whistle_keeps_the_rules_under_which_it_was_blown(city, folder, blow, cast):
    old = blow("work")
    of_whistle('sign = "1 work_hour"', 'sign = "4 work_hour"')(folder)
    of_whistle('["party_secretary", "office_director", "team_member"]', '["office_director"]')(folder)
    publish(folder)
    later = blow("work", by=cast.director)
    assert (old.rulebook.version, later.rulebook.version) == (1, 2)
    assert {clock.amount for clock in old.deadlines.filter(clock=SIGN)} == {1}
    assert {clock.amount for clock in later.deadlines.filter(clock=SIGN)} == {4}
    old.refresh_from_db()
    assert old.sort.blown_by == ["party_secretary", "office_director", "team_member"]
    assert old.bars(cast.secretary, "rate") is False
    assert later.bars(cast.secretary, "rate") is True

"""The schemes of `assessment.toml`: each is checked whole, and becomes the next version where it says something new.

A folder without the file is that of a city which does not assess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container
from typing import Any

from django.utils import translation

import assessment.selectors.measured  # noqa: F401  (registers every measure)
from assessment.cityfile.blocks import FILE, Place, blocks, lines_of, shaped, tell
from assessment.measures import all_measures
from assessment.models import Band, LineAssessor, Scheme
from assessment.plans import BAND, DIMENSION, GROUP, INDICATOR, SCHEME, digest_of
from assessment.reasons import Sort
from assessment.selectors.naming import words_for
from assessment.services.schemes import take_from_folder
from assessment.soundness import flaws_of
from grids.folder import Loading, reads
from grids.models import City, Role

# What else stands in the file; `rules.py` reads it.
OTHERS = {"limits", "rewards", "standards"}
MAY_ENTER = "enter_scores_in"


@reads(90)
def load_schemes(loading: Loading) -> None:
    """The schemes with their dimensions, indicators, bands and groups, and who enters which line."""
    if not (loading.folder / FILE).exists():
        return
    told = loading.toml(FILE)
    lines = lines_of(loading.folder / FILE)
    for key in sorted(told.keys() - OTHERS - {"schemes"}):
        tell(loading, lines, (key,), "is not a known key")
    found = blocks(loading, lines, ("schemes",), told)
    plans = [_plan(loading, lines, ("schemes", number), block) for number, block in enumerate(found)]
    loading.stop_if_wrong()
    _check(loading, lines, plans)
    trusted = [_trusted(loading, lines, number, block) for number, block in enumerate(found)]
    loading.stop_if_wrong()
    _write(loading, plans, trusted)


def _plan(loading: Loading, lines: dict[Place, int], place: Place, block: Any) -> dict[str, Any]:
    """A block as a plan; types only, whether it can be carried out is asked of the whole."""
    plan = shaped(loading, lines, place, block, SCHEME, also={"dimensions", "bands", "groups"})
    held = block if isinstance(block, dict) else {}
    plan["dimensions"] = [
        _dimension(loading, lines, (*place, "dimensions", number), one)
        for number, one in enumerate(blocks(loading, lines, (*place, "dimensions"), held))
    ]
    for name, shape in (("bands", BAND), ("groups", GROUP)):
        plan[name] = [
            shaped(loading, lines, (*place, name, number), one, shape, also=set())
            for number, one in enumerate(blocks(loading, lines, (*place, name), held))
        ]
    return plan


def _dimension(loading: Loading, lines: dict[Place, int], place: Place, block: Any) -> dict[str, Any]:
    row = shaped(loading, lines, place, block, DIMENSION, also={"indicators"})
    held = block if isinstance(block, dict) else {}
    row["indicators"] = [
        shaped(loading, lines, (*place, "indicators", number), one, INDICATOR, also={"assessors"})
        for number, one in enumerate(blocks(loading, lines, (*place, "indicators"), held))
    ]
    return row


def _check(loading: Loading, lines: dict[Place, int], plans: list[dict[str, Any]]) -> None:
    codes = [plan["code"] for plan in plans]
    ranks = loading.made["levels"].keys()
    for number, plan in enumerate(plans):
        place: Place = ("schemes", number)
        if codes.index(plan["code"]) != number:
            tell(loading, lines, (*place, "code"), f"“{plan['code']}” stands here twice")
        _check_levels(loading, lines, place, plan, ranks)
        known = words_for(loading.city, plan["subject"])
        # Reasons of a folder are told in one language, whatever the reader's pages speak.
        with translation.override("en"):
            for at, sentence in flaws_of(plan, measures=all_measures(), holds=known):
                tell(loading, lines, (*place, *at), str(sentence).rstrip("."))
        _check_choices(loading, lines, place, plan)


def _check_levels(
    loading: Loading, lines: dict[Place, int], place: Place, plan: dict[str, Any], ranks: Container[int]
) -> None:
    if plan["board_level"] not in ranks:
        tell(loading, lines, (*place, "board_level"), f"“{plan['board_level']}” is not the rank of a level")
    if plan["level"] and plan["level"] not in ranks:
        tell(loading, lines, (*place, "level"), f"“{plan['level']}” is not the rank of a level")
    elif plan["level"] and plan["level"] <= plan["board_level"]:
        tell(loading, lines, (*place, "level"), "the areas assessed lie below the area whose board it is")


def _check_choices(loading: Loading, lines: dict[Place, int], place: Place, plan: dict[str, Any]) -> None:
    for number, band in enumerate(plan["bands"]):
        if band["colour"] not in Band.Colour.values:
            at = (*place, "bands", number, "colour")
            tell(loading, lines, at, f"“{band['colour']}” is not one of {', '.join(Band.Colour.values)}")


def _trusted(loading: Loading, lines: dict[Place, int], number: int, block: Any) -> list[tuple[str, list[Any]]]:
    """The entered lines of a scheme with the posts that `assessors` names; each post's role must let it enter."""
    found = []
    for place, dimension in enumerate(block.get("dimensions", [])):
        for at, indicator in enumerate(dimension.get("indicators", [])):
            if "assessors" in indicator:
                path: Place = ("schemes", number, "dimensions", place, "indicators", at, "assessors")
                found.append((indicator["code"], _posts(loading, lines, path, indicator)))
    return found


def _posts(loading: Loading, lines: dict[Place, int], path: Place, indicator: dict[str, Any]) -> list[Any]:
    named = indicator["assessors"]
    if indicator.get("sort") != Sort.ENTERED or not isinstance(named, list):
        tell(loading, lines, path, "a list of posts that enter the marks of an entered line")
        return []
    posts = []
    for key in named:
        post = loading.made["posts"].get(key)
        if post is None or not _may_enter(post.role):
            tell(loading, lines, path, f"“{key}” is not a post whose role holds {MAY_ENTER}")
        else:
            posts.append(post)
    return posts


def _may_enter(role: Role) -> bool:
    return MAY_ENTER in role.permissions


def _write(loading: Loading, plans: list[dict[str, Any]], trusted: list[list[tuple[str, list[Any]]]]) -> None:
    begins = loading.rulebook.effective_from.replace(day=1)
    for plan, lines in zip(plans, trusted, strict=True):
        scheme = take_from_folder(
            plan, city=loading.city, rulebook=loading.rulebook, digest=digest_of(plan), begins=begins,
            today=loading.today,
        )  # fmt: skip
        if scheme is not None:
            _entrust(loading.city, plan["code"], lines)
    _warn_of_left_out(loading, {plan["code"] for plan in plans}, loading.today)


def _entrust(city: City, code: str, lines: list[tuple[str, list[Any]]]) -> None:
    """A new version brings its assessors; whom the page has entrusted with a line since stays."""
    for indicator, posts in lines:
        for post in posts:
            LineAssessor.objects.get_or_create(
                city=city, scheme_code=code, indicator_code=indicator, user_id=post.user_id
            )


def _warn_of_left_out(loading: Loading, codes: set[str], today: dt.date) -> None:
    """A scheme that the folder no longer names goes on: its months are owed to those whom it assesses."""
    standing = Scheme.objects.filter(city=loading.city, state=Scheme.State.ACTIVE).exclude(folder_digest="")
    for scheme in standing.exclude(code__in=codes):
        loading.warn(FILE, 0, scheme.code, "is in force and no longer in this file; it goes on assessing")

"""Whether a scheme can be carried out: the same questions for a folder's block and for a draft on the page.

A plan is what a scheme says, as plain values (`plans.py` says of what shape). Each flaw names the place where it stands
and a sentence; nothing here reads the database.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.measures import Measure
from assessment.reasons import Grade, Sort, Subject

Place = tuple[str | int, ...]
Flaw = tuple[Place, str | Promise]
Plan = Mapping[str, Any]

WHOLE: Final = 100.0
# Weights are decimals; what a page rounds is not wrong.
SLACK: Final = 0.001
GRADES: Final = (Grade.TOP, Grade.MIDDLE, Grade.BOTTOM)
# 国办函〔2026〕12号 leaves these two: security work and emergencies.
GROUNDS: Final = ("安保", "应急")
# Sorts whose weights make up the hundred.
WEIGHED: Final = (Sort.RATE, Sort.ENTERED)
_CODE = re.compile(r"^[a-z][a-z0-9_-]*$")
BETWEEN: Final = {
    "window_months": (1, 12), "least": (1, 100), "line": (0.01, 0.99), "certainty": (0.5, 0.99), "bonus_cap": (0, 50),
}  # fmt: skip
LONGEST: Final = {
    "code": 20, "name": 60, "name_en": 120, "basis": 200, "reason": 200, "upper_code": 40, "upper_name": 80,
}  # fmt: skip
LONGEST_OF: Final[dict[str, dict[str, int]]] = {
    "scheme": LONGEST | {"basis": 300},
    "dimensions": LONGEST | {"name": 40, "name_en": 80},
    "bands": LONGEST | {"name": 20, "name_en": 40},
    "groups": LONGEST,
    "indicators": LONGEST,
}


def flaws_of(plan: Plan, *, measures: Mapping[str, Measure], holds: Container[str]) -> Iterator[Flaw]:
    """All that is wrong with a plan; `holds` are the words by which a peer group may name whom it takes."""
    yield from _words((), plan, "scheme")
    yield from _frame(plan)
    yield from _codes(plan, "dimensions")
    yield from _codes(plan, "groups")
    yield from _weights(plan)
    for place, indicator in _indicators(plan):
        yield from _words(place, indicator, "indicators")
        yield from _indicator(place, indicator, plan["subject"], measures)
    yield from _indicator_codes(plan)
    yield from _judged(plan)
    yield from _bands(plan)
    yield from _groups(plan, holds)


def _frame(plan: Plan) -> Iterator[Flaw]:
    if plan["subject"] not in Subject.values:
        yield ("subject",), _("“%(value)s” is not whom a scheme can assess.") % {"value": plan["subject"]}
    if plan["span"] not in {"month", "year"}:
        yield ("span",), _("A scheme assesses each month or each year.")
    for name, (low, high) in BETWEEN.items():
        if not low <= plan[name] <= high:
            yield (name,), _("must lie between %(low)s and %(high)s.") % {"low": low, "high": high}
    if plan["subject"] == Subject.AREA and not plan["level"]:
        yield ("level",), _("A scheme of areas names the level of the areas that it assesses.")
    if plan["subject"] != Subject.AREA and plan["level"]:
        yield ("level",), _("Only a scheme of areas names a level.")


def _words(place: Place, row: Mapping[str, Any], kind: str) -> Iterator[Flaw]:
    """Texts that are there, not too long, and codes of the right signs."""
    for name, most in LONGEST_OF[kind].items():
        if len(row.get(name, "")) > most:
            yield (*place, name), _("is longer than %(most)s signs.") % {"most": most}
    if "code" in row and not _CODE.match(row["code"]):
        words = {"code": row["code"]}
        yield (*place, "code"), _("“%(code)s” is not made of small letters, digits and hyphens.") % words
    if not row["name"].strip():
        yield (*place, "name"), _("is empty.")


def _codes(plan: Plan, rows: str) -> Iterator[Flaw]:
    if not plan[rows]:
        yield (rows,), _("must not be empty.")
    seen: set[str] = set()
    for number, row in enumerate(plan[rows]):
        yield from _words((rows, number), row, rows)
        if row["code"] in seen:
            yield (rows, number, "code"), _("“%(code)s” stands here twice.") % {"code": row["code"]}
        seen.add(row["code"])


def _indicators(plan: Plan) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for number, dimension in enumerate(plan["dimensions"]):
        for place, indicator in enumerate(dimension["indicators"]):
            yield ("dimensions", number, "indicators", place), indicator


def _weights(plan: Plan) -> Iterator[Flaw]:
    """The dimensions make a hundred; the indicators that are on make their dimension."""
    if any(dimension["weight"] < 0 for dimension in plan["dimensions"]):
        yield ("dimensions",), _("A weight is never less than zero.")
    whole = sum(dimension["weight"] for dimension in plan["dimensions"])
    if abs(whole - WHOLE) > SLACK:
        yield ("dimensions",), _("The weights of the dimensions make %(sum)g, not 100.") % {"sum": whole}
    for number, dimension in enumerate(plan["dimensions"]):
        weights = [row["weight"] for row in dimension["indicators"] if row["on"] and row["sort"] in WEIGHED]
        if abs(sum(weights) - dimension["weight"]) > SLACK:
            words = {"dimension": dimension["name"], "sum": sum(weights), "weight": dimension["weight"]}
            yield (
                ("dimensions", number, "weight"),
                _("The indicators of “%(dimension)s” that are on weigh %(sum)g, their dimension %(weight)g.") % words,
            )


def _indicator(place: Place, row: Mapping[str, Any], subject: str, measures: Mapping[str, Measure]) -> Iterator[Flaw]:
    if row["sort"] not in Sort.values:
        yield (*place, "sort"), _("“%(value)s” is not a way to count.") % {"value": row["sort"]}
        return
    yield from _measured(place, row, subject, measures)
    yield from _counted(place, row)
    if not row["on"] and not row["reason"].strip():
        yield (*place, "reason"), _("An indicator that is switched off says why.")


def _measured(place: Place, row: Mapping[str, Any], subject: str, measures: Mapping[str, Measure]) -> Iterator[Flaw]:
    """Its measure is known, counts for those whom the scheme assesses, and may be on."""
    name = row["measure"]
    if row["sort"] == Sort.ENTERED:
        if name:
            yield (*place, "measure"), _("What is entered by the assessment team has no measure.")
        return
    found = measures.get(name)
    if found is None:
        yield (*place, "measure"), _("“%(name)s” is not a known measure.") % {"name": name}
    elif not found.counts_for(subject):
        words = {"name": name, "subject": Subject(subject).label if subject in Subject.values else subject}
        yield (*place, "measure"), _("The measure “%(name)s” cannot be counted for %(subject)s.") % words
    elif row["on"] and found.missing:
        yield (*place, "on"), _("It cannot be switched on yet: %(why)s") % {"why": found.missing}
    elif row["on"] and found.activity and not _says_ground(row["reason"]):
        yield (
            (*place, "reason"),
            _(
                "It counts activity, which 国办函〔2026〕12号 keeps out of scores: "
                "the reason must begin with 安保 (security) or 应急 (emergency) and say more."
            ),
        )


def _says_ground(reason: str) -> bool:
    """The notice's ground and then some words of the city's own."""
    return reason.startswith(GROUNDS) and len(reason.strip()) >= 8


def _counted(place: Place, row: Mapping[str, Any]) -> Iterator[Flaw]:
    if row["sort"] in WEIGHED and row["on"] and row["weight"] <= 0:
        yield (*place, "weight"), _("An indicator that is on weighs more than zero.")
    if row["sort"] not in WEIGHED and row["weight"]:
        yield (*place, "weight"), _("Only shares and entered marks have a weight.")
    if row["sort"] == Sort.RATE and not 0 <= row["zero_at"] < row["full_at"] <= 1:
        yield (*place, "full_at"), _("Full points are given above the share that gives none; both lie within 0 and 1.")
    if row["sort"] == Sort.EACH and (not row["each"] or row["cap"] <= 0):
        yield (*place, "each"), _("Say how many points each one makes, and the most they may come to.")
    if not 0 <= row["most_of_a_kind"] <= 1000:
        yield (*place, "most_of_a_kind"), _("must lie between %(low)s and %(high)s.") % {"low": 0, "high": 1000}


def _indicator_codes(plan: Plan) -> Iterator[Flaw]:
    seen: set[str] = set()
    for place, indicator in _indicators(plan):
        if indicator["code"] in seen:
            yield (*place, "code"), _("“%(code)s” stands here twice.") % {"code": indicator["code"]}
        seen.add(indicator["code"])


def _judged(plan: Plan) -> Iterator[Flaw]:
    """The lowest band is proved by a share that counts."""
    shares = {row["code"] for _place, row in _indicators(plan) if row["on"] and row["sort"] == Sort.RATE}
    if plan["judged_by"] and plan["judged_by"] not in shares:
        yield ("judged_by",), _("“%(code)s” is not a share of this scheme that is on.") % {"code": plan["judged_by"]}


def _bands(plan: Plan) -> Iterator[Flaw]:
    found = {band["grade"]: band for band in plan["bands"]}
    if len(plan["bands"]) != len(GRADES) or set(found) != set(GRADES):
        yield ("bands",), _("A scheme has three bands: top, middle and bottom.")
        return
    for number, band in enumerate(plan["bands"]):
        yield from _words(("bands", number), band, "bands")
    if not WHOLE >= found[Grade.TOP]["least"] > found[Grade.MIDDLE]["least"] > found[Grade.BOTTOM]["least"] == 0:
        yield ("bands",), _("The bands begin from the top at ever fewer points, the lowest at 0.")
    if len({band["colour"] for band in plan["bands"]}) < len(GRADES):
        yield ("bands",), _("Each band has a colour of its own.")


def _groups(plan: Plan, holds: Container[str]) -> Iterator[Flaw]:
    taken: set[str] = set()
    rest = 0
    for number, group in enumerate(plan["groups"]):
        rest += not group["holds"]
        for word in group["holds"]:
            if word not in holds:
                yield ("groups", number, "holds"), _("“%(word)s” is not known.") % {"word": word}
            if word in taken:
                yield ("groups", number, "holds"), _("“%(word)s” is in two groups.") % {"word": word}
            taken.add(word)
    if rest > 1:
        yield ("groups",), _("Only one group may take all the others.")

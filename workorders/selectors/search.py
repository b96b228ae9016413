"""What a person finds by words: numbers, descriptions, places, and a caller's own orders by the whole phone number.

Words are looked up in pairs of signs (migration 0002), so two Chinese signs are enough; marks and spaces do not count.
Within a list of open orders only these are looked at (`OpenOrder`), however many closed ones say the same; over all
orders a search costs what it finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, Model, Q, QuerySet, Value
from django.db.models.functions import Right

from accounts.models import User
from casework.models import Case
from grids import jurisdiction
from grids.models import Post
from grids.phones import SHORTEST_OWN, digits_of, phone_key
from workorders.models import OpenOrder, Reporter, WorkOrder
from workorders.selectors.named import among, few_hits

MOST_WORDS = 6
# What may be a number of an order, or a part of it: GD20261009-00137, 20261009, 137; or of a phone.
NUMBERLIKE = re.compile(r"[A-Z]{0,3}\d[\d-]*", re.ASCII)
TAIL = 5
# A mobile number as people write it down: in three groups, with the country's code, with hyphens.
MOBILE = re.compile(r"[+(]*(?:86)?[\s)-]*1\d{2}[\s-]?\d{4}[\s-]?\d{4}", re.ASCII)


@dataclass(frozen=True)
class Sought:
    """What words find: the orders, and whether they are so many that nobody counts them."""

    holds: Q
    many: bool


def sought(user: User, words: str) -> Q:
    """Orders in which the words are found, closed ones too (`search`)."""
    return search(user, words).holds


def search(user: User, words: str, *, open_only: bool = False) -> Sought:
    """Orders in which each of the words is found; a whole phone number finds its caller's where the person may unmask.

    It narrows what is visible already, and is no leave to see anything. Few hits are read at once and named one by
    one: whatever else a list asks, it can then begin with them. Of a word that is everywhere, any list has many.
    """
    hits = keys_of_hits(user, words, open_only=open_only)
    keys = few_hits(hits)
    return Sought(Q(pk__in=hits) if keys is None else among(keys), many=keys is None)


def keys_of_hits(user: User, words: str, *, open_only: bool = False) -> QuerySet[Any, Any]:
    """The question which orders, or which open ones, hold each of the words."""
    whole = [digits_of(words)] if MOBILE.fullmatch(words.strip()) else words.upper().split()[:MOST_WORDS]
    numbers = [word for word in whole if NUMBERLIKE.fullmatch(word)]
    found: QuerySet[Any] = (OpenOrder.objects if open_only else WorkOrder._base_manager).order_by()
    for word in numbers:
        found = found.filter(pk__in=_of_number(user, word, found.model))
    for word in [word for word in whole if word not in numbers]:
        found = _saying(found, word)
    return found.values_list("pk", flat=True)


def _saying(orders: QuerySet[Any], word: str) -> QuerySet[Any]:
    """Orders, or what is kept of the open ones' words, whose description or place holds the word."""
    of_open = orders.model is OpenOrder
    grams: Any = F("grams")
    if not of_open:
        grams = Func(F("words"), F("place"), function="workorders_grams", output_field=SearchVectorField())
    asked = Func(Value(word), function="workorders_sought", output_field=CharField())
    found = orders.filter(
        Func(grams, asked, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField())
    )
    if len(word) <= 2:
        return found
    # Two pairs may stand apart. As it was typed is cheap to see; marks and spaces between are rare.
    said, place = ("order__words", "order__place") if of_open else ("words", "place")
    typed = Q(**{f"{said}__contains": word}) | Q(**{f"{place}__contains": word})
    return found.filter(typed | _holds(said, word) | _holds(place, word))


def _holds(field: str, word: str) -> Q:
    plain: list[Any] = [Func(given, function="workorders_plain", output_field=CharField())
                        for given in (F(field), Value(word))]  # fmt: skip
    place = Func(*plain, function="strpos", template="%(function)s(%(expressions)s) > 0", output_field=BooleanField())
    return Q(place)


def _of_number(user: User, word: str, among_those: type[Model]) -> QuerySet[Any]:
    """Keys of the orders of which this is the number, its day or its tail; that say it; whose caller's phone it is."""
    cases = Case.objects.order_by()
    tail = word.rpartition("-")[2]
    found = _saying(among_those._base_manager.order_by(), word).values("pk")
    several = [cases.filter(number__startswith=start).values("pk") for start in _starts(word)]
    if tail.isdigit() and len(tail) <= TAIL:
        tailed = cases.alias(tail=Right("number", TAIL)).filter(tail=tail.zfill(TAIL))
        several.append((tailed.filter(number__contains=word) if "-" in word else tailed).values("pk"))
    if len(digits_of(word)) >= SHORTEST_OWN:
        several.append(_of_caller(user, word).values("pk"))
    return found.union(*several, all=True)


def _starts(word: str) -> list[str]:
    """How a number would begin: as it was typed, or with the letters left out; a whole day at least."""
    prefixed = word if word[:1].isalpha() else f"GD{word}"
    return [prefixed] if len(prefixed) >= 8 else []


def _of_caller(user: User, phone: str) -> QuerySet[Case]:
    """The orders of who called from this number, where this person may look behind the mask."""
    where = Q(pk__in=())
    for path in jurisdiction.paths_where(user, "unmask_in"):
        where |= Q(area_path__startswith=path)
    callers = Reporter.objects.filter(phone_key=phone_key(phone)).exclude(phone_key="")
    # Who is complained of, and the department he works for, must not find the complainant by a guessed number.
    own = Post.objects.held().filter(user=user, department__isnull=False).values("department")
    callers = callers.exclude(order__accused_person=user).exclude(order__accused_department__in=own)
    return Case.objects.filter(where, pk__in=callers.values("order")).order_by()

"""A plan becomes a version of a scheme: rows written together, from a folder's block or from a draft's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max

from assessment.models import Band, Dimension, Indicator, PeerGroup, Scheme
from assessment.plans import BAND, DIMENSION, GROUP, INDICATOR, SCHEME
from grids.models import City, Level


def next_version(city: City, code: str) -> int:
    """The number that the next version of a scheme bears."""
    last = Scheme.objects.filter(city=city, code=code).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def write_scheme(plan: Mapping[str, Any], *, city: City, **fields: Any) -> Scheme:
    """The plan as the next version of its scheme; within the caller's transaction, which holds the city."""
    scheme = Scheme(city=city, version=next_version(city, plan["code"]), **fields)
    return say(scheme, plan)


def say(scheme: Scheme, plan: Mapping[str, Any]) -> Scheme:
    """The scheme says what the plan says; parts it had before are replaced (only a draft has any)."""
    levels = {level.rank: level for level in Level.objects.filter(city=scheme.city)}
    for name in SCHEME:
        setattr(scheme, name, levels.get(plan[name]) if name in {"level", "board_level"} else plan[name])
    scheme.save()
    for parts in (scheme.dimensions, scheme.bands, scheme.groups):
        parts.all().delete()
    _write_parts(scheme, plan)
    return scheme


def _write_parts(scheme: Scheme, plan: Mapping[str, Any]) -> None:
    Band.objects.bulk_create(Band(scheme=scheme, **_only(BAND, row)) for row in plan["bands"])
    PeerGroup.objects.bulk_create(
        PeerGroup(scheme=scheme, place=place, **_only(GROUP, row)) for place, row in enumerate(plan["groups"], 1)
    )
    dimensions = Dimension.objects.bulk_create(
        Dimension(scheme=scheme, place=place, **_only(DIMENSION, row))
        for place, row in enumerate(plan["dimensions"], 1)
    )
    Indicator.objects.bulk_create(
        Indicator(dimension=dimension, place=place, **_only(INDICATOR, row))
        for dimension, said in zip(dimensions, plan["dimensions"], strict=True)
        for place, row in enumerate(said["indicators"], 1)
    )


def _only(names: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in names}

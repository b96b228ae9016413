"""Invented pictures for invented reports: plain tiles, one colour a kind, lighter once the matter is settled."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw

from workorders.simulation.kinds import KINDS, Kind

SIZE = (480, 360)


def before(kind: Kind) -> bytes:
    """A picture of the matter as it was found."""
    return _tile(KINDS.index(kind), settled=False)


def after(kind: Kind) -> bytes:
    """A picture of the same place once it is done."""
    return _tile(KINDS.index(kind), settled=True)


@cache
def _tile(number: int, *, settled: bool) -> bytes:
    ground = (214, 222, 228) if settled else (172, 176, 170)
    picture = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 250, *SIZE), fill=(150, 156, 160) if settled else (120, 122, 118))
    for place in range(0 if settled else 9):
        left, top = 40 + place * 47 % 380, 170 + place * 31 % 110
        shade = (90 + number * 14 % 120, 70 + place * 9, 60 + number * 7)
        draw.polygon([(left, top), (left + 46, top + 12), (left + 34, top + 48), (left - 8, top + 36)], fill=shade)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()

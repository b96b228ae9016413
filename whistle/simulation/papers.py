"""A scanned agreement, invented: a sheet with lines and two seals."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageDraw

SIZE = (480, 680)


@cache
def agreement() -> bytes:
    """The sheet as a JPEG picture."""
    sheet = Image.new("RGB", SIZE, (250, 249, 244))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((120, 50, 360, 66), fill=(70, 72, 76))
    for line in range(16):
        draw.rectangle((50, 110 + line * 26, 430 if line % 5 else 320, 116 + line * 26), fill=(170, 172, 176))
    for left in (80, 290):
        draw.ellipse((left, 560, left + 90, 650), outline=(190, 60, 52), width=5)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70)
    return out.getvalue()

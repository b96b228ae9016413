"""What a page says, for tests of the boards' pages."""

from __future__ import annotations

import re


def text(answer) -> str:
    """Its words, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

"""What a scheme says, as plain values: the shape that a folder's block, a draft's page and a stored scheme share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

# Each field with what is meant where it is not given.
SCHEME: Final[dict[str, Any]] = {
    "code": "", "name": "", "name_en": "", "basis": "", "subject": "", "level": 0, "board_level": 0, "span": "month",
    "window_months": 3, "least": 5, "judged_by": "", "line": 0.85, "certainty": 0.6, "bonus_cap": 10.0,
    "published": True,
}  # fmt: skip
DIMENSION: Final[dict[str, Any]] = {"code": "", "name": "", "name_en": "", "weight": 0.0}
INDICATOR: Final[dict[str, Any]] = {
    "code": "", "name": "", "name_en": "", "measure": "", "sort": "rate", "weight": 0.0, "up": True, "zero_at": 0.0,
    "full_at": 1.0, "each": 0.0, "cap": 0.0, "most_of_a_kind": 0, "mixed": False, "on": True, "reason": "",
    "basis": "", "upper_code": "", "upper_name": "",
}  # fmt: skip
BAND: Final[dict[str, Any]] = {"grade": "", "colour": "", "name": "", "name_en": "", "least": 0.0}
GROUP: Final[dict[str, Any]] = {"code": "", "name": "", "name_en": "", "holds": []}
# The blocks of a scheme.
PARTS: Final[dict[str, dict[str, Any]]] = {"dimensions": DIMENSION, "bands": BAND, "groups": GROUP}


def digest_of(plan: Mapping[str, Any]) -> str:
    """Tells one plan from another."""
    said = json.dumps(plan, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()

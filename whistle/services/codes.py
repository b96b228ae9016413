"""The code shown on site: four digits that change, reckoned from the whistle's number and the hour; kept nowhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings

from casework.moment import now
from whistle.models import Whistle

LASTS = dt.timedelta(minutes=20)
DIGITS = 10_000


def current_code(whistle: Whistle) -> tuple[str, dt.datetime]:
    """The code to show now, and the moment at which the next one takes its place."""
    turn = _turn(now())
    return _code(whistle, turn), dt.datetime.fromtimestamp((turn + 1) * LASTS.total_seconds(), dt.UTC)


def is_code(whistle: Whistle, said: str) -> bool:
    """Whether somebody said the code of now, or the one just before: he may have read it a moment ago."""
    turn = _turn(now())
    codes = [_code(whistle, turn), _code(whistle, turn - 1)]
    return any(hmac.compare_digest(code.encode(), said.strip().encode()) for code in codes)


def _turn(at: dt.datetime) -> int:
    return int(at.timestamp() // LASTS.total_seconds())


def _code(whistle: Whistle, turn: int) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"whistle {whistle.number} {turn}".encode(), hashlib.sha256)
    return f"{int(digest.hexdigest(), 16) % DIGITS:04d}"

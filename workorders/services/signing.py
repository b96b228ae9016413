"""How two systems prove what they send: HMAC-SHA256 over method, path, time, a word used once, and the body."""

from __future__ import annotations

import hashlib
import hmac

KEY, TIMESTAMP, NONCE, SIGNATURE = "X-Gw-Key", "X-Gw-Timestamp", "X-Gw-Nonce", "X-Gw-Signature"


def signature(secret: str, *, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of one request; `path` with its query, as it stands in the request line."""
    said = "\n".join([method.upper(), path, timestamp, nonce, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Compared in constant time, whatever characters were sent."""
    return hmac.compare_digest(one.encode(), other.encode())

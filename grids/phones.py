"""Phone numbers: masked for pages, and as a keyed hash by which a caller is known again without his number."""

from __future__ import annotations

import unicodedata

from django.utils.crypto import salted_hmac

SHOWN_BEFORE, SHOWN_AFTER, SHORTEST = 3, 2, 8
# A service number (12345, 110) names nobody; a Chinese number has at least seven digits.
SHORTEST_OWN = 7
SALT = "gridwhistle.phone"


def digits_of(phone: object) -> str:
    """The digits of a number as it is dialled at home: full-width ones too, +86 left out."""
    text = unicodedata.normalize("NFKC", str(phone or ""))
    digits = "".join(sign for sign in text if sign.isascii() and sign.isdigit())
    digits = digits.removeprefix("00") if digits.startswith("0086") else digits
    return digits[2:] if len(digits) == 13 and digits.startswith("861") else digits


def masked(phone: object) -> str:
    """138****78; of a number too short to hide anything, nothing is shown."""
    digits = digits_of(phone)
    if not digits:
        return ""
    if len(digits) < SHORTEST:
        return "****"
    return f"{digits[:SHOWN_BEFORE]}****{digits[-SHOWN_AFTER:]}"


def phone_key(phone: object) -> str:
    """A hash of the digits under the house's own key; empty for what is nobody's number.

    Eleven digits are soon tried out: without the key (derived from SECRET_KEY) the hash tells nothing.
    """
    digits = digits_of(phone)
    if len(digits) < SHORTEST_OWN:
        return ""
    return salted_hmac(SALT, digits, algorithm="sha256").hexdigest()

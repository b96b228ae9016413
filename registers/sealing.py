"""Sealing what could name a person: encrypted at rest, found again by keyed hashes. Masks for pages: `masks.py`.

Keys come from the setting REGISTER_KEYS: the first seals, all open (docs/operations.md, “The registers' keys”).
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

from grids.phones import digits_of

# What of a person is sealed, with a key to find him by.
OF_A_PERSON: Final = ("name", "phone", "id_number", "birth_date")
DERIVED_FOR: Final = b"gridwhistle registers, embedded default"
# Signs between the parts of a name that are written in many ways.
DOTS: Final = "·•・‧．.∙"


class Unreadable(Exception):
    """A sealed text that none of the keys opens: one of REGISTER_KEYS is missing."""


def seal(text: str) -> str:
    """The text as a token that only the keys open; nothing stays nothing."""
    return _keys().encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a token; nothing stays nothing."""
    if not token:
        return ""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable("a sealed text cannot be opened: is one of REGISTER_KEYS missing?") from None


def reseal(token: str) -> str:
    """The same text under the first key."""
    return seal(unseal(token))


def key_of(field: str, text: object) -> str:
    """A hash of a field's text under the house's own key, by which it is found and not read; empty for nothing.

    Eleven digits are soon tried out: without the key (derived from SECRET_KEY) the hash tells nothing, and each field
    has a salt of its own, so that no column can be compared with another.
    """
    plain = normal(field, text)
    if not plain:
        return ""
    return salted_hmac(f"gridwhistle.registers.{field}", plain, algorithm="sha256").hexdigest()


def normal(field: str, text: object) -> str:
    """A text as it is compared: full-width signs, blanks and letter case make no difference."""
    if field == "phone":
        return digits_of(text)
    plain = unicodedata.normalize("NFKC", str(text or "")).casefold()
    return "".join(sign for sign in plain if not sign.isspace() and not (field == "name" and sign in DOTS))


def sealed_columns(said: Mapping[str, str]) -> dict[str, str]:
    """For each field its two columns: the token, and the key to find it by."""
    columns = {}
    for field, text in said.items():
        columns[f"{field}_sealed"] = seal(text)
        columns[f"{field}_key"] = key_of(field, text)
    return columns


def keys_given() -> list[str]:
    """The keys of the setting; on the embedded default, without any, one derived from SECRET_KEY."""
    given = [key.strip() for key in settings.REGISTER_KEYS if key.strip()]
    if given or not settings.SECURE_PLAIN_HTTP:
        return given
    return [_derived(settings.SECRET_KEY)]


def _keys() -> MultiFernet:
    given = tuple(keys_given())
    if not given:
        raise ImproperlyConfigured("REGISTER_KEYS is not set: nothing can be sealed (docs/operations.md).")
    return _built(given)


@lru_cache(maxsize=4)
def _built(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=4)
def _derived(secret: str) -> str:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=DERIVED_FOR)
    return base64.urlsafe_b64encode(derive.derive(secret.encode())).decode()

"""What a name, a phone number, an ID number (GB 11643) and a birthday must be like; each refusal is a sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.phones import digits_of

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS: Final = "10X98765432"
LONGEST_NAME: Final = 40
# Between the parts of a name (买买提·艾力, Anne-Marie, O’Hara).
NAME_SIGNS: Final = " ·•・‧．.-'’"
OLDEST: Final = 130
_ID_NUMBER = re.compile(r"^[0-9]{17}[0-9X]$")
# A mobile number, or a fixed one with or without its area code.
_PHONE = re.compile(r"^(1[0-9]{10}|0[0-9]{9,11}|[2-9][0-9]{6,7})$")
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")


def clean_name(text: str) -> str:
    """A name as it is kept."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("A name has at most %(most)s signs.") % {"most": LONGEST_NAME})
    if any(not (sign.isalpha() or sign in NAME_SIGNS) for sign in name):
        raise ValidationError(_("A name is made of letters, without digits and other signs."))
    return name


def clean_phone(text: str) -> str:
    """The digits of a phone number as it is dialled here."""
    digits = digits_of(text)
    strange = any(sign.isalpha() for sign in unicodedata.normalize("NFKC", text))
    if text.strip() and (strange or not _PHONE.match(digits)):
        raise ValidationError(_("This is no phone number: eleven digits, or a fixed line with its area code."))
    return digits


def clean_id_number(text: str) -> str:
    """The eighteen signs of an ID number; its date and its check sign must be right."""
    number = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not number:
        return ""
    if not _ID_NUMBER.match(number):
        raise ValidationError(_("An ID number has 18 signs: 17 digits, and a digit or X at the end."))
    if CHECK_SIGNS[sum(int(sign) * weight for sign, weight in zip(number, WEIGHTS, strict=False)) % 11] != number[17]:
        raise ValidationError(_("The last sign of this ID number does not fit the others: one of them is wrong."))
    birth_date_in(number)
    return number


def birth_date_in(number: str) -> dt.date:
    """The birthday that an ID number holds."""
    try:
        date = dt.datetime.strptime(number[6:14], "%Y%m%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        date = None
    if date is None or not _lived(date):
        raise ValidationError(_("The birthday in this ID number is no day on which a living person was born."))
    return date


def clean_birth_date(text: str) -> dt.date | None:
    """A birthday, written 1946-05-02, 1946/5/2, 1946年5月2日 or 19460502."""
    plain = unicodedata.normalize("NFKC", text).strip().partition(" ")[0]
    if not plain:
        return None
    match = _DATE.match(plain)
    try:
        date = dt.date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        date = None
    if date is None or not _lived(date):
        raise ValidationError(_("This is no birthday like 1946-05-02."))
    return date


def _lived(date: dt.date) -> bool:
    today = timezone.localdate()
    return today.year - OLDEST <= date.year and date <= today

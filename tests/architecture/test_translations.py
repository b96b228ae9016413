"""Every sentence that the house says has its Chinese: none missing, none fuzzy, the same placeholders.

Extracted with Babel, not with GNU gettext, so that it runs on a bare machine.
"""

import io
import re
from functools import cache

import polib
import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, modules

CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Where a message stands: its context and its (first) English words.
Key = tuple[str, str]
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\-+ ]*[\d.]*[a-z]|%[sd]|\{\w*\}")


@cache
def said() -> dict[Key, str]:
    """Every message of our Python and templates, with a place where it is said."""
    found: dict[Key, str] = {}
    for source in modules():
        found |= _messages(source.text, source.name)
    for folder in ("templates", *{source.app for source in modules()}):
        for kind in ("*.html", "*.txt"):
            for file in sorted((ROOT / folder).rglob(kind)):
                name = file.relative_to(ROOT).as_posix()
                code = templatize(file.read_text(encoding="utf-8"), origin=name)
                found |= _messages(f"(\n{code}\n)", name)  # templatize indents as the template does
    return found


def _messages(code: str, name: str) -> dict[Key, str]:
    told = extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    found = {}
    for line, message, _comments, context in told:
        words = message[0] if isinstance(message, tuple) else message
        if words:
            found[context or "", words] = f"{name}:{line}"
    return found


@cache
def translated() -> dict[Key, polib.POEntry]:
    entries = polib.pofile(str(CATALOGUE))
    return {(entry.msgctxt or "", entry.msgid): entry for entry in entries if not entry.obsolete}


def wordings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_the_extraction_sees_python_and_templates():
    """A test that reads nothing would pass for ever."""
    places = " ".join(said().values())
    assert len(said()) > 100
    assert "casework/services/doors.py" in places
    assert "templates/base.html" in places


def test_every_sentence_is_translated():
    missing = [f"{place} {key[1]!r}" for key, place in said().items() if key not in translated()]
    assert missing == [], f"{len(missing)} missing"


def test_no_translation_is_empty_or_fuzzy():
    asked = [translated()[key] for key in said() if key in translated()]
    bad = [entry.msgid for entry in asked if entry.fuzzy or not all(wordings(entry))]
    assert bad == []


def test_every_translation_holds_the_placeholders_of_its_sentence():
    different = [
        f"{entry.msgid!r} → {wording!r}"
        for key, entry in translated().items()
        if key in said()
        for wording in wordings(entry)
        if not _fits(entry, wording)
    ]
    assert different == []


def _fits(entry: polib.POEntry, wording: str) -> bool:
    """A plural's one Chinese form may leave out nothing that the English plural says."""
    english = {*PLACEHOLDER.findall(entry.msgid)} | {*PLACEHOLDER.findall(entry.msgid_plural)}
    return {*PLACEHOLDER.findall(wording)} == english


def test_the_catalogue_has_every_message_once():
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]
    keys = [(entry.msgctxt, entry.msgid) for entry in entries]
    assert sorted({key[1] for key in keys if keys.count(key) > 1}) == []


@pytest.mark.parametrize("mark", ["请", "。"])
def test_the_translations_are_chinese(mark):
    """Nobody has merged the English words as their own translation."""
    assert any(mark in wording for entry in translated().values() for wording in wordings(entry))

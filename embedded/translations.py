"""Compiles locale/**/django.po to .mo, without GNU gettext; `python -m embedded.translations` does it by hand."""

import os
import sys
from pathlib import Path

import polib

from embedded.refusals import TREE, Refused, refusing


def compile_translations(tree: Path = TREE) -> int:
    """How many catalogues were compiled; those that are newer than their source are left alone."""
    outdated = [source for source in sorted(tree.glob("locale/*/LC_MESSAGES/*.po")) if _is_outdated(source)]
    for source in outdated:
        _compile(source)
    return len(outdated)


def _is_outdated(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    try:
        catalogue = polib.pofile(str(source))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{source} cannot be read as a catalogue of translations: {error} (翻译文件有误)") from None
    # Renamed into place: another process may be reading the old one.
    beside = source.with_suffix(f".mo.{os.getpid()}")
    catalogue.save_as_mofile(str(beside))
    beside.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    sys.exit(refusing(lambda: print(f"{compile_translations()} compiled") or 0))

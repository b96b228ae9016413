import gettext
import os

import pytest

from embedded.refusals import Refused
from embedded.translations import compile_translations

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Accept"
msgstr "受理"

#, fuzzy
msgid "Dispatch"
msgstr "也许"
"""


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(CATALOGUE)
    return file


def test_a_catalogue_is_compiled_without_its_fuzzy_entries(tmp_path, source):
    assert compile_translations(tmp_path) == 1
    with open(source.with_suffix(".mo"), "rb") as compiled:
        found = gettext.GNUTranslations(compiled)
    assert found.gettext("Accept") == "受理"
    assert found.gettext("Dispatch") == "Dispatch"


def test_it_is_compiled_again_only_when_it_has_changed(tmp_path, source):
    compile_translations(tmp_path)
    assert compile_translations(tmp_path) == 0
    os.utime(source, ns=(source.stat().st_atime_ns, source.with_suffix(".mo").stat().st_mtime_ns + 1))
    assert compile_translations(tmp_path) == 1


def test_a_catalogue_that_cannot_be_read_is_named(tmp_path, source):
    source.write_text('msgid "Accept"\nand then something else')
    with pytest.raises(Refused, match=r"django\.po"):
        compile_translations(tmp_path)

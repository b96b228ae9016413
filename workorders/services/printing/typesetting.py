"""Sets a paper as PDF with typst, and finds the font to set it in. What a paper says is `selectors/papers.py`."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from casework.refusals import Refusal

FORM = Path("templates") / "workorders" / "papers" / "paper.typ"
# A package of the production lock, or Debian's fonts-wqy-microhei where somebody leaves that package out.
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
DEBIAN_FONTS = "/usr/share/fonts/truetype/wqy"


class NoFont(Refusal):
    """The house cannot print Chinese as it was set up."""

    status = 503
    code = "no_font"


def set_as_pdf(said: dict[str, Any], form: Path = FORM) -> bytes:
    """The paper as PDF; people's words go in as data, so nothing of them is taken for markup."""
    pdf = typst.compile(
        str(Path(settings.BASE_DIR) / form), font_paths=font_folders(), ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
    )  # fmt: skip
    if not isinstance(pdf, bytes):
        raise TypeError("one paper is one PDF")
    return pdf


def font_folders() -> list[str]:
    """Where Chinese fonts lie: the office's own folder first (PAPER_FONTS), then the package's, then Debian's."""
    own = [settings.PAPER_FONTS] if settings.PAPER_FONTS else []
    found = [folder for folder in [*own, *_of_package(), DEBIAN_FONTS] if Path(folder).is_dir()]
    if not found:
        raise NoFont(
            _("Papers cannot be printed here: no Chinese font was found. Install the Python package "
              "“pylopdf-fonts-zh-cn” or Debian's “fonts-wqy-microhei”, or name a folder with fonts, PAPER_FONTS.")
        )  # fmt: skip
    return found


def _of_package() -> list[str]:
    found = importlib.util.find_spec(FONT_PACKAGE)
    return [str(Path(found.origin).parent)] if found and found.origin else []

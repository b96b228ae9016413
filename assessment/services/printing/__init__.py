"""Sets one paper as DOCX (for an office that goes on editing it), PDF or XLSX: the same data, the same figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from assessment.document import Document
from assessment.services.printing.sheets import as_sheet
from assessment.services.printing.typesetting import as_pdf
from assessment.services.printing.words import as_words
from casework.refusals import NotFound

OFFICE: Final = "application/vnd.openxmlformats-officedocument"
FORMS: Final[dict[str, tuple[Callable[[Document], bytes], str]]] = {
    "docx": (as_words, f"{OFFICE}.wordprocessingml.document"),
    "pdf": (as_pdf, "application/pdf"),
    "xlsx": (as_sheet, f"{OFFICE}.spreadsheetml.sheet"),
}


@dataclass(frozen=True)
class Printed:
    """A file as it is handed over."""

    content: bytes
    content_type: str


def printed(document: Document, form: str) -> Printed:
    """The paper in one of its forms; refused is a form that there is not."""
    if form not in FORMS:
        raise NotFound(_("There is no such form of this paper."))
    setting, content_type = FORMS[form]
    return Printed(setting(document), content_type)

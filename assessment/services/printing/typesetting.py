"""A paper as PDF. How it looks is `templates/assessment/papers/paper.typ`; the fonts are those of all papers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from assessment.document import Document
from workorders.services.printing.typesetting import set_as_pdf

FORM: Final = Path("templates") / "assessment" / "papers" / "paper.typ"


def as_pdf(document: Document) -> bytes:
    """The paper as PDF, A4, as GB/T 9704 sets an office's papers."""
    form = {**document.form, "foot": document.foot, "language": "zh" if document.chinese else "en"}
    return set_as_pdf({**document.data, "form": form}, FORM)

"""What of an order can be printed: `{% papers_of order user as papers %}`, for the links of its page."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from workorders.services.printing import may_archive

register = template.Library()


@dataclass(frozen=True)
class PaperLink:
    """A link to one paper; a saved one leaves no page open."""

    label: str
    url: str
    saved: bool = False


@register.simple_tag
def papers_of(order, user, branches) -> list[PaperLink]:
    """The slip once a department has it, a letter for each press, the archive for who files it."""
    number, links = order.number, []
    if order.department_id:
        links.append(PaperLink(_("Dispatch slip"), reverse("slip", args=[number])))
    for place, press in enumerate(branches.presses, 1):
        label = _("Supervision letter: %(level)s") % {"level": press["level_label"]}
        links.append(PaperLink(label, reverse("letter", args=[number, place])))
    if may_archive(order, user):
        links.append(PaperLink(_("Whole case as archive (ZIP)"), reverse("archive", args=[number]), saved=True))
    return links

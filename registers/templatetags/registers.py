"""How pages name the fields that somebody looked at or changed."""

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registers.models import Look

register = template.Library()
WORDS = {
    "name": pgettext_lazy("person", "Name"),
    "phone": _("Phone"), "id_number": _("ID number"), "birth_date": _("Birthday"),
    "door": _("Door"), "building": _("Building"), "kind": _("Kind of home"), "home_kind": _("Kind of home"),
    "lng": _("Place on the map"), "lat": _("Place on the map"), "care": _("Care"), "home": _("Home"),
}  # fmt: skip


@register.filter
def fields_shown(look: Look) -> str:
    """The fields of a look in words, each once."""
    return "、".join(dict.fromkeys(str(WORDS.get(field, field)) for field in look.fields))


@register.filter
def field_shown(field: str) -> str:
    """One field in words."""
    return str(WORDS.get(field, field))

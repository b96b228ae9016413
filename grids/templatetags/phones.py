"""Phone numbers on pages: masked, except to whom may see them."""

from django import template

register = template.Library()
SHOWN_BEFORE, SHOWN_AFTER, SHORTEST = 3, 4, 8


@register.filter
def masked(phone: str) -> str:
    """138****5678; of a number too short to hide anything, nothing is shown."""
    digits = "".join(sign for sign in str(phone or "") if sign.isdigit())
    if not digits:
        return ""
    if len(digits) < SHORTEST:
        return "****"
    return f"{digits[:SHOWN_BEFORE]}****{digits[-SHOWN_AFTER:]}"

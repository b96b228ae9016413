"""What every page shows around its own content."""

from casework.moment import now


def page(request) -> dict:
    """Navigation and the clock of the page's head."""
    return {"now": now()}

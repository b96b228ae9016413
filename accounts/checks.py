"""What must not be true when the house starts in production."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from accounts.models import User


@register(Tags.security, deploy=True)
def no_demo_account_in_production(app_configs, databases=None, **kwargs) -> list[Error]:
    """Demo accounts have published passwords: they exist on the embedded default alone (asked by `config.wsgi` too)."""
    if settings.EMBEDDED:
        return []
    try:
        demo = list(User.objects.filter(is_demo=True).values_list("username", flat=True)[:5])
    except DatabaseError:
        return []  # not migrated yet: there is no account at all
    if not demo:
        return []
    return [
        Error(
            f"Demo accounts exist: {', '.join(demo)}.",
            hint="Remove them with `manage.py demo_accounts --remove` before a production start.",
            id="accounts.E001",
        )
    ]

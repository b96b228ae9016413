"""一张网: who lives where, and who needs looking after. Begun with people and homes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "registers"
    verbose_name = _("registers")

    def ready(self) -> None:
        from registers import checks, receivers  # noqa: F401  (registering is what importing them does)

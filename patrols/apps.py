"""巡查: what is walked and looked at, and the phone in the grid worker's hand."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolsConfig(AppConfig):
    name = "patrols"
    verbose_name = _("patrols")

    def ready(self) -> None:
        from patrols import receivers  # noqa: F401  (registering is what importing it does)

"""考核: what was done is counted, weighed fairly, shown to whom it concerns, appealed against, and made final."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("assessment")

    def ready(self) -> None:
        import_module("assessment.selectors.measured")

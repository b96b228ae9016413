"""吹哨报到: what one street cannot settle alone, it whistles for, and departments report in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WhistleConfig(AppConfig):
    name = "whistle"
    verbose_name = _("whistles")

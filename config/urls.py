"""Every address of the house."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("api/", include("config.api")),
    path("", include("insight.urls")),
    path("", include("grids.urls")),
    path("", include("casework.urls")),
    path("", include("accounts.urls")),
    path("", include("workorders.urls")),
    path("", include("whistle.urls")),
    path("", include("patrols.urls")),
    path("", include("registers.urls")),
    path("", include("assessment.urls")),
]

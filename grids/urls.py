"""Addresses of the ground. One address takes every change of a place or a post."""

from django.urls import path

from grids.views import departments, duty, organisation, posts, residents

urlpatterns = [
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/<slug:code>/", organisation.area, name="area"),
    path("organisation/<slug:code>/gaps/", organisation.gaps, name="gaps"),
    path("organisation/<slug:code>/<slug:change>/", organisation.change_area, name="change_area"),
    path("departments/<slug:code>/", departments.department, name="department"),
    path("departments/<slug:code>/<slug:change>/", departments.change_department, name="change_department"),
    path("posts/<int:key>/<slug:change>/", posts.change_post, name="change_post"),
    path("duty/", duty.duty, name="duty"),
    path("duty/<slug:code>/", duty.duty_of, name="duty_of"),
    path("grids/<slug:code>/", residents.grid, name="grid"),
]

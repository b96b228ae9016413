"""Addresses of the work order. One address takes every step."""

from django.urls import path

from workorders.views import desk, orders, photos, reports, start

urlpatterns = [
    path("", start.start, name="start"),
    path("home/", start.home, name="home"),
    path("orders/", desk.desk, name="desk"),
    path("orders/new/", reports.report, name="report"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/unmask/", orders.unmask, name="unmask"),
    path("orders/<slug:number>/<slug:step>/", orders.step, name="step"),
    path("photos/<uuid:key>/", photos.photo, name="photo"),
]

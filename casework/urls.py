"""The working calendar and the state of the house."""

from django.urls import path

from casework import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/day/", views.enter_day, name="calendar_day"),
    path("calendar/paste/", views.paste_days, name="calendar_paste"),
    path("calendar/remove/", views.remove_day, name="calendar_remove"),
    path("status/", views.status, name="status"),
]

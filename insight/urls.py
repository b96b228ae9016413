"""The moving map and what it asks for."""

from django.urls import path

from insight import views

urlpatterns = [
    path("map/", views.map_page, name="map"),
    path("map/areas.json", views.map_areas, name="map_areas"),
    path("map/counts.json", views.map_counts, name="map_counts"),
    path("map/points.json", views.map_points, name="map_points"),
]

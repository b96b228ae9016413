"""Where, and who answers for it: cities, areas, departments, posts, and `jurisdiction`."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    name = "grids"

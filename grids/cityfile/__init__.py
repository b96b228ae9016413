"""The ground's part of a city folder, a module a file: `city.toml`, areas, departments, roles and posts."""

from grids.cityfile import areas, city, departments, posts

__all__ = ["areas", "city", "departments", "posts"]

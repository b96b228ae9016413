"""The work order's part of a city folder, a file a module."""

from workorders.cityfile import categories, rules, sources

__all__ = ["categories", "rules", "sources"]

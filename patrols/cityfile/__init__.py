"""The part of a city folder that speaks of patrols: `points.py` reads `patrols.toml`, `visits.py` `visits.toml`."""

from patrols.cityfile import points, visits

__all__ = ["points", "visits"]

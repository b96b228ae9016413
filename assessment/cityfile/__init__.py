"""The assessment's part of a city folder, `assessment.toml`: `schemes.py` reads the schemes, `rules.py` the rest."""

from assessment.cityfile import rules, schemes

__all__ = ["rules", "schemes"]

"""The state diagrams in the docs are those of the code."""

from pathlib import Path

from casework.management.commands.draw_lifecycles import drawn


def test_the_drawn_lifecycles_are_the_ones_the_code_obeys():
    page = Path(__file__).parents[2] / "docs" / "lifecycles.md"
    assert page.read_text("utf-8").strip() == drawn().strip()

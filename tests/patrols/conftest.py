"""What the tests of walks share besides `walking.py`."""

import pytest
from django.utils import translation


@pytest.fixture
def english():
    """The sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield

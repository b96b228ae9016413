"""The folders of the five places and of the village, read once a module."""

import pytest

from tests.cities.folders import COUNTS, folder_of


@pytest.fixture(scope="module", params=[*COUNTS, "village"])
def place(request):
    return folder_of(request.param)


@pytest.fixture(scope="module")
def hongqiao():
    return folder_of("hongqiao")


@pytest.fixture(scope="module")
def xingdian():
    return folder_of("xingdian")


@pytest.fixture(scope="module")
def pingchang():
    return folder_of("pingchang")


@pytest.fixture(scope="module")
def dalad():
    return folder_of("dalad")


@pytest.fixture(scope="module")
def shuyang():
    return folder_of("shuyang")

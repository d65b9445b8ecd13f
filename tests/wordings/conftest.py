"""The data files of the room, as they stand."""

import tomllib
from importlib import resources

import pytest


@pytest.fixture
def wordings_file():
    """A data file of the room by its name, parsed."""

    def parsed(name):
        file = resources.files("anonsms.wordings").joinpath(name)
        return tomllib.loads(file.read_text("utf-8"))

    return parsed

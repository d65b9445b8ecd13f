"""A ledger in a file, whose clock stands still until it is told to move."""

from datetime import timedelta

import pytest
from ledger_people import WORDING, Clock

from anonsms.consent import Family, Purpose
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.phone import PhoneNumber


@pytest.fixture
def clock():
    """A clock for the ledger."""
    return Clock()


@pytest.fixture(scope="session")
def keys():
    """The shop's ring."""
    return KeyRing.generate()


@pytest.fixture
def path(tmp_path):
    """Where the ledger is kept."""
    return tmp_path / "shop.db"


@pytest.fixture
def url(path):
    """The same as a URL."""
    return f"sqlite:///{path}"


@pytest.fixture
def ledger(url, keys, clock):
    """A ledger with a second marketing purpose, ``news``."""
    news = Purpose("news", Family.MARKETING, timedelta(days=30))
    with open_ledger(url, keys, purposes=[news], clock=clock) as opened:
        yield opened


@pytest.fixture
def zoe():
    """One person."""
    return PhoneNumber.parse("+33 6 39 98 12 34")


@pytest.fixture
def yes():
    """What every grant of these tests has in common."""
    return {"wording": WORDING, "source": "checkout"}

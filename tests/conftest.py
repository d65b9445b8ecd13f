"""What all tests share: repeatable Hypothesis, and no way to the network."""

import sys

import pytest
from hypothesis import HealthCheck, settings


settings.register_profile(
    "house",
    # Two cores are shared by many processes: time says nothing here.
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# `pytest --hypothesis-profile=search` looks further, each time elsewhere.
settings.register_profile(
    "search", deadline=None, max_examples=2_000, print_blob=True
)
settings.load_profile("house")

_HERE = ("127.", "::1", "localhost")


class NetworkUsedError(BaseException):
    """Outside Exception, so that no code under test swallows it."""


def _refuse_network(event, args):
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = args[0] or "localhost"
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if not host.startswith(_HERE):
        raise NetworkUsedError("A test tried to leave this machine.")


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """Audit hooks stay for the life of the process, so one is enough."""
    sys.addaudithook(_refuse_network)

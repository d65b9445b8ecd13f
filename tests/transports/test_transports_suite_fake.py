"""The suite that every transport passes, on the network in memory."""

import pytest

from anonsms.errors import TransportError
from anonsms.message import Rejected, Rejection, Uncertain
from anonsms.testing import Fault, Taken, TransportSuite
from anonsms.transports import FakeTransport


def stopped(reason):
    """The account cannot send, for this reason."""
    return Rejected("", reason, reason.name, account_wide=True)


SAID = {
    Fault.BAD_NUMBER: Rejection.BAD_NUMBER,
    Fault.OPTED_OUT: Rejection.OPTED_OUT,
    Fault.CONTENT: Rejection.CONTENT,
    Fault.SILENT: Uncertain("", "read timed out"),
    Fault.RESET_LATE: Uncertain("", "connection reset"),
    Fault.ORIGINATOR: stopped(Rejection.ORIGINATOR),
    Fault.MONEY: stopped(Rejection.MONEY),
    Fault.ACCOUNT: stopped(Rejection.ACCOUNT),
    Fault.REFUSED: TransportError,
}


class Network:
    """A provider's double, played by the network's own orders and books."""

    faults = frozenset(SAID)
    urls = ()

    def __init__(self, network):
        self.network = network

    @property
    def accepted(self):
        return [
            Taken(
                out.number.reveal(),
                out.text.reveal(),
                out.originator.text,
                self.network.find(out.key).provider_id,
            )
            for out in self.network.accepted
        ]

    def fail(self, fault, *, times=1, taken=False):
        self.network.fail_next(SAID[fault], times=times, taken=taken)

    def recover(self):
        # A network has no need for it, so there is no public way.
        self.network._exchange.failures._queue.clear()


class TestFakeTransport(TransportSuite):
    """As it comes: batches of 100, no webhooks, nothing left to chance."""

    called_back = False

    @pytest.fixture
    def transport(self):
        return FakeTransport()

    @pytest.fixture
    def double(self, transport):
        return Network(transport)

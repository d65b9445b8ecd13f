"""What every transport has to do, as a class of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anonsms.testing.faults import ProviderDouble
from anonsms.testing.transport_asking import AskingSuite
from anonsms.testing.transport_failing import FailureSuite
from anonsms.testing.transport_forgeries import ForgerySuite
from anonsms.testing.transport_privacy import PrivacySuite
from anonsms.testing.transport_sending import SendingSuite
from anonsms.testing.transport_texts import TextSuite
from anonsms.testing.transport_webhooks import WebhookSuite
from anonsms.transport import Transport


class TransportSuite(
    SendingSuite,
    TextSuite,
    FailureSuite,
    AskingSuite,
    PrivacySuite,
    WebhookSuite,
    ForgerySuite,
):
    """
    Tests that a :class:`~anonsms.Transport` has to pass.

    Make a subclass whose name begins with ``Test`` and override
    :meth:`transport` and :meth:`double`, both fresh for each test::

        class TestMyTransport(TransportSuite):
            @pytest.fixture
            def double(self):
                with MyProvider() as provider:  # a ProviderDouble
                    yield provider

            @pytest.fixture
            def transport(self, double):
                with MyTransport(url=double.url) as transport:
                    yield transport

    A transport that waits for answers takes the fixture :meth:`patience`
    for its time-out: it is short where the provider falls silent.

    The checks follow the transport's own :class:`~anonsms.Capabilities` and
    what the double can be ordered to do wrong; what cannot apply is skipped
    and says why. Pauses between tries take no time.

    Attributes:
        originator: Whom the texts are from; by default one of a kind that
            the capabilities name.
        largest_batch: Most messages that a check sends at once, where the
            capabilities allow more.
        called_back: Whether receipts and replies come by webhook. Set it
            to ``False`` where they come another way, as over SMPP.
        signs_webhooks: Whether the provider signs its calls. Set it to
            ``False`` where a secret path is all there is.
        secrets: Credentials that the fixture gives the transport: they must
            show nowhere.
    """

    @pytest.fixture
    def double(self) -> Iterator[ProviderDouble]:
        """
        Give the provider's side of the wire.

        A :class:`~anonsms.testing.CallingDouble` if the provider calls back.
        """
        pytest.fail("Override the fixture `double` of TransportSuite.")

    @pytest.fixture
    def transport(self) -> Iterator[Transport]:
        """Give a transport that talks to the double, and close it."""
        pytest.fail("Override the fixture `transport` of TransportSuite.")

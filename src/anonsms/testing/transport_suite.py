"""What every transport has to do, as a class of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from anonsms.testing.faults import ProviderDouble
from anonsms.testing.transport_failing import FailureSuite
from anonsms.testing.transport_privacy import PrivacySuite
from anonsms.testing.transport_sending import SendingSuite
from anonsms.testing.transport_texts import TextSuite
from anonsms.testing.transport_webhooks import WebhookSuite
from anonsms.transport import Transport


class TransportSuite(
    SendingSuite, TextSuite, FailureSuite, PrivacySuite, WebhookSuite
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
                with MyTransport(url=double.url, timeout=0.2) as transport:
                    yield transport

    The checks follow the transport's own :class:`~anonsms.Capabilities` and
    what the double can be ordered to do wrong; what cannot apply is skipped
    and says why. A short time-out and no pauses make them quick.

    Attributes:
        originator: Whom the texts are from; by default one of a kind that
            the capabilities name.
        largest_batch: Most messages that a check sends at once, where the
            capabilities allow more.
        signs_webhooks: Whether the provider signs its calls. Set it to
            ``False`` where a secret path is all there is.
        secrets: Credentials that the fixture gives the transport: they must
            show nowhere.
    """

    @pytest.fixture
    def double(self) -> Iterator[ProviderDouble]:
        """
        Give the provider's side of the wire.

        Beside what :class:`~anonsms.testing.ProviderDouble` asks for it may
        have ``urls`` (those that it was asked for) and ``recover()`` (to
        forget the orders that are left): more is checked then.
        """
        pytest.fail("Override the fixture `double` of TransportSuite.")

    @pytest.fixture
    def transport(self) -> Iterator[Transport]:
        """Give a transport that talks to the double, and close it."""
        pytest.fail("Override the fixture `transport` of TransportSuite.")

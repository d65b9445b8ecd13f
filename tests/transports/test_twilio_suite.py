"""Twilio over real HTTP: what every transport has to pass."""

import pytest
from twilio_script import HOOK, SERVICE, SID, TOKEN

from anonsms.testing.clocks import no_waiting
from anonsms.testing.servers.twilio import TwilioServer
from anonsms.testing.transport_suite import TransportSuite
from anonsms.transports.twilio import TwilioTransport


class TestTwilio(TransportSuite):
    secrets = (TOKEN,)
    largest_batch = 40

    @pytest.fixture
    def double(self):
        with TwilioServer(SID, TOKEN, webhook_url=HOOK) as server:
            yield server

    @pytest.fixture
    def transport(self, double, patience):
        with (
            no_waiting(),
            TwilioTransport(
                SID,
                TOKEN,
                base_url=double.url,
                webhook_url=HOOK,
                timeout=patience,
            ) as transport,
        ):
            yield transport


class TestTwilioByProblem(TestTwilio):
    """With the errors of RFC 9457, which newer parts of its API write."""

    @pytest.fixture
    def double(self):
        with TwilioServer(
            SID, TOKEN, webhook_url=HOOK, problem=True
        ) as server:
            yield server


class TestTwilioByService(TestTwilio):
    """Through a messaging service, which alone can hold messages."""

    @pytest.fixture
    def transport(self, double, patience):
        with (
            no_waiting(),
            TwilioTransport(
                SID,
                TOKEN,
                base_url=double.url,
                webhook_url=HOOK,
                messaging_service_sid=SERVICE,
                from_with_service=True,
                timeout=patience,
            ) as transport,
        ):
            yield transport

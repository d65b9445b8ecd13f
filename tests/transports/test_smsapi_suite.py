"""SMSAPI over real HTTP: what every transport has to pass."""

import pytest

from anonsms.testing.servers.smsapi import TOKEN, WEBHOOK_SECRET, SmsapiServer
from anonsms.testing.transport_suite import TransportSuite
from anonsms.transports.smsapi import SmsapiTransport


class TestSmsapi(TransportSuite):
    signs_webhooks = False
    secrets = (TOKEN, WEBHOOK_SECRET)

    @pytest.fixture(params=["refuse", "omit"])
    def double(self, request):
        with SmsapiServer(on_repeat=request.param) as server:
            yield server

    @pytest.fixture
    def transport(self, double, patience):
        with SmsapiTransport(
            TOKEN,
            base_url=double.url,
            webhook_secret=WEBHOOK_SECRET,
            timeout=patience,
        ) as transport:
            yield transport

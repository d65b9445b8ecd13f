"""Mailjet over real HTTP: what every transport has to pass."""

from datetime import UTC, datetime

import pytest
from mailjet_double import TOKEN, MailjetDouble

from anonsms.message import Accepted, Uncertain
from anonsms.testing.clocks import no_waiting
from anonsms.testing.faults import Fault
from anonsms.testing.transport_suite import TransportSuite
from anonsms.transport import Pace
from anonsms.transport.breaker import Breaker
from anonsms.transports.mailjet import MailjetTransport


class TestMailjet(TransportSuite):
    secrets = (TOKEN,)
    largest_batch = 40

    @pytest.fixture
    def double(self):
        with MailjetDouble() as mailjet:
            yield mailjet

    @pytest.fixture
    def transport(self, double):
        with (
            no_waiting(),
            MailjetTransport(
                TOKEN,
                base_url=double.url,
                timeout=0.2,
                pace=Pace(breaker=Breaker(cool_down=1.0)),
            ) as transport,
        ):
            yield transport

    def test_mailjet_is_asked_over_the_wire(self, double, transport):
        """Receipts by listing, and a lost answer found by number and time."""
        since = datetime.now(UTC)
        double.fail(Fault.RESET_LATE, taken=True)
        batch = self.messages(transport)
        [outcome] = transport.send(batch)
        assert isinstance(outcome, Uncertain)
        [taken] = double.accepted
        [receipt] = transport.fetch_events(since)
        assert receipt.provider_id == taken.provider_id
        [receipt] = transport.fetch_events(
            since, provider_ids=[taken.provider_id]
        )
        assert receipt.provider_id == taken.provider_id
        found = [Accepted(batch[0].key, taken.provider_id)]
        assert transport.reconcile(batch, since) == found

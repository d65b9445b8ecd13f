"""Mailjet over real HTTP: what every transport has to pass."""

from datetime import UTC, datetime

import anyio
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
    def transport(self, double, patience):
        with (
            no_waiting(),
            MailjetTransport(
                TOKEN,
                base_url=double.url,
                timeout=patience,
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
        [receipt] = transport.fetch_receipts([taken.provider_id])
        assert receipt.provider_id == taken.provider_id
        found = [Accepted(batch[0].key, taken.provider_id)]
        assert transport.reconcile(batch, since) == found

    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    def test_mailjet_is_asked_in_any_loop(self, double, transport, backend):
        """The same questions, awaited."""
        since = datetime.now(UTC)
        batch = self.messages(transport, 3)

        async def work():
            async with transport:
                outcomes = await transport.send_async(batch)
                ids = [each.provider_id for each in outcomes]
                events = await transport.fetch_events_async(since)
                receipts = await transport.fetch_receipts_async(ids)
                found = await transport.reconcile_async(batch, since)
                return ids, events, receipts, found

        ids, *answers = anyio.run(work, backend=backend)
        for answer in answers:
            assert {each.provider_id for each in answer} == set(ids)

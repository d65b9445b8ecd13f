"""Brevo over real HTTP: what every transport has to pass."""

from datetime import UTC, datetime

import anyio
import pytest
from brevo_double import API_KEY, HOOK, SECRET, BrevoDouble

from anonsms.message import Accepted, Uncertain
from anonsms.testing.clocks import no_waiting
from anonsms.testing.faults import Fault
from anonsms.testing.transport_suite import TransportSuite
from anonsms.transport import Pace
from anonsms.transport.breaker import Breaker
from anonsms.transports.brevo import BrevoTransport


class TestBrevo(TransportSuite):
    signs_webhooks = False
    secrets = (API_KEY, SECRET)
    largest_batch = 40

    @pytest.fixture
    def double(self):
        with BrevoDouble() as brevo:
            yield brevo

    @pytest.fixture
    def transport(self, double, patience):
        with (
            no_waiting(),
            BrevoTransport(
                API_KEY,
                base_url=double.base_url,
                webhook_url=HOOK,
                webhook_secret=SECRET,
                timeout=patience,
                pace=Pace(breaker=Breaker(cool_down=1.0)),
            ) as transport,
        ):
            yield transport

    def test_brevo_is_asked_over_the_wire(self, double, transport):
        """Receipts by listing, and a lost answer found again by its tag."""
        since = datetime.now(UTC)
        double.fail(Fault.RESET_LATE, taken=True)
        batch = self.messages(transport)
        [outcome] = transport.send(batch)
        assert isinstance(outcome, Uncertain)
        [receipt] = transport.fetch_events(since)
        assert receipt.key == batch[0].key
        [taken] = double.accepted
        found = [Accepted(batch[0].key, taken.provider_id)]
        assert transport.reconcile(batch, since) == found

    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    def test_brevo_is_asked_in_any_loop(self, double, transport, backend):
        """The same questions, awaited."""
        since = datetime.now(UTC)
        batch = self.messages(transport, 3)

        async def work():
            async with transport:
                outcomes = await transport.send_async(batch)
                events = await transport.fetch_events_async(since)
                found = await transport.reconcile_async(batch, since)
                return outcomes, events, found

        outcomes, events, found = anyio.run(work, backend=backend)
        ids = [each.provider_id for each in outcomes]
        assert [each.provider_id for each in found] == ids
        assert sorted(each.provider_id for each in events) == sorted(ids)

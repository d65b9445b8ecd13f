"""What a transport shows of the people it writes to: nothing."""

# asserts are what a test is made of

from __future__ import annotations

from typing import Final

import pytest

from anonsms.errors import AnonsmsError, ConfigurationError
from anonsms.message import Outbound, Outcome
from anonsms.testing.faults import Fault, ProviderDouble
from anonsms.testing.leaks import LeakWatch, assert_no_leak
from anonsms.testing.transport_rules import (
    TransportRules,
    hand_over,
    in_time,
    order,
)
from anonsms.transport import Transport


_TEXT: Final = "Chère Zoé Dubois-Lagarde, votre code est QX7-4711-AB."


class PrivacySuite(TransportRules):
    """No personal data gets out, a part of :class:`TransportSuite`."""

    def test_nothing_is_logged_when_all_is_well(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """All loggers are heard at DEBUG, those of the HTTP client too."""
        del double
        batch = self._private(transport)
        with self._watch(batch):
            outcomes, errors = hand_over(transport, batch)
        self._hidden(batch, transport, *outcomes, *errors)

    @pytest.mark.parametrize("fault", list(Fault))
    def test_nothing_shows_when_something_goes_wrong(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        Not in logs, outcomes or errors, nor in what led to an error.

        Providers echo numbers in their answers, and clients quote requests
        in their errors: raise errors of your own, without a cause, and
        outside the ``except`` block. Local variables of a traceback count.
        """
        order(double, fault)
        batch = self._private(transport)
        with self._watch(batch):
            outcomes, errors = in_time(transport, batch)
        self._hidden(batch, transport, *outcomes, *errors)

    @pytest.mark.parametrize("fault", [None, *Fault])
    def test_urls_carry_no_personal_data(
        self,
        transport: Transport,
        double: ProviderDouble,
        fault: Fault | None,
    ) -> None:
        """URLs end up in the logs of proxies and servers; bodies do not."""
        if fault is not None:
            order(double, fault)
        batch = self._private(transport)
        in_time(transport, batch)
        if not double.urls:
            pytest.skip("the double was asked for no URL")
        self._hidden(batch, *double.urls)

    def test_it_shows_neither_secrets_nor_people(
        self, transport: Transport
    ) -> None:
        """Its repr stands in every traceback and on every notebook."""
        batch = self._private(transport)
        hand_over(transport, batch)
        self._hidden(batch, transport, transport.capabilities)

    def test_a_refused_batch_shows_nothing(self, transport: Transport) -> None:
        """An error about the batch says what is wrong, never with whom."""
        size = transport.capabilities.batch_size
        if size > self.largest_batch * 4:
            pytest.skip("its batches are larger than a test should send")
        batch = self._private(transport) * (size + 1)
        batch = batch[: size + 1]
        with self._watch(batch):
            try:
                outcomes: list[Outcome] = list(transport.send(batch))
                errors: list[Exception] = []
            except (AnonsmsError, ConfigurationError, ValueError) as error:
                outcomes, errors = [], [error]
        self._hidden(batch, *outcomes, *errors)

    def _private(self, transport: Transport) -> list[Outbound]:
        size = self.most(transport, 3)
        return self.messages(transport, [f"{_TEXT} {n}" for n in range(size)])

    def _texts(self, batch: list[Outbound]) -> list[str]:
        told = {each.text.reveal() for each in batch} | {"Dubois-Lagarde"}
        return [*told, *self.secrets]

    def _watch(self, batch: list[Outbound]) -> LeakWatch:
        return LeakWatch(
            numbers=[each.number for each in batch], texts=self._texts(batch)
        )

    def _hidden(self, batch: list[Outbound], *things: object) -> None:
        assert_no_leak(
            *things,
            numbers=[each.number for each in batch],
            texts=self._texts(batch),
        )

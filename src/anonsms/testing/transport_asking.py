"""What a transport owes if it can do more than send: ask, hold, look up."""

# ruff: noqa: S101  # asserts are what a test is made of

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from anonsms.errors import AnonsmsError, ConfigurationError, TransportError
from anonsms.message import (
    Accepted,
    Lookup,
    Outbound,
    Outcome,
    Uncertain,
)
from anonsms.testing.faults import Fault, ProviderDouble
from anonsms.testing.leaks import LeakWatch, assert_no_leak
from anonsms.testing.transport_rules import (
    TransportRules,
    in_time,
    order,
    settle,
)
from anonsms.transport import LooksUp, Reconciles, Schedules, Transport


LATER: Final = timedelta(hours=1)
"""Far enough ahead for providers that hold nothing for minutes."""
DOUBTS: Final = (Fault.RESET_LATE, Fault.SERVER_ERROR, Fault.BROKEN_BODY)


class AskingSuite(TransportRules):
    """Doubts, look-ups and schedules, a part of :class:`TransportSuite`."""

    def test_it_has_the_methods_that_it_promises(
        self, transport: Transport
    ) -> None:
        """Who reads the capabilities calls them without asking again."""
        can = transport.capabilities
        assert not can.look_up or isinstance(transport, LooksUp)
        assert not can.scheduling or isinstance(transport, Schedules)

    @pytest.mark.parametrize("fault", DOUBTS)
    def test_a_doubt_is_settled_by_what_the_provider_has(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """It took the message: never "not sent", and never sent again."""
        asking = _reconciles(transport)
        since = _now()
        order(double, fault, taken=True)
        batch = self.messages(transport, self.most(transport, 3))
        outcomes, _ = in_time(transport, batch)
        double.recover()
        doubts = _doubtful(batch, outcomes)
        for final in (False, True):
            settle(
                doubts, asking.reconcile(doubts, since, final=final), double
            )

    @pytest.mark.parametrize("fault", DOUBTS)
    def test_a_doubt_stays_until_the_records_are_complete(
        self, transport: Transport, double: ProviderDouble, fault: Fault
    ) -> None:
        """
        What is not on record yet may come to be.

        Unless a repeat is safe, and the message was handed over again, or
        the network is made up, and knows all there is.
        """
        asking = _reconciles(transport)
        since = _now()
        order(double, fault)
        batch = self.messages(transport)
        outcomes, _ = in_time(transport, batch)
        double.recover()
        doubts = _doubtful(batch, outcomes)
        early = asking.reconcile(doubts, since)
        settle(doubts, early, double)
        can = transport.capabilities
        if can.idempotent_for is None and not can.simulated:
            assert all(isinstance(o, Uncertain) for o in early)
        settle(doubts, asking.reconcile(doubts, since, final=True), double)

    def test_what_belongs_to_others_settles_no_doubt(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """The same person had the same words before, and that was known."""
        asking = _reconciles(transport)
        since = _now()
        [first] = self.messages(transport)
        [outcome] = transport.send([first])
        assert isinstance(outcome, Accepted)
        order(double, Fault.RESET_LATE)
        [made] = self.messages(transport)
        second = Outbound(first.number, first.text, first.originator, made.key)
        in_time(transport, [second])
        double.recover()
        [settled] = asking.reconcile(
            [second], since, known={outcome.provider_id}
        )
        assert settled.key == second.key
        assert not (
            isinstance(settled, Accepted)
            and settled.provider_id == outcome.provider_id
        ), "another message's id settled the doubt: this one is lost"

    def test_a_time_without_zone_is_refused(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """It would mean another moment on every other machine."""
        if transport.capabilities.simulated:
            pytest.skip("Capabilities.simulated: its time is made up too")
        batch = self.messages(transport)
        naive = _now().replace(tzinfo=None)
        asked = 0
        if isinstance(transport, Reconciles):
            asked += 1
            with pytest.raises((ConfigurationError, ValueError)):
                transport.reconcile(batch, naive)
        if isinstance(transport, Schedules) and _holds(transport):
            asked += 1
            with pytest.raises((ConfigurationError, ValueError)):
                transport.schedule(batch, naive + LATER)
        if not asked:
            pytest.skip("no method of it takes a time")
        assert list(double.accepted) == []

    def test_a_look_up_has_one_answer_each(self, transport: Transport) -> None:
        """In the order of the numbers, also if one is asked for twice."""
        batch = self.messages(transport, 3)
        numbers = [each.number for each in batch]
        numbers.append(numbers[0])
        found = _looks_up(transport).look_up(numbers)
        assert all(isinstance(each, Lookup) for each in found)
        assert [each.number for each in found] == numbers

    def test_a_look_up_shows_nothing(self, transport: Transport) -> None:
        """Neither in what it says nor in what it logs."""
        asking = _looks_up(transport)
        numbers = [each.number for each in self.messages(transport, 2)]
        with LeakWatch(numbers=numbers, texts=self.secrets):
            found = asking.look_up(numbers)
        assert_no_leak(*found, numbers=numbers, texts=self.secrets)

    def test_what_is_held_can_be_taken_back(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """``cancel`` says so, and it never arrives; once is enough."""
        holding = _schedules(transport)
        batch = self.messages(transport, self.most(transport, 2))
        outcomes = holding.schedule(batch, _now() + LATER)
        settle(batch, outcomes, double)
        held = [o.provider_id for o in outcomes if isinstance(o, Accepted)]
        assert len(held) == len(batch)
        assert all(holding.cancel(provider_id) for provider_id in held)
        assert list(double.accepted) == []
        with suppress(TransportError):
            assert not holding.cancel(held[0])

    def test_nothing_is_held_twice(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """The same message twice in a batch is refused, or held once."""
        holding = _schedules(transport)
        batch = self.messages(transport) * 2
        with suppress(AnonsmsError, ConfigurationError, ValueError):
            holding.schedule(batch, _now() + LATER)
        assert len(double.accepted) <= 1

    def test_what_is_over_is_not_held(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """A time in the past is refused, or nothing is lost by it."""
        holding = _schedules(transport)
        batch = self.messages(transport)
        try:
            outcomes = holding.schedule(batch, _now() - LATER)
        except (AnonsmsError, ConfigurationError, ValueError):
            assert list(double.accepted) == []
        else:
            settle(batch, outcomes, double)


def _now() -> datetime:
    return datetime.now(UTC)


def _doubtful(
    batch: list[Outbound], outcomes: list[Outcome]
) -> list[Outbound]:
    return [
        message
        for message, outcome in zip(batch, outcomes, strict=True)
        if isinstance(outcome, Uncertain)
    ]


def _reconciles(transport: Transport) -> Reconciles:
    if not isinstance(transport, Reconciles):
        pytest.skip("it has no reconcile: doubts stay doubts")
    return transport


def _looks_up(transport: Transport) -> LooksUp:
    if not isinstance(transport, LooksUp) or not (
        transport.capabilities.look_up
    ):
        pytest.skip("Capabilities.look_up is False")
    return transport


def _holds(transport: Transport) -> bool:
    return transport.capabilities.scheduling


def _schedules(transport: Transport) -> Schedules:
    if not isinstance(transport, Schedules) or not _holds(transport):
        pytest.skip("Capabilities.scheduling is False")
    return transport

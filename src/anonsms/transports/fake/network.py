"""The transport itself: what a shop and its tests see of the network."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import (
    DeliveryStatus,
    Inbound,
    Outbound,
    Outcome,
    Rejection,
)
from anonsms.phone import PhoneNumber
from anonsms.transport import Capabilities
from anonsms.transports.fake.behaviour import Behaviour
from anonsms.transports.fake.exchange import Exchange
from anonsms.transports.fake.fate import seed_key
from anonsms.transports.fake.looking import Looking
from anonsms.transports.fake.orders import Refusal, script
from anonsms.transports.fake.timeline import Event, Timeline


START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where the virtual clock starts: a Monday, ten in the morning in Paris."""


class FakeTransport(Looking):
    """
    A mobile network in memory, for examples, notebooks and tests.

    It sends nothing anywhere. What becomes of a text hangs on the seed, the
    number and how many texts were offered to that number before, and on
    nothing else: not on the order or the size of batches, not on message
    keys, not on real time. Its clock stands still until it is moved.

    >>> network = FakeTransport()
    >>> network
    <FakeTransport 0 accepted, 0 rejected, 0 pending events>

    Attributes:
        name: ``"fake"``.
        capabilities: What this network pretends to be able to do.
        behaviour: The rates by which it acts.
        up: Set it to ``False``, and every call of :meth:`send` raises
            :class:`~anonsms.errors.TransportError`.
    """

    name: Final = "fake"

    def __init__(
        self,
        seed: int = 0,
        *,
        behaviour: Behaviour | str = "perfect",
        start: datetime = START,
        capabilities: Capabilities | None = None,
    ) -> None:
        """
        Build a network.

        Args:
            seed: Another seed, other fates.
            behaviour: A :class:`Behaviour`, or the name of a preset:
                ``"perfect"``, ``"realistic"`` or ``"stormy"``.
            start: Where the virtual clock starts, aware; 2 March 2026,
                09:00 UTC by default.
            capabilities: By default 100 messages in a batch, all kinds of
                originator, receipts and replies.

        Raises:
            ConfigurationError: No preset has this name.
            ValueError: ``start`` has no time zone.
        """
        if start.utcoffset() is None:
            raise ValueError(
                "The virtual clock starts at an aware datetime. "
                "Add a zone, e.g. tzinfo=UTC."
            )
        if isinstance(behaviour, str):
            behaviour = Behaviour.named(behaviour)
        self.behaviour = behaviour
        self.capabilities = evolve(
            capabilities or Capabilities(batch_size=100), simulated=True
        )
        self.up = True
        self._timeline = Timeline(start.astimezone(UTC))
        self._exchange = Exchange(
            seed_key(seed), behaviour, self.capabilities, self._timeline
        )
        self._records = self._exchange.records
        self._stops: dict[PhoneNumber, datetime] = {}
        # The network starts no threads, but shops may send from several.
        self._lock = threading.Lock()

    def send(self, batch: Sequence[Outbound]) -> list[Outcome]:
        """
        Hand over single messages; one outcome each, in their order.

        Args:
            batch: At most ``capabilities.batch_size`` messages, each to
                one recipient.

        Raises:
            TransportError: The network is down, or was told to fail so.
            TypeError: Something in the batch is not one message to one
                number.
            ValueError: The batch is too large.
        """
        self._check(batch)
        with self._lock:
            if not self.up:
                raise TransportError(
                    "The fake network is down: its attribute `up` is False. "
                    "No message of this batch was taken."
                )
            failure, taken = self._exchange.failures.of_call()
            if failure is None:
                return [self._exchange.offer(message) for message in batch]
            if taken:
                for message in batch:
                    self._exchange.offer(message)
            raise failure

    def _check(self, batch: Sequence[object]) -> None:
        if len(batch) > self.capabilities.batch_size:
            raise ValueError(
                f"A batch holds at most {self.capabilities.batch_size} "
                f"messages, and this one holds {len(batch)}. Split it."
            )
        for message in batch:
            if not isinstance(message, Outbound) or not isinstance(
                message.number, PhoneNumber
            ):
                raise TypeError(
                    "One recipient per message: a batch is a sequence of "
                    "Outbound, and each has one PhoneNumber."
                )

    def clock(self) -> datetime:
        """
        What the virtual clock shows; aware, UTC.

        Pass the method itself where a clock is asked for:
        ``Messenger(network, ..., clock=network.clock)``.
        """
        return self._timeline.now

    def advance(
        self,
        by: timedelta = timedelta(),
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> list[Event]:
        """
        Move the clock on, and hand out what has arrived by then.

        Args:
            by: How far; the other arguments are added to it.
            days: Days of 24 hours.
            hours: Hours.
            minutes: Minutes.
            seconds: Seconds.

        Returns:
            Receipts and replies in the order of their arrival.

        Raises:
            ValueError: The clock would go back.
        """
        by += timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds
        )
        with self._lock:
            return self._noted(self._timeline.advance(by))

    def drain(self) -> list[Event]:
        """
        Move the clock on until nothing more will arrive.

        Returns:
            Receipts and replies in the order of their arrival.
        """
        with self._lock:
            return self._noted(self._timeline.drain())

    def _noted(self, events: list[Event]) -> list[Event]:
        for event in events:
            if event.provider_id in self._exchange.stopping and isinstance(
                event, Inbound
            ):
                self._stops.setdefault(event.sender, event.at)
        return events

    def fail_next(
        self,
        failure: (Rejection | Refusal | BaseException | type[BaseException]),
        *,
        times: int = 1,
        taken: bool = False,
    ) -> None:
        """
        Let the next messages, or the next calls, fail; orders queue up.

        Args:
            failure: An outcome, given to the next messages, whose key
                takes the place of its own; or an exception or its class,
                raised by the next call of :meth:`send`.
            times: How many messages, or calls, fail so.
            taken: The messages are sent all the same: an uncertain message
                that did leave, a process that died after its call.

        Raises:
            TypeError: It is no failure, or a class that needs arguments.
            ValueError: A rejected message cannot have been taken, or
                ``times`` is less than 1.
        """
        self._exchange.failures.add(failure, times=times, taken=taken)

    def script(
        self,
        number: PhoneNumber,
        *,
        answer: Rejection | Refusal | None = None,
        taken: bool = False,
        delivery: DeliveryStatus = DeliveryStatus.DELIVERED,
        reply: str | MessageText | None = None,
    ) -> None:
        """
        Fix what happens to all texts to one number from now on.

        A scripted number does as it is told and nothing by chance, but its
        receipts come as late, as often and in such order as others do.

        Args:
            number: Whose texts.
            answer: What the provider says; ``None``: it accepts them.
            taken: Whether a text leaves although the answer is uncertain.
            delivery: What becomes of a text that leaves: one of the final
                statuses.
            reply: What the person writes back to each delivered text.

        Raises:
            TypeError: The answer is none of these.
            ValueError: The status is not final, or a rejected message is
                said to have been taken.
        """
        order = script(answer, taken=taken, delivery=delivery, reply=reply)
        with self._lock:
            self._exchange.line(number).script = order

    def receive(
        self,
        text: str | MessageText,
        *,
        sender: PhoneNumber,
        to: str = "",
        provider_id: str = "",
    ) -> Inbound:
        """
        Make a text from a handset, arriving now, to hand to the shop.

        It is returned and nothing else; :meth:`advance` does not hand it
        out again.

        Args:
            text: What it says.
            sender: Who writes it.
            to: The originator of ours that it answers.
            provider_id: The same id twice makes it a repeat.
        """
        if isinstance(text, str):
            text = MessageText(text)
        return Inbound(sender, text, self.clock(), to, provider_id)

    def __repr__(self) -> str:
        return (
            f"<FakeTransport {len(self._records.accepted):,} accepted, "
            f"{self._records.rejected:,} rejected, "
            f"{self.pending:,} pending events>"
        )

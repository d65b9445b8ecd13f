"""What a test, or a shop in doubt, may look up in the network's records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from anonsms.message import (
    Accepted,
    DeliveryStatus,
    NotSent,
    Outbound,
    Outcome,
)
from anonsms.phone import PhoneNumber
from anonsms.transports.fake.exchange import Exchange, provider_id_of
from anonsms.transports.fake.timeline import Timeline


class Looking:
    """The part of :class:`FakeTransport` that changes nothing."""

    _exchange: Exchange
    _timeline: Timeline
    _stops: dict[PhoneNumber, datetime]

    @property
    def accepted(self) -> tuple[Outbound, ...]:
        """All that the network took, also where its answer was lost."""
        return tuple(self._exchange.records.accepted)

    @property
    def deliveries_by_key(self) -> Mapping[str, tuple[DeliveryStatus, ...]]:
        """
        By message key, how each copy that the network took ends.

        A live view. More than one copy under a key means that the shop
        sent a message twice.
        """
        return MappingProxyType(self._exchange.records.truths)

    @property
    def stops(self) -> Mapping[PhoneNumber, datetime]:
        """
        Who asked by chance for no more texts, and when that first arrived.

        A live view of the replies handed out so far; scripted replies are
        not in it, because only their author knows what they mean.
        """
        return MappingProxyType(self._stops)

    @property
    def pending(self) -> int:
        """How many receipts and replies are still on their way."""
        return len(self._timeline)

    def outbox_of(self, number: PhoneNumber) -> tuple[Outbound, ...]:
        """All messages to one number that the network took, in order."""
        return tuple(
            m for m in self._exchange.records.accepted if m.number == number
        )

    def times_sent(self, number: PhoneNumber) -> int:
        """How many messages to one number the network took."""
        return self._exchange.records.taken_for(number)

    def find(self, key: str) -> Accepted | None:
        """
        What the provider's own records say of a key, to settle a doubt.

        Returns:
            What the answer to the first copy was or should have been;
            ``None`` if no message with this key ever left.
        """
        if key not in self._exchange.records.truths:
            return None
        return Accepted(key, provider_id_of(1, key))

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,  # noqa: ARG002 - as others
        *,
        final: bool = False,  # noqa: ARG002
        known: Collection[str] = (),  # noqa: ARG002
    ) -> list[Outcome]:
        """
        What became of messages in doubt. As :meth:`Reconciles.reconcile`.

        This network keeps records by key, so it always knows.
        """
        return [
            self.find(message.key)
            or NotSent(message.key, "the network has no record of it")
            for message in messages
        ]

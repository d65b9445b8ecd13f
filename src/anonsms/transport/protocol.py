"""The two things every transport has: what it can do, and ``send``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen

from anonsms.message import OriginatorKind, Outbound, Outcome


@frozen
class Capabilities:
    """
    What a provider can do, so that nobody has to find out by failing.

    Attributes:
        batch_size: Most messages in one call of :meth:`Transport.send`.
        originators: The kinds of originator it accepts.
        receipts: Whether it reports delivery.
        replies: Whether texts from handsets reach us through it.
        answers_stop: Whether the provider itself confirms an opt-out, in
            which case we stay silent: one confirmation, never two.
        simulated: Whether nothing reaches a real handset. Numbers reserved
            for fiction go nowhere else.
    """

    batch_size: int = 1
    originators: frozenset[OriginatorKind] = frozenset(OriginatorKind)
    receipts: bool = True
    replies: bool = True
    answers_stop: bool = False
    simulated: bool = False


class Transport(Protocol):
    """
    Carries texts to one provider; knows nothing of consent.

    A transport sees an :class:`anonsms.Outbound` and no more: number, text,
    originator and an opaque key.
    """

    @property
    def name(self) -> str:
        """The provider's name in lower case, e.g. ``"fake"``."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the provider can do."""
        ...

    def send(self, batch: Sequence[Outbound]) -> Sequence[Outcome]:
        """
        Hand over single messages; one outcome each, in their order.

        Args:
            batch: At most :attr:`Capabilities.batch_size` messages, each to
                one recipient.

        Raises:
            TransportError: The whole account cannot send, and nothing of
                the batch has left. What happens to one message is an
                outcome, never an exception.
        """
        ...

"""What every transport has, and what some have besides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from attrs import frozen

from anonsms.message import Event, OriginatorKind, Outbound, Outcome
from anonsms.transport.webhook import WebhookReply, WebhookRequest


@frozen(kw_only=True)
class Capabilities:
    """
    What a provider can do, so that nobody has to find out by failing.

    Attributes:
        batch_size: Most messages in one call of :meth:`Transport.send`.
        per_request: Most recipients in one request to the provider, each
            with a text of their own.
        same_text: Whether recipients share a request only if their texts
            differ in a few values.
        idempotent_for: How long a message may be repeated under its key
            without going out twice; ``None``: never.
        scheduling: Whether it can hold messages until a given time.
        receipts: Whether it reports delivery.
        replies: Whether texts from handsets reach us through it.
        answers_stop: Whether the provider itself confirms every opt-out,
            in which case we stay silent: one confirmation, never two.
        look_up: Whether it can tell if a number is in use (HLR).
        originators: The kinds of originator it accepts.
        marketing: Whether its terms allow marketing at all.
        simulated: Whether nothing reaches a real handset. Numbers reserved
            for fiction go nowhere else.
    """

    batch_size: int = 1
    per_request: int = 1
    same_text: bool = False
    idempotent_for: timedelta | None = None
    scheduling: bool = False
    receipts: bool = True
    replies: bool = True
    answers_stop: bool = False
    look_up: bool = False
    originators: frozenset[OriginatorKind] = frozenset(OriginatorKind)
    marketing: bool = True
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


@runtime_checkable
class WebhookTransport(Transport, Protocol):
    """A transport whose provider calls back over HTTP."""

    @property
    def webhook_reply(self) -> WebhookReply:
        """What the provider wants to hear when all is well."""
        ...

    def parse_webhook(self, request: WebhookRequest) -> list[Event]:
        """
        Check that the provider sent it, and read it; no I/O.

        Returns:
            What it tells, in its order; nothing for what is none of our
            business.

        Raises:
            ForgedWebhookError: The provider did not send it.
            WebhookError: It cannot be read.
        """
        ...

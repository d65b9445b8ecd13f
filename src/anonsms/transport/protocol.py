"""What every transport has, and what some have besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from attrs import frozen

from anonsms.message import (
    Event,
    Lookup,
    OriginatorKind,
    Outbound,
    Outcome,
)
from anonsms.phone import PhoneNumber
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


@runtime_checkable
class Reconciles(Transport, Protocol):
    """A transport that can ask what became of messages in doubt."""

    def reconcile(
        self,
        messages: Sequence[Outbound],
        since: datetime,
        *,
        final: bool = False,
        known: Collection[str] = (),
    ) -> list[Outcome]:
        """
        Ask the provider what became of messages; one outcome each.

        Where :attr:`Capabilities.idempotent_for` is set, it may hand a
        message over again under its key, which sends it if it was not sent
        before: so ask the gate first.

        Args:
            messages: Those in doubt, with the keys they were sent under.
            since: Aware; before the first of them was handed over.
            final: Whether enough time has passed for the provider's records
                to be complete: what is not in them did not leave. Else it
                stays :class:`Uncertain`.
            known: Ids of the provider that belong to other messages: none
                of them settles a doubt.

        Raises:
            TransportError: The provider could not be asked.
        """
        ...


@runtime_checkable
class LooksUp(Transport, Protocol):
    """A transport that can ask the networks about numbers (HLR)."""

    def look_up(self, numbers: Sequence[PhoneNumber]) -> list[Lookup]:
        """
        What is known of numbers; one answer each, in their order.

        What could not be learnt is :attr:`~anonsms.LineState.UNKNOWN`: an
        answer that was paid for is never thrown away.
        """
        ...


@runtime_checkable
class Schedules(Transport, Protocol):
    """A transport whose provider can hold messages until a given time."""

    def schedule(
        self, batch: Sequence[Outbound], at: datetime
    ) -> list[Outcome]:
        """
        Hand over messages that are to leave at ``at``. As ``send``.

        .. warning::
           An opt-out does not reach what the provider holds: cancel it.

        Args:
            batch: As for :meth:`Transport.send`.
            at: Aware.
        """
        ...

    def cancel(self, provider_id: str) -> bool:
        """
        Take a message back before it leaves; whether that worked.

        Raises:
            TransportError: It is not known whether it did.
        """
        ...

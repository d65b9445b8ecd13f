"""What can go wrong on a provider's side, to order."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from anonsms.message import DeliveryStatus
from anonsms.transport import WebhookRequest


class Fault(enum.Enum):
    """One way for a request, or for a message in it, to go wrong."""

    REFUSED = "connection refused"
    RESET_EARLY = "reset before the body was read"
    RESET_LATE = "reset after the body was read"
    SILENT = "no answer"
    SERVER_ERROR = "server error"
    """HTTP 500."""
    BROKEN_BODY = "success with a body that cannot be read"
    TOO_MANY = "too many requests"
    """HTTP 429, or the provider's own code for it."""
    TOO_MANY_FOR_NOW = "too many requests, come back in a second"
    """The same with ``Retry-After: 1``, where the provider has headers."""
    BAD_NUMBER = "bad number"
    OPTED_OUT = "opted out"
    CONTENT = "content refused"
    ORIGINATOR = "not your originator"
    MONEY = "no money"
    ACCOUNT = "account stopped"

    @property
    def of_message(self) -> bool:
        """Whether it strikes one message and not the whole request."""
        return self in _OF_MESSAGE


_OF_MESSAGE = {Fault.BAD_NUMBER, Fault.OPTED_OUT, Fault.CONTENT}


@frozen(repr=False)
class Taken:
    """
    One message that a provider's double has taken: it would have arrived.

    Attributes:
        number: E.164 form, with ``+``.
        text: As the handset would show it.
        originator: Whom it is from.
        provider_id: What the double called it.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    originator: str
    provider_id: str

    def __repr__(self) -> str:
        return f"<Taken {self.provider_id} from {self.originator!r}>"


@runtime_checkable
class ProviderDouble(Protocol):
    """
    A provider to test a transport against: its side of the wire.

    :class:`~anonsms.testing.TransportSuite` gives it orders and looks at
    what it took. A provider that calls back is a :class:`CallingDouble`.
    """

    @property
    def faults(self) -> frozenset[Fault]:
        """What it can be ordered to do wrong."""
        ...

    @property
    def accepted(self) -> Sequence[Taken]:
        """What it took, in order; also where its answer was lost."""
        ...

    @property
    def urls(self) -> Sequence[str]:
        """What it was asked for, whole; empty if it is not asked by URL."""
        ...

    def fail(
        self, fault: Fault, *, times: int = 1, taken: bool = False
    ) -> None:
        """
        Let the next requests, or messages, go wrong; orders queue up.

        Args:
            fault: How.
            times: How many requests, or messages if
                :attr:`Fault.of_message`.
            taken: Whether the messages are taken all the same: only for
                :attr:`~Fault.RESET_LATE`, :attr:`~Fault.SILENT`,
                :attr:`~Fault.SERVER_ERROR` and
                :attr:`~Fault.BROKEN_BODY`.
        """
        ...

    def recover(self) -> None:
        """Forget the orders that are left: all is well again."""
        ...


@runtime_checkable
class CallingDouble(ProviderDouble, Protocol):
    """A provider's double that calls back; each method makes one call."""

    def receipt(
        self, provider_id: str, status: DeliveryStatus
    ) -> WebhookRequest:
        """
        The call with which the provider reports on a message it took.

        Raises:
            LookupError: It has no word for this status; ``DELIVERED`` and
                ``UNDELIVERED`` it must have.
        """
        ...

    def reply(self, number: str, text: str) -> WebhookRequest:
        """The call with which it hands us a text from a handset."""
        ...

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """The same call from somebody who is not the provider."""
        ...

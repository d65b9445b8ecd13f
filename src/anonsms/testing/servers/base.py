"""A server on this machine that plays a provider, with faults to order."""

from __future__ import annotations

import abc
import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.listening import Listening
from anonsms.testing.servers.orders import (
    Order,
    Orders,
    Reach,
    reach_of,
)


OF_ANY_REQUEST: Final = frozenset(
    fault for fault in Fault if reach_of(fault) is Reach.REQUEST
)
"""Faults that strike a request whatever it asks for."""
_KEPT: Final = 1000
"""Requests that :attr:`LocalServer.asked` remembers."""
_KIND: Final = ("Content-Type", "application/json")
_SAID: Final = MappingProxyType(
    {
        Fault.SERVER_ERROR: Answer(500, (_KIND,), b"{}"),
        Fault.BROKEN_BODY: Answer(200, (_KIND,), b'{"'),
        Fault.TOO_MANY: Answer(429, (_KIND,), b"{}"),
        Fault.TOO_MANY_FOR_NOW: Answer(
            429, (_KIND, ("Retry-After", "1")), b"{}"
        ),
    }
)
"""Faults that are said in an answer, and how by default."""


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


class LocalServer(Listening):
    """
    HTTP/1.1 on 127.0.0.1, in a thread of its own; a context manager.

    A provider's double overrides :meth:`answer`: it asks
    :meth:`struck_request` and :meth:`struck_message` whether to refuse, and
    hands what it takes to :meth:`take`. :class:`CallingServer` is for
    providers that call back. It can be used from plain code, asyncio and
    trio alike: it shares nothing with their loops. It logs nothing.

    Attributes:
        clock: What time it is for this provider.
        lock: Held while :meth:`answer` is at work, and reentrant. Take it
            where another method looks at what ``answer`` changes.
    """

    faults: frozenset[Fault] = OF_ANY_REQUEST
    """
    What it can be ordered to do wrong.

    By default what strikes any request, whatever it asks for. Name those
    too that :meth:`answer` asks after.
    """

    def __init__(self, *, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self.clock = clock
        self.lock = threading.RLock()
        self._orders = Orders()
        self._accepted: list[Taken] = []
        self._asked: deque[Asked] = deque(maxlen=_KEPT)
        self._requests = 0
        self._pause = 0.0

    # What a provider's double overrides.

    @abc.abstractmethod
    def answer(self, asked: Asked) -> Answer:
        """Do what a request asks for, and answer it; no I/O."""

    def complaint(self, fault: Fault) -> Answer:
        """
        What this provider answers if a whole request goes wrong.

        By default the plain statuses of HTTP: 500, 200 with JSON that
        breaks off, 429, and 429 with ``Retry-After: 1``.

        Args:
            fault: ``SERVER_ERROR``, ``BROKEN_BODY``, ``TOO_MANY`` or
                ``TOO_MANY_FOR_NOW``.
        """
        return _SAID[fault]

    # What a provider's double says and asks in `answer`.

    def take(self, taken: Taken) -> None:
        """Note a message as taken: it would have arrived."""
        with self.lock:
            self._accepted.append(taken)

    def withdraw(self, provider_ids: Collection[str]) -> None:
        """Forget messages that were taken and are not to leave after all."""
        with self.lock:
            self._accepted = [
                each
                for each in self._accepted
                if each.provider_id not in provider_ids
            ]

    def struck_request(self) -> Fault | None:
        """
        Ask once for each request that wants to send: is it to be refused?

        Returns:
            ``ORIGINATOR``, ``MONEY`` or ``ACCOUNT``, if it is its turn.
        """
        with self.lock:
            return self._orders.fault(Reach.SENDING)

    def struck_message(self) -> Fault | None:
        """
        Ask once for each message: is it to be refused?

        Returns:
            ``BAD_NUMBER``, ``OPTED_OUT`` or ``CONTENT``, if it is its turn.
        """
        with self.lock:
            return self._orders.fault(Reach.MESSAGE)

    # What tests do with it.

    @property
    def requests(self) -> int:
        """How many requests have come, those that went wrong too."""
        with self.lock:
            return self._requests

    @property
    def asked(self) -> Sequence[Asked]:
        """The last 1,000 requests that were read to their end."""
        with self.lock:
            return tuple(self._asked)

    @property
    def urls(self) -> Sequence[str]:
        """Where they went; some of Twilio's hold a number."""
        return tuple(f"{self.url}{asked.target}" for asked in self.asked)

    @property
    def accepted(self) -> Sequence[Taken]:
        """What it took, in order; also where its answer was lost."""
        with self.lock:
            return tuple(self._accepted)

    def fail(
        self, fault: Fault, *, times: int = 1, taken: bool = False
    ) -> None:
        """
        Let the next requests, or messages, go wrong; orders queue up.

        ``REFUSED`` lasts until :meth:`recover`, whatever ``times`` says:
        where nobody listens, nobody can count who knocked. It closes the
        connections that are open, when their answers are out.

        Args:
            fault: How.
            times: How many requests, or messages if the fault is one of a
                message. ``ORIGINATOR``, ``MONEY`` and ``ACCOUNT`` strike
                requests that send.
            taken: Whether the messages are taken all the same.

        Raises:
            ConfigurationError: This provider cannot fail so.
        """
        if fault not in self.faults:
            raise ConfigurationError(
                f"{type(self).__name__} cannot be ordered {fault.name}."
            )
        with self.lock:
            self._orders.add(fault, times, taken=taken)
        self._attend()

    def recover(self) -> None:
        """Forget all orders; listen again if connections were refused."""
        with self.lock:
            self._orders.clear()
            self._pause = 0.0
        self.up()

    def slow(self, seconds: float) -> None:
        """Wait so long before every answer; what it asked for is done."""
        with self.lock:
            self._pause = seconds

    # What connections ask; in the server's own thread.

    @property
    def pause(self) -> float:
        """Seconds before each answer."""
        return self._pause

    @property
    def closing(self) -> bool:
        """Whether connections are to end after their answer."""
        return self._down or self._orders.refusing

    def begin(self) -> Order | None:
        """A request has begun: what is to happen to it?"""
        with self.lock:
            self._requests += 1
            # One that came in before the port closed is not refused.
            return None if self._orders.refusing else self._next_order()

    def respond(self, asked: Asked, order: Order | None) -> Answer:
        """A request has been read to its end."""
        with self.lock:
            self._asked.append(asked)
            if order is None:
                return self.answer(asked)
            if order.taken:
                self.answer(asked)
            said = order.fault in _SAID
            return self.complaint(order.fault) if said else Answer(500)

    def _next_order(self) -> Order | None:
        order = self._orders.next(Reach.REQUEST)
        if self._orders.refusing:
            # Before the answer is out: who reads it may knock at once.
            self._shut()
        return order

    def __repr__(self) -> str:
        state = f"on port {self._port}" if self._thread else "stopped"
        return (
            f"<{type(self).__name__} {state}, {self.requests} requests, "
            f"{len(self._accepted)} accepted>"
        )

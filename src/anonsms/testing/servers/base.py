"""A server on this machine that plays a provider, with faults to order."""

from __future__ import annotations

import abc
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.listening import Listening
from anonsms.testing.servers.orders import Order, Orders, Reach


_KEPT: Final = 1000
"""Requests that :attr:`LocalServer.asked` remembers."""


def utc_now() -> datetime:
    """The time now, aware."""
    return datetime.now(UTC)


class LocalServer(Listening):
    """
    HTTP/1.1 on 127.0.0.1, in a thread of its own; a context manager.

    A provider's double overrides :meth:`answer` (a method without I/O,
    called under a lock) and :meth:`complaint`. It can be used from plain
    code, asyncio and trio alike: it shares nothing with their loops. It
    logs nothing.

    Attributes:
        clock: What time it is for this provider.
    """

    faults: frozenset[Fault] = frozenset(Fault)
    """What it can be ordered to do wrong."""

    def __init__(self, *, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self.clock = clock
        self._lock = threading.RLock()
        self._orders = Orders()
        self._accepted: list[Taken] = []
        self._asked: deque[Asked] = deque(maxlen=_KEPT)
        self._requests = 0
        self._pause = 0.0

    # What a provider's double overrides.

    @abc.abstractmethod
    def answer(self, asked: Asked) -> Answer:
        """Do what a request asks for, and answer it; no I/O."""

    @abc.abstractmethod
    def complaint(self, fault: Fault) -> Answer:
        """
        What this provider answers if a whole request goes wrong.

        Args:
            fault: ``SERVER_ERROR``, ``BROKEN_BODY``, ``TOO_MANY`` or
                ``TOO_MANY_FOR_NOW``.
        """

    # What tests do with it.

    @property
    def requests(self) -> int:
        """How many requests have come, those that went wrong too."""
        with self._lock:
            return self._requests

    @property
    def asked(self) -> Sequence[Asked]:
        """The last 1,000 requests that were read to their end."""
        with self._lock:
            return tuple(self._asked)

    @property
    def urls(self) -> Sequence[str]:
        """Where they went; some of Twilio's hold a number."""
        return tuple(f"{self.url}{asked.target}" for asked in self.asked)

    @property
    def accepted(self) -> Sequence[Taken]:
        """What it took, in order; also where its answer was lost."""
        with self._lock:
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
        with self._lock:
            self._orders.add(fault, times, taken=taken)
        self._attend()

    def recover(self) -> None:
        """Forget all orders; listen again if connections were refused."""
        with self._lock:
            self._orders.clear()
            self._pause = 0.0
        self.up()

    def slow(self, seconds: float) -> None:
        """Wait so long before every answer; what it asked for is done."""
        with self._lock:
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
        with self._lock:
            self._requests += 1
            # One that came in before the port closed is not refused.
            return None if self._orders.refusing else self._next_order()

    def respond(self, asked: Asked, order: Order | None) -> Answer:
        """A request has been read to its end."""
        with self._lock:
            self._asked.append(asked)
            if order is None:
                return self.answer(asked)
            if order.taken:
                self.answer(asked)
            if order.fault in _SAID:
                return self.complaint(order.fault)
            return Answer(500)

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


_SAID: Final = {
    Fault.SERVER_ERROR,
    Fault.BROKEN_BODY,
    Fault.TOO_MANY,
    Fault.TOO_MANY_FOR_NOW,
}

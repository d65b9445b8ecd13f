"""
How fast requests may leave, and how many may be under way.

A transport over HTTP does this by itself; any other one does it around each
thing that it sends, with at most ``pace.in_flight`` of them at once::

    pace.turn(Cost(originator, parts=3))    # or await pace.turn_async(...)
    pace.answered()     # or too_fast(retry_after), or failed()
"""

from __future__ import annotations

import hashlib
import logging
import math
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

import anyio.to_thread
from attrs import Attribute, Factory, define, field, frozen

from anonsms.errors import (
    ConfigurationError,
    LedgerError,
    NeverLeftError,
)
from anonsms.transport import waiting
from anonsms.transport.breaker import Breaker
from anonsms.transport.limit import AnyLimit, Limit, limit, limits
from anonsms.transport.pacebook import MemoryPaceBook, PaceBook
from anonsms.transport.window import Window


LONGEST_HOLD: Final = 900.0
"""Seconds that a provider's ``Retry-After`` counts at most."""

BRIEFLY: Final = 1.0
"""Seconds to hold at most when the provider complains and names no time."""

MOST_JITTER: Final = 30.0
"""Seconds that chance adds to a ``Retry-After`` at most."""

OVERSLEPT: Final = 1.0
"""Seconds by which a place is missed, so that another one is taken."""

_log = logging.getLogger("anonsms.transport")


@frozen
class Cost:
    """
    What one request uses up of the limits.

    Attributes:
        originator: Whom its messages are from; limits may be per originator.
        requests: Of requests per second.
        parts: Of parts per second.
    """

    # Not shown: it may be a number, if only the shop's own.
    originator: str = field(repr=False)
    requests: int = 1
    parts: int = 1


def _at_least_one(_pace: object, _which: Attribute[int], value: int) -> None:
    if not (isinstance(value, int) and value >= 1):
        raise ConfigurationError(
            "At least one request has to be under way: in_flight=1 or more."
        )


@define(kw_only=True, repr=False, eq=False)
class Pace:
    """
    How fast requests of one account may leave; safe in several threads.

    Limits are a :class:`Limit`, or a number per second. Those per originator
    hold for each of them, or, as a mapping, for the ones it names. Without
    limits it only learns from complaints.

    Attributes:
        requests: Requests of the whole account.
        parts: Parts of the whole account.
        requests_per_originator: Requests of one originator.
        parts_per_originator: Parts of one originator.
        most_in_flight: Most requests under way at once (``in_flight=``);
            how many may be now is :attr:`in_flight`.
        account: The shop's name for its account with the provider. Whoever
            shares a book and the name shares the places.
        book: Where the places are kept: in memory, or where other processes
            take theirs too.
        breaker: When to leave the provider alone.
        clock: Seconds since 1970.
        jitter: A random number from 0 to below 1.
    """

    requests: Limit | None = field(default=None, converter=limit)
    parts: Limit | None = field(default=None, converter=limit)
    requests_per_originator: Mapping[str, Limit] | Limit | None = field(
        default=None, converter=limits
    )
    parts_per_originator: Mapping[str, Limit] | Limit | None = field(
        default=None, converter=limits
    )
    most_in_flight: int = field(
        default=64, alias="in_flight", validator=_at_least_one
    )
    account: str = ""
    book: PaceBook = Factory(MemoryPaceBook)
    breaker: Breaker = Factory(Breaker)
    clock: Callable[[], float] = waiting.now
    jitter: Callable[[], float] = random.random
    _window: Window = field(init=False)
    _lock: threading.Lock = field(init=False, factory=threading.Lock)
    _held_until: float = field(init=False, default=0.0)
    # How often everything was stopped: places taken before are void.
    _stops: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._window = Window(self.most_in_flight)
        if self.book.shared and not self.account:
            raise ConfigurationError(
                "Name the account, so that only its own processes share its "
                'places: Pace(..., account="twilio-main").'
            )

    @property
    def in_flight(self) -> int:
        """How many requests may be under way now."""
        return self._window.size

    @property
    def counts_parts(self) -> bool:
        """Whether the parts of a request matter; else nobody counts them."""
        return not (self.parts is None and self.parts_per_originator is None)

    def turn(self, cost: Cost) -> None:
        """
        Wait until a request may leave.

        Raises:
            NeverLeftError: The book could not be written.
        """
        for seconds in self._waits(cost):
            waiting.sleep(seconds)

    async def turn_async(self, cost: Cost) -> None:
        """
        As :meth:`turn`, awaited, in asyncio and trio; can be cancelled.

        A book that may wait for a disk or a network does so on a worker
        thread.
        """
        waits = self._waits(cost)
        following = partial(next, waits, None)
        while True:
            if self.at_hand(cost):
                seconds = following()
            else:
                seconds = await anyio.to_thread.run_sync(following)
            if seconds is None:
                return
            await waiting.sleep_async(seconds)

    def reserve(self, cost: Cost) -> float:
        """
        Take a place of each limit; the seconds until the latest of them.

        For whoever waits by other means than :meth:`turn`, which also heeds
        what happens in the meantime.

        Raises:
            NeverLeftError: The book could not be written.
        """
        return max((self._place(*due) for due in self._due(cost)), default=0.0)

    def at_hand(self, cost: Cost) -> bool:
        """Whether :meth:`reserve` would wait for no disk and no network."""
        if not self.book.shared:
            return True
        now = self.clock()
        return all(
            self.book.at_hand(key, seconds, now)
            for key, seconds, _ in self._due(cost)
        )

    def answered(self) -> None:
        """An answer came, and it was no complaint."""
        with self._lock:
            self._window.answered()
            self.breaker.answered()

    def too_fast(self, retry_after: float | None) -> None:
        """
        The provider wants us to slow down: all of the account waits.

        Other processes learn of it through the limits of the account, in
        :attr:`requests` or :attr:`parts`; without them each finds out by
        itself. Places that they took already are not taken back.

        Args:
            retry_after: Seconds that it asks for; at most 15 minutes count.
                Up to as much again, at most 30 s, is added by chance. If it
                does not say: up to a second.
        """
        seconds = self.jitter() * BRIEFLY
        if retry_after is not None and not math.isnan(retry_after):
            asked = min(max(retry_after, 0.0), LONGEST_HOLD)
            seconds = asked + self.jitter() * min(asked, MOST_JITTER)
        until = self.clock() + seconds
        with self._lock:
            self._window.complained()
            self.breaker.answered()  # who complains is there
            self._held_until = max(self._held_until, until)
            self._stops += 1
        for kind, rate in (("requests", self.requests), ("parts", self.parts)):
            if rate is not None:
                # One unit then leaves at that moment, and no burst.
                backlog = rate.seconds(rate.burst - 1)
                self._hold(self._key(kind), until + backlog)

    def failed(self) -> None:
        """No answer came, or a server error."""
        with self._lock:
            self._window.complained()
            opened = self.breaker.failed(self.clock())
            self._stops += opened
        if opened:
            _log.warning(
                "The provider does not answer: nothing leaves for %.0f s",
                self.breaker.cool_down,
            )

    def stopped(self) -> float:
        """
        Seconds for which nothing is to leave; 0: go, and say how it went.

        Because the provider asked for a pause, or the breaker is open.
        """
        with self._lock:
            now = self.clock()
            # A clock that was put back must not make it longer.
            self._held_until = min(
                self._held_until, now + LONGEST_HOLD + MOST_JITTER
            )
            left = self._held_until - now
            return left if left > 0 else self.breaker.stopped(now)

    def _waits(self, cost: Cost) -> Iterator[float]:
        """What to sleep, one after the other, until it is one's turn."""
        while True:
            while (left := self.stopped()) > 0:
                yield left
            stops = self._stops
            for due in self._due(cost):
                ready_at = self.clock()
                if seconds := self._place(*due):
                    ready_at += seconds
                    yield seconds
                if self._stops != stops or (
                    # The machine slept, or was too busy: all that overslept
                    # would leave at once.
                    self.clock() > ready_at + OVERSLEPT
                ):
                    break
            else:
                return

    def _due(self, cost: Cost) -> Iterator[tuple[str, float, float]]:
        """
        Key, cost and burst in seconds for each limit that holds.

        The originator's first: a place of the account is taken when all
        else is waited for, so that it is not taken in vain.
        """
        both = (
            (
                "requests",
                cost.requests,
                self.requests_per_originator,
                self.requests,
            ),
            ("parts", cost.parts, self.parts_per_originator, self.parts),
        )
        for kind, units, of_each, _ in both:
            rate = (
                of_each.get(cost.originator)
                if isinstance(of_each, Mapping)
                else of_each
            )
            if rate is not None and units:
                key = self._key(kind, cost.originator)
                yield key, rate.seconds(units), rate.seconds(rate.burst)
        for kind, units, _, rate in both:
            if rate is not None and units:
                key = self._key(kind)
                yield key, rate.seconds(units), rate.seconds(rate.burst)

    def _key(self, kind: str, originator: str = "") -> str:
        """An originator may be a number: only a hash of it is written."""
        whose = f"anonsms/pace\0{kind}\0{self.account}\0{originator}"
        return hashlib.sha256(whose.encode()).hexdigest()

    def _place(self, key: str, cost: float, burst: float) -> float:
        try:
            return self.book.reserve(key, cost, burst, self.clock())
        except LedgerError as error:
            why = str(error)
        raise NeverLeftError(f"no place in the queue could be taken: {why}")

    def _hold(self, key: str, until: float) -> None:
        try:
            self.book.hold(key, until)
        except LedgerError as error:
            # The answer that asked for it counts for more than the pause;
            # this process pauses all the same.
            _log.warning("The pause is not shared: %s", error)

    def __repr__(self) -> str:
        return (
            f"<Pace {self.account or 'of one process'}: "
            f"{self.in_flight} of {self.most_in_flight} in flight>"
        )


__all__ = ["AnyLimit", "Cost", "Limit", "MemoryPaceBook", "Pace", "PaceBook"]

"""
How fast requests may leave, and how many may be under way.

A transport over HTTP does this by itself; any other one does it around each
thing that it sends, with at most ``pace.in_flight`` of them at once::

    pace.turn(Cost(originator, parts=3))    # or await pace.turn_async(...)
    pace.answered()     # or too_fast(retry_after), or failed()
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Mapping
from typing import Final

from attrs import Attribute, Factory, define, field

from anonsms.errors import ConfigurationError
from anonsms.transport import waiting
from anonsms.transport.brake import (
    EVERYBODY,
    LONGEST_HOLD,
    MOST_JITTER,
    Brake,
)
from anonsms.transport.breaker import Breaker
from anonsms.transport.forklock import ForkLock
from anonsms.transport.limit import Cost, Limit, limit, limits
from anonsms.transport.pacebook import MemoryPaceBook, PaceBook
from anonsms.transport.places import Places
from anonsms.transport.turn import Turn
from anonsms.transport.window import Window


BRIEFLY: Final = 1.0
"""Seconds to hold at most when the provider complains and names no time."""

_log = logging.getLogger("anonsms.transport")


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
    _lock: ForkLock = field(init=False, factory=ForkLock)
    _brake: Brake = field(init=False)
    _places: Places = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._window = Window(self.most_in_flight)
        self._brake = Brake(self.breaker)
        self._places = Places(
            self.account,
            self.book,
            (self.requests, self.parts),
            (self.requests_per_originator, self.parts_per_originator),
        )
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
    def batch_size(self) -> int:
        """
        Messages to hand over in one call, where each is a request.

        Four rounds of those that may be under way: fewer, and the end of
        each call waits for its slowest; more, and a crash leaves more of
        them in doubt.
        """
        return 4 * self.most_in_flight

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
        for seconds in self.line_up(cost).waits():
            waiting.sleep(seconds)

    async def turn_async(self, cost: Cost) -> None:
        """
        As :meth:`turn`, awaited, in asyncio and trio; can be cancelled.

        A book that may wait for a disk or a network does so on a worker
        thread.
        """
        turn = self.line_up(cost)
        waits = turn.waits()
        while (seconds := await turn.following(waits)) is not None:
            await waiting.sleep_async(seconds)

    def line_up(self, cost: Cost, longest: float = math.inf) -> Turn:
        """
        Begin to wait, for whoever sleeps by other means than :meth:`turn`.

        Args:
            cost: Of the request.
            longest: Seconds. Where a wait would be longer, no place is
                taken.
        """
        return Turn(cost, self._places, self._brake, self.clock, longest)

    def answered(self) -> None:
        """An answer came, and it was no complaint."""
        with self._lock:
            self._window.answered()
        self._brake.answered()

    def too_fast(
        self, retry_after: float | None, *, originator: str | None = None
    ) -> None:
        """
        The provider wants us to slow down: all of the account waits.

        Or one originator does, and the others go on. Other processes learn
        of it through the limits of the account, or of the originator;
        without them each finds out by itself. Places that they took already
        are not taken back.

        Args:
            retry_after: Seconds that it asks for; at most 15 minutes count.
                Up to as much again, at most 30 s, is added by chance. If it
                does not say: up to a second.
            originator: Whom it is about, if not the whole account.
        """
        seconds = self.jitter() * BRIEFLY
        if retry_after is not None and not math.isnan(retry_after):
            asked = min(max(retry_after, 0.0), LONGEST_HOLD)
            seconds = asked + self.jitter() * min(asked, MOST_JITTER)
        until = self.clock() + seconds
        if originator is None:
            with self._lock:
                self._window.complained()
            self._brake.answered()  # who complains is there
        whose = originator or EVERYBODY
        self._brake.hold(whose, until)
        self._places.hold(whose, until)

    def failed(self) -> None:
        """No answer came, or a server error."""
        with self._lock:
            self._window.complained()
        if self._brake.failed(self.clock()):
            _log.warning(
                "The provider does not answer: nothing leaves for %.0f s",
                self.breaker.cool_down,
            )

    def __repr__(self) -> str:
        return (
            f"<Pace {self.account or 'of one process'}: "
            f"{self.in_flight} of {self.most_in_flight} in flight>"
        )

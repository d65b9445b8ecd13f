"""The way out: how many go at once, how fast, and when nobody goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import anyio
from anyio import to_thread
from attrs import define, field

from anonsms.errors import ConfigurationError, LostAnswerError, NeverLeftError
from anonsms.transport import waiting
from anonsms.transport.breaker import LOOK_AGAIN
from anonsms.transport.flow import AsyncExchange
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.pace import Cost, Pace


PAUSED: Final = "not tried: the provider does not answer"
HELD: Final = "not tried: the provider asked for a pause"
_LONGEST_WAIT: Final = 60.0
"""Seconds; the caller is told of a longer pause and may come back."""
_TOO_MANY: Final = 429
_UNAVAILABLE: Final = 503
_SERVER_ERROR: Final = 500


@define
class Turnstile:
    """
    Lets so many in at once; the number may change meanwhile.

    Attributes:
        most: How many, at this moment.
        inside: How many are.
    """

    most: Callable[[], int]
    inside: int = 0
    _queue: deque[anyio.Event] = field(init=False, factory=deque)

    async def __aenter__(self) -> None:
        """Wait for a place; no longer than the others do."""
        # Who comes later does not pass by those who wait.
        first = not self._queue
        while not (first and self._room()):
            turn = anyio.Event()
            if first:
                self._queue.appendleft(turn)
            else:
                self._queue.append(turn)
            try:
                await turn.wait()
            except BaseException:
                if turn in self._queue:
                    self._queue.remove(turn)
                else:
                    self._next()
                raise
            first = True
        self.inside += 1
        if self._queue and self._room():
            self._next()

    async def __aexit__(self, *_: object) -> None:
        """Make room for the next."""
        self.inside -= 1
        if self._queue and self._room():
            self._next()

    def _room(self) -> bool:
        return self.inside < max(self.most(), 1)

    def _next(self) -> None:
        if self._queue:
            self._queue.popleft().set()


@define
class Halt:
    """
    Whether one run goes on.

    Attributes:
        why: Why nothing new is begun; empty as long as it is.
        retry_after: Seconds after which to come back, if anybody said so.
        failure: What is wrong with the set-up.
        left: How many requests were handed to the client.
    """

    why: str = ""
    retry_after: float | None = None
    failure: ConfigurationError | None = None
    left: int = 0

    def call(self, why: str, retry_after: float | None = None) -> None:
        """Begin nothing new; the first reason stays."""
        if not self.why:
            self.why, self.retry_after = why, retry_after

    def misfit(self, error: ConfigurationError) -> str:
        """Begin nothing new with such a set-up; what to say of the rest."""
        self.failure = self.failure or error
        self.call("not tried: the transport is not set up")
        return self.why


@define(eq=False)
class Road:
    """
    A client in one event loop, and the queue before it.

    Attributes:
        pace: How fast, and how many at once.
        exchange: The client.
        sleep: Waits.
        alone: Whether requests go one after another.
    """

    pace: Pace
    exchange: AsyncExchange
    sleep: Callable[[float], Awaitable[None]] = waiting.sleep_async
    alone: bool = False
    aclose: Callable[[], Awaitable[None]] | None = None
    _places: Turnstile = field(init=False)
    _kerb: Turnstile = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._places = Turnstile(lambda: self.pace.in_flight)
        # One at a time waits for its time: what the others would have been
        # told is out of date as soon as the provider asks for a pause.
        self._kerb = Turnstile(lambda: 1)

    async def carry(
        self, request: HttpRequest, cost: Cost, halt: Halt
    ) -> HttpResponse:
        """
        Wait for a place and for the time, then carry one request.

        Raises:
            NeverLeftError: It did not leave; also if nothing is to leave.
            LostAnswerError: It may have left.
        """
        async with self._places:
            async with self._kerb:
                await self._turn(cost, halt)
            if halt.why:
                raise NeverLeftError(halt.why)
            halt.left += 1
            return await self._exchanged(request)

    async def _turn(self, cost: Cost, halt: Halt) -> None:
        """
        Wait until it is one's turn, or call a halt.

        Who is let through has to report to the pace: it may be the one that
        an open breaker sends out to look.
        """
        pace = self.pace
        while not halt.why:
            left = pace.stopped()
            if left > 0:
                if left > LOOK_AGAIN and not pace.breaker.closed:
                    halt.call(PAUSED, left)
                elif left > _LONGEST_WAIT:
                    halt.call(HELD, left)
                else:
                    await self.sleep(left)
                continue
            looking = not pace.breaker.closed
            seconds = await self._place(cost)
            if seconds > _LONGEST_WAIT:
                halt.call(HELD, seconds)
            elif seconds > 0:
                await self.sleep(seconds)
                if not looking and (
                    not pace.breaker.closed or pace.stopped() > 0
                ):
                    continue  # it was stopped meanwhile; the place is void
            return

    async def _place(self, cost: Cost) -> float:
        """Take a place in the queue; seconds until it is its turn."""
        if self.alone or self.pace.at_hand(cost):
            return self.pace.reserve(cost)
        # Other processes write the same book: it may have to wait for them.
        return await to_thread.run_sync(self.pace.reserve, cost)

    async def _exchanged(self, request: HttpRequest) -> HttpResponse:
        try:
            response = await self.exchange(request)
            status = response.status
        except (NeverLeftError, LostAnswerError):
            self.pace.failed()
            raise
        except Exception as error:  # noqa: BLE001 - of a caller's client
            broke = type(error).__name__
        else:
            now = datetime.fromtimestamp(waiting.now(), UTC)
            pause = response.retry_after(now)
            if status == _TOO_MANY or (
                status == _UNAVAILABLE and pause is not None
            ):
                self.pace.too_fast(pause)
            elif status >= _SERVER_ERROR:
                self.pace.failed()
            else:
                self.pace.answered()
            return response
        self.pace.failed()
        raise LostAnswerError(f"the client broke with {broke}")

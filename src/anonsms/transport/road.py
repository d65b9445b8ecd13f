"""The way out: how many go at once, how fast, and when nobody goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Final
from weakref import WeakValueDictionary

from attrs import define, field

from anonsms.errors import ConfigurationError, LostAnswerError, NeverLeftError
from anonsms.transport import waiting
from anonsms.transport.brake import EVERYBODY, Stop
from anonsms.transport.flow import AsyncExchange
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.limit import Cost
from anonsms.transport.pace import Pace
from anonsms.transport.turn import TooLongError, Turn
from anonsms.transport.turnstile import Turnstile, one_by_one


LONGEST_WAIT: Final = 60.0
"""Seconds; the caller is told of a longer pause and may come back."""

COMPLAINTS: Final = frozenset({429, 503})
"""Statuses that ask for a pause, if the second one names it."""

_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


@define
class Halt:
    """
    Whether one run goes on.

    Attributes:
        why: Why nothing new is begun; empty as long as it is.
        retry_after: Seconds after which to come back, if anybody said so.
        failure: What is wrong with the set-up.
        begun: Whether a request was handed to the client.
    """

    why: str = ""
    retry_after: float | None = None
    failure: ConfigurationError | None = None
    begun: bool = False
    _stops: dict[str, Stop] = field(init=False, factory=dict)

    def call(self, why: str, retry_after: float | None = None) -> None:
        """Begin nothing new; the first reason stays."""
        if not self.why:
            self.why, self.retry_after = why, retry_after

    def note(self, stop: Stop) -> None:
        """Begin nothing new: of one originator, or at all."""
        if stop.whose == EVERYBODY:
            self.call(stop.why, stop.seconds)
        else:
            self._stops.setdefault(stop.whose, stop)

    def misfit(self, error: ConfigurationError) -> str:
        """Begin nothing new with such a set-up; what to say of the rest."""
        self.failure = self.failure or error
        self.call("not tried: the transport is not set up")
        return self.why

    def said(self, originator: str) -> tuple[str, float | None]:
        """Why, and for how long, none of its messages leaves; or ``""``."""
        stop = None if self.why else self._stops.get(originator)
        if stop is None:
            return self.why, self.retry_after
        return stop.why, stop.seconds


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
    _under_way: Turnstile = field(init=False)
    # Before each limit one at a time waits: what the others would have been
    # told is out of date as soon as the provider asks for a pause.
    _lines: WeakValueDictionary[str, Turnstile] = field(
        init=False, factory=WeakValueDictionary
    )
    _gates: dict[bool, Turnstile] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._under_way = Turnstile(lambda: self.pace.in_flight)
        # What has no parts, a look-up, does not wait behind texts that do.
        self._gates = {parts: one_by_one() for parts in (True, False)}

    async def turn(self, cost: Cost, halt: Halt) -> None:
        """
        Wait until a request may leave: :meth:`carry` it then, at once.

        It may be the one that an open breaker sends out to look, and has a
        place among those that are under way.

        Raises:
            NeverLeftError: It is not to leave, as ``halt`` tells, or the
                book of the pace could not be written.
        """
        turn = self.pace.line_up(cost, LONGEST_WAIT)
        try:
            # A slow originator holds up its own line and no other.
            async with self._line(cost.originator):
                while turn.void:
                    await self._waited(turn, turn.own(), halt)
                    async with self._gates[cost.parts > 0]:
                        await self._entered(turn, halt)
        except TooLongError as error:
            halt.note(error.stop)
        else:
            return
        raise NeverLeftError(halt.said(cost.originator)[0])

    async def carry(self, request: HttpRequest) -> HttpResponse:
        """
        Carry one request after its :meth:`turn`; it is over with that.

        Raises:
            NeverLeftError: It did not leave.
            LostAnswerError: It may have left.
        """
        try:
            return await self._exchanged(request)
        finally:
            self._under_way.leave()

    async def _exchanged(self, request: HttpRequest) -> HttpResponse:
        """Carry it, and tell the pace how it went."""
        try:
            response = await self.exchange(request)
            status = response.status
        except (NeverLeftError, LostAnswerError):
            self.pace.failed()
            raise
        except Exception as error:  # noqa: BLE001 - of a caller's client
            broke = type(error).__name__
        else:
            pause = response.retry_after(waiting.utc_now())
            if status == _TOO_MANY or (
                status in COMPLAINTS and pause is not None
            ):
                self.pace.too_fast(pause)
            elif status >= _SERVER_ERROR:
                self.pace.failed()
            else:
                self.pace.answered()
            return response
        self.pace.failed()
        raise LostAnswerError(f"the client broke with {broke}")

    async def _entered(self, turn: Turn, halt: Halt) -> None:
        """Be under way, if the turn is not void then."""
        await self._under_way.enter()
        try:
            await self._waited(turn, turn.shared(), halt)
        except BaseException:
            self._under_way.leave()
            raise
        if turn.void:
            self._under_way.leave()

    async def _waited(
        self, turn: Turn, waits: Iterator[float], halt: Halt
    ) -> None:
        """Sleep, as long as the run goes on."""
        while True:
            why, _ = halt.said(turn.cost.originator)
            if why:
                raise NeverLeftError(why)
            if self.alone:
                seconds = next(waits, None)
            else:
                seconds = await turn.following(waits)
            if seconds is None:
                return
            await self.sleep(seconds)

    def _line(self, originator: str) -> Turnstile:
        line = self._lines.get(originator)
        if line is None:
            line = self._lines[originator] = one_by_one()
        return line

"""One request in the queue: what it has to wait for."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from typing import Final

import anyio.to_thread
from attrs import define, field

from anonsms.transport.brake import EVERYBODY, SILENT, Brake, Stop
from anonsms.transport.breaker import LOOK_AGAIN
from anonsms.transport.limit import Cost
from anonsms.transport.places import ONLY_ASKING, Due, Places


OVERSLEPT: Final = 1.0
"""Seconds by which a place is missed, so that another one is taken."""

LATER: Final = "not tried: the limits of the pace let it leave only later"


class TooLongError(Exception):
    """
    The wait is longer than anybody here waits; nothing was taken for it.

    Attributes:
        stop: How long it is, why, and for whom.
    """

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.why)
        self.stop = stop


@define(eq=False, repr=False)
class Turn:
    """
    One request that waits for its turn.

    First come the limits of its originator, in :meth:`own`, then those of
    the account, in :meth:`shared`: a place of the account is taken when all
    else is waited for, so that nobody else waits for it in vain. Both give
    the seconds to sleep, one after the other. If :attr:`void` is true
    afterwards, everything was stopped in the meantime, or overslept: begin
    anew.

    Args:
        cost: Of the request.
        places: The limits.
        brake: What may stop it meanwhile.
        clock: Seconds since 1970.
        longest: Seconds that a wait may have.
    """

    cost: Cost
    places: Places
    brake: Brake
    clock: Callable[[], float]
    longest: float = math.inf
    void: bool = field(init=False, default=True)
    _own: list[Due] = field(init=False)
    _shared: list[Due] = field(init=False)
    _stops: int = field(init=False, default=-1)

    def __attrs_post_init__(self) -> None:
        # What has no originator, a look-up, is the account's alone.
        whose = self.cost.originator
        self._own = self.places.due(self.cost, whose) if whose else []
        self._shared = self.places.due(self.cost, EVERYBODY)

    def waits(self) -> Iterator[float]:
        """
        All that there is to sleep, until it may leave.

        Raises:
            TooLongError: One of them is too long.
            NeverLeftError: The book could not be written.
        """
        while self.void:
            yield from self.own()
            yield from self.shared()

    def own(self) -> Iterator[float]:
        """What to sleep for the originator's limits. As :meth:`waits`."""
        originator = self.cost.originator
        while True:
            yield from self._while_stopped()
            self._stops = self.brake.stops(originator)
            if self._own:
                self._look_ahead()
            if (yield from self._placed(self._own, originator)):
                return

    def shared(self) -> Iterator[float]:
        """What to sleep for the account's limits. As :meth:`waits`."""
        if not self._stopped():
            self.void = not (yield from self._placed(self._shared, EVERYBODY))

    async def following(self, waits: Iterator[float]) -> float | None:
        """
        The next of its waits; ``None`` after the last.

        A book that may wait for a disk or a network does so on a worker
        thread.
        """
        if self._at_hand():
            return next(waits, None)
        seconds: float | None = await anyio.to_thread.run_sync(
            next, waits, None
        )
        return seconds

    def _at_hand(self) -> bool:
        """Whether no place has to be fetched from a disk or a network."""
        if not self.places.book.shared:
            return True
        now = self.clock()
        return all(
            self.places.at_hand(each, now)
            for each in (*self._own, *self._shared)
        )

    def _while_stopped(self) -> Iterator[float]:
        """Wait for the end of pauses, and for the breaker."""
        while True:
            stop = self.brake.stopped(self.cost.originator, self.clock())
            if stop is None:
                return
            # Nobody waits for a provider that does not answer, but for a
            # probe that is under way.
            silent = stop.why == SILENT and math.isfinite(self.longest)
            if stop.seconds > (LOOK_AGAIN if silent else self.longest):
                raise TooLongError(stop)
            yield stop.seconds

    def _look_ahead(self) -> None:
        """Take no place of the originator if the account's is too far."""
        if math.isinf(self.longest):
            return
        for each in self._shared:
            seconds = self.places.reserve(each, self.clock(), ONLY_ASKING)
            self._check(seconds, EVERYBODY)

    def _placed(
        self, due: list[Due], whose: str
    ) -> Generator[float, None, bool]:
        """Take the places; whether all of them still hold at the end."""
        for each in due:
            ready_at = self.clock()
            seconds = self.places.reserve(each, ready_at, self.longest)
            self._check(seconds, whose)
            if seconds:
                ready_at += seconds
                yield seconds
            # If the machine slept, or was too busy, all that overslept
            # would leave at once.
            if self._stopped() or self.clock() > ready_at + OVERSLEPT:
                return False
        return True

    def _check(self, seconds: float, whose: str) -> None:
        if seconds > self.longest:
            raise TooLongError(Stop(seconds, LATER, whose))

    def _stopped(self) -> bool:
        """Whether it was stopped since it began."""
        return self.brake.stops(self.cost.originator) != self._stops

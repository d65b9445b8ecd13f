"""Tasks of one event loop that go in so many at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import anyio
from attrs import define, field


@define(eq=False)
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

    async def enter(self) -> None:
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

    def leave(self) -> None:
        """Make room for the next."""
        self.inside -= 1
        if self._queue and self._room():
            self._next()

    async def __aenter__(self) -> None:
        await self.enter()

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    def _room(self) -> bool:
        return self.inside < max(self.most(), 1)

    def _next(self) -> None:
        if self._queue:
            self._queue.popleft().set()


def one_by_one() -> Turnstile:
    """One that lets in one after the other."""
    return Turnstile(lambda: 1)

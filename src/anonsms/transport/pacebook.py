"""Where the places in the queue are kept."""

from __future__ import annotations

import math
from typing import Final, Protocol

from anonsms.transport import gcra
from anonsms.transport.forklock import ForkLock


class PaceBook(Protocol):
    """
    Where the places in the queue are kept, so that processes share them.

    Its methods are called from several threads.
    """

    @property
    def shared(self) -> bool:
        """Whether other processes take their places from it too."""
        ...

    def at_hand(self, key: str, cost: float, now: float) -> bool:
        """Whether :meth:`reserve` would wait for no disk and no network."""
        ...

    def reserve(
        self,
        key: str,
        cost: float,
        burst: float,
        now: float,
        longest: float = math.inf,
    ) -> float:
        """
        Take the next place of a key, in one step, as :mod:`gcra` says.

        Args:
            key: Whose limit; opaque, never a person's.
            cost: Seconds that it uses up: units divided by the rate.
            burst: Seconds that may be used up at once.
            now: Seconds since 1970.
            longest: Seconds to wait at most: a place further away is not
                taken. Below 0, none is.

        Returns:
            Seconds to wait, from ``now``, whether it was taken or not.
        """
        ...

    def hold(self, key: str, until: float) -> None:
        """
        Let no place of this key begin before ``until``, seconds since 1970.

        A request leaves up to a burst before the end of its place: whoever
        wants it to leave at ``until`` adds the burst, less one unit.
        """
        ...


class MemoryPaceBook:
    """Places for the threads of one process."""

    shared: Final = False

    def __init__(self) -> None:
        self._done_at: dict[str, float] = {}
        self._lock = ForkLock()

    def at_hand(self, key: str, cost: float, now: float) -> bool:
        """Always."""
        del key, cost, now
        return True

    def reserve(
        self,
        key: str,
        cost: float,
        burst: float,
        now: float,
        longest: float = math.inf,
    ) -> float:
        """Take the next place of a key; the seconds to wait for it."""
        with self._lock:
            done_at, seconds = gcra.place(
                self._done_at.get(key, now), cost, burst, now, longest
            )
            self._done_at[key] = done_at
        return seconds

    def hold(self, key: str, until: float) -> None:
        """Let no place of this key begin before ``until``."""
        with self._lock:
            self._done_at[key] = max(self._done_at.get(key, until), until)

    def __repr__(self) -> str:
        return f"<MemoryPaceBook of {len(self._done_at)} limits>"

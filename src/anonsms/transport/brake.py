"""What keeps an account, or one originator, from sending for a while."""

from __future__ import annotations

from collections import Counter
from typing import Final

from attrs import define, field, frozen

from anonsms.transport.breaker import Breaker
from anonsms.transport.forklock import ForkLock


EVERYBODY: Final = ""
"""The whole account, where else an originator is named."""

LONGEST_HOLD: Final = 900.0
"""Seconds that a provider's ``Retry-After`` counts at most."""

MOST_JITTER: Final = 30.0
"""Seconds that chance adds to a ``Retry-After`` at most."""

SILENT: Final = "not tried: the provider does not answer"
HELD: Final = "not tried: the provider asked for a pause"


@frozen
class Stop:
    """
    Why something cannot leave yet.

    Attributes:
        seconds: How long to wait.
        why: For the outcome of what is not tried.
        whose: The originator that it is about, or everybody.
    """

    seconds: float
    why: str
    whose: str = field(default=EVERYBODY, repr=False)


@define(eq=False, repr=False)
class Brake:
    """
    The pauses that the provider asked for, and the breaker.

    Safe in several threads. Times are seconds since 1970, passed in.
    """

    breaker: Breaker
    _held_until: dict[str, float] = field(init=False, factory=dict)
    _stops: Counter[str] = field(init=False, factory=Counter)
    _lock: ForkLock = field(init=False, factory=ForkLock)

    def answered(self) -> None:
        """Note that the provider is there, be it to complain."""
        with self._lock:
            self.breaker.answered()

    def failed(self, now: float) -> bool:
        """Note that no answer came; whether that opened the breaker."""
        with self._lock:
            opened = self.breaker.failed(now)
            self._stops[EVERYBODY] += opened
        return opened

    def hold(self, whose: str, until: float) -> None:
        """Let nothing leave before; no earlier pause gets shorter by it."""
        with self._lock:
            before = self._held_until.get(whose, until)
            self._held_until[whose] = max(before, until)
            self._stops[whose] += 1

    def stops(self, originator: str) -> int:
        """How often it was stopped: places taken before that are void."""
        # Both only grow, so that the sum changes with each of them.
        return self._stops[EVERYBODY] + self._stops[originator]

    def stopped(self, originator: str, now: float) -> Stop | None:
        """
        What keeps it from leaving; ``None``: go, and say how it went.

        Whoever is told to go may be the one that an open breaker sends out
        to look.
        """
        with self._lock:
            for whose in (EVERYBODY, originator):
                seconds = self._held(whose, now)
                if seconds > 0:
                    return Stop(seconds, HELD, whose)
            seconds = self.breaker.stopped(now)
        return Stop(seconds, SILENT) if seconds > 0 else None

    def _held(self, whose: str, now: float) -> float:
        until = self._held_until.get(whose)
        if until is None:
            return 0.0
        # A clock that was put back must not make it longer.
        until = min(until, now + LONGEST_HOLD + MOST_JITTER)
        if until <= now:
            del self._held_until[whose]
            return 0.0
        self._held_until[whose] = until
        return until - now

"""The circuit breaker: leave a provider alone that does not answer."""

from __future__ import annotations

from collections import deque
from typing import Final

from attrs import define, field


LOOK_AGAIN: Final = 1.0
"""Seconds after which to ask again while a probe is under way."""


@define
class Breaker:
    """
    Opens after many failures, then lets single probes through.

    *Closed*, everything goes. With ``failures`` among the last ``of``
    answers it *opens*: nothing goes for ``cool_down`` seconds. Then one
    request may probe: a good answer closes it, a failure opens it again. A
    probe that is never heard of again is given up after another
    ``cool_down``.

    Times are seconds since any moment, passed in.

    Attributes:
        failures: How many of the last answers are too many.
        of: How many answers it looks back.
        cool_down: Seconds.
    """

    failures: int = 5
    of: int = 20
    cool_down: float = 30.0
    _last: deque[bool] = field(init=False)  # whether each failed
    _opened_at: float | None = field(init=False, default=None)
    _probed_at: float | None = field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        self._last = deque(maxlen=self.of)

    @property
    def closed(self) -> bool:
        """Whether everything goes."""
        return self._opened_at is None

    def answered(self) -> None:
        """Note a good answer: close, if it may be that of a probe."""
        if self._probed_at is not None:
            self._opened_at = self._probed_at = None
            self._last.clear()
        elif self.closed:
            self._last.append(False)
        # Else the request left before it opened; the one answer does not
        # outweigh the failures.

    def failed(self, now: float) -> bool:
        """
        Note that no answer came, or a server error.

        Returns:
            Whether it opened.
        """
        if self.closed:
            self._last.append(True)
            if sum(self._last) < self.failures:
                return False
        elif self._probed_at is None:
            return False  # it left before; what it tells is known already
        self._last.clear()
        self._opened_at, self._probed_at = now, None
        return True

    def stopped(self, now: float) -> float:
        """
        Seconds for which the caller is to stay away; 0: go, and report.

        Whoever is told 0 after a cool-down is the probe.
        """
        if self._opened_at is None:
            return 0.0
        # A clock that was put back must not make it longer.
        self._opened_at = min(self._opened_at, now)
        left = self._opened_at + self.cool_down - now
        if left > 0:
            return left
        if self._probed_at is not None:
            self._probed_at = min(self._probed_at, now)
            left = self._probed_at + self.cool_down - now
            if left > 0:
                return min(left, LOOK_AGAIN)
        self._probed_at = now
        return 0.0

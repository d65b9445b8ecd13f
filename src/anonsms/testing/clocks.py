"""
Time for tests: nothing waits, and a clock moves only when it is told to.

Both are context managers; a fixture is two lines::

    @pytest.fixture
    def waits():
        with no_waiting() as waits:
            yield waits
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.transport import waiting


NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""Where a frozen clock stands by itself: a Monday, noon in UTC."""


class Waits:
    """
    A time in which sleeping takes none, and the clock jumps instead.

    Attributes:
        seconds: What was asked for, one entry for each wait.
    """

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._lock = threading.Lock()
        self._real = waiting.RealTime()
        self._ahead = 0.0

    @property
    def count(self) -> int:
        """How often something would have waited."""
        return len(self.seconds)

    @property
    def total(self) -> float:
        """Seconds asked for, all together."""
        return sum(self.seconds)

    def now(self) -> float:
        """Seconds since 1970, as if the waits had taken place."""
        return self._read() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Return at once."""
        self._pass(seconds, self.now() + seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Return at once, but let other tasks go on, or cancel, here."""
        until = self.now() + seconds
        await self._real.sleep_async(0)
        self._pass(seconds, until)

    def _pass(self, seconds: float, until: float) -> None:
        # Whoever waits at the same time waits for the same seconds.
        with self._lock:
            self.seconds.append(seconds)
            self._ahead += max(until - self.now(), 0.0)

    def _read(self) -> float:
        return self._real.now()

    def __repr__(self) -> str:
        return f"<{self.count} waits, {self.total:.1f} s in all>"


class FrozenClock(Waits):
    """
    A clock that stands still; a wait moves it, and so does :meth:`move`.

    Call it for the time: pass it as ``clock=`` to whatever takes one.

    Args:
        moment: Where it stands; aware.
    """

    def __init__(self, moment: datetime = NOON) -> None:
        super().__init__()
        if moment.tzinfo is None:
            raise ConfigurationError(
                "A frozen clock stands at an aware datetime: "
                "datetime(2026, 3, 2, 12, tzinfo=UTC)."
            )
        self._moment = moment.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time, aware, in UTC."""
        return self._moment + timedelta(seconds=self._ahead)

    def move(self, by: timedelta) -> None:
        """Move it, forwards or backwards."""
        with self._lock:
            self._ahead += by.total_seconds()

    def _read(self) -> float:
        return self._moment.timestamp()

    def __repr__(self) -> str:
        return f"<FrozenClock at {self():%Y-%m-%d %H:%M:%S} UTC>"


@contextlib.contextmanager
def no_waiting() -> Iterator[Waits]:
    """
    Let transports wait for nothing: between tries, for their pace, a pause.

    What they use as a clock jumps by what they would have waited, so that a
    limit, a ``Retry-After`` and a circuit breaker behave as if they had.

    >>> from anonsms.transport import Cost, Pace
    >>> pace = Pace(requests=2)
    >>> with no_waiting() as waits:
    ...     for _ in range(5):
    ...         pace.turn(Cost("MaBoutique"))
    >>> waits.count
    4

    Yields:
        What was waited for.
    """
    waits = Waits()
    with waiting.another(waits):
        yield waits


@contextlib.contextmanager
def frozen_clock(moment: datetime = NOON) -> Iterator[FrozenClock]:
    """
    Let the time stand still, for transports and whoever is given the clock.

    >>> with frozen_clock() as clock:
    ...     clock.move(timedelta(hours=1))
    ...     clock()
    datetime.datetime(2026, 3, 2, 13, 0, tzinfo=datetime.timezone.utc)

    Args:
        moment: Where it stands; aware.

    Yields:
        The clock: call it for the time. A transport that waits moves it, as
        under :func:`no_waiting`.
    """
    clock = FrozenClock(moment)
    with waiting.another(clock):
        yield clock

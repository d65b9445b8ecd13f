"""
The only place where a transport waits, and where it looks at the time.

Tests put a time of their own here, see :func:`anonsms.testing.no_waiting`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import anyio


class Time(Protocol):
    """A time to wait in."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait on this thread."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Wait in asyncio or trio; can be cancelled."""
        ...


class RealTime:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait on this thread."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait in asyncio or trio; can be cancelled."""
        await anyio.sleep(seconds)


# All threads share it: one of them may do the waiting for another.
_times: list[Time] = [RealTime()]


def now() -> float:
    """Seconds since 1970."""
    return _times[-1].now()


def sleep(seconds: float) -> None:
    """Wait on this thread."""
    _times[-1].sleep(seconds)


async def sleep_async(seconds: float) -> None:
    """Wait in asyncio or trio; can be cancelled."""
    await _times[-1].sleep_async(seconds)


@contextlib.contextmanager
def another(instead: Time) -> Iterator[None]:
    """Let all transports of this process wait in another time meanwhile."""
    _times.append(instead)
    try:
        yield
    finally:
        _times.remove(instead)


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.fromtimestamp(now(), UTC)

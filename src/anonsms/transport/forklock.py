"""A lock that a forked child finds open."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Final


class ForkLock:
    """
    A lock for what threads share and a forked child goes on with.

    A child has one thread only. What another thread of the parent held at
    the moment of the fork would stay locked in the child for ever. What it
    guards here are numbers that may be a little out of date.
    """

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self.renew()
        _ALL.add(self)

    def renew(self) -> None:
        """Let nobody hold it."""
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def __repr__(self) -> str:
        return f"<ForkLock, {'held' if self._lock.locked() else 'open'}>"


_ALL: Final[weakref.WeakSet[ForkLock]] = weakref.WeakSet()


def _renew_all() -> None:
    for lock in list(_ALL):
        lock.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_renew_all)

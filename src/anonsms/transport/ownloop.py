"""A thread with an event loop of its own, for callers that have none."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Final, TypeVar

from anonsms.errors import ConfigurationError


T = TypeVar("T")

_CLOSED: Final = "The transport was closed while it was at work."

# Of a process that was forked while they ran. Closing them would reach into
# the parent's: they share its sockets and its selector.
_left_behind: Final[list[OwnLoop]] = []


class OwnLoop:
    """
    Runs coroutines for other threads, on a thread of its own.

    It works wherever the caller is: in a script, in Jupyter, in a thread,
    in a running event loop. The thread is a daemon: a program that forgets
    to close it ends all the same.
    """

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._closing: list[Callable[[], Coroutine[None, None, None]]] = []
        # What is handed to the loop after its end would never be answered.
        self._gate = threading.Lock()
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._live, args=(ready,), name="anonsms", daemon=True
        )
        self._thread.start()
        ready.wait()

    @property
    def alive(self) -> bool:
        """Whether it can run anything, in this process."""
        return self._pid == os.getpid() and self._thread.is_alive()

    def run(self, coroutine: Coroutine[None, None, T]) -> T:
        """
        Run a coroutine there; wait for it here.

        Raises:
            ConfigurationError: This is the thread itself, which cannot wait.
            RuntimeError: The loop was closed meanwhile; what the coroutine
                had begun may have happened.
        """
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise ConfigurationError(
                "A flow of a transport cannot call the transport's sync "
                "methods. Yield the request instead."
            )
        with self._gate:
            if self._closing:
                coroutine.close()
                raise RuntimeError(_CLOSED)
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except CancelledError:
            pass
        finally:
            future.cancel()
        raise RuntimeError(_CLOSED)

    def close(self, last: Callable[[], Coroutine[None, None, None]]) -> None:
        """
        Stop what runs there, and end the thread.

        Args:
            last: Awaited there at the end.
        """
        if not self.alive:
            _left_behind.append(self)
            return
        with self._gate:
            first = not self._closing
            self._closing.append(last)
            if first:
                self._loop.call_soon_threadsafe(self._end.set)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _live(self, ready: threading.Event) -> None:
        asyncio.run(self._main(ready))

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        ready.set()
        await self._end.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for last in self._closing:
            await last()


def at_once(coroutine: Coroutine[None, None, T]) -> T:
    """
    Run a coroutine that never waits for an event loop, on this thread.

    Its exchange and its sleep are those of sync code, which hold up the
    thread instead.
    """
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("A coroutine for sync code waited for an event loop.")

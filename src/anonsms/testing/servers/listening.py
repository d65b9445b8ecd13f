"""A port on this machine that opens, closes and stays ours."""

from __future__ import annotations

import abc
import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from anonsms.errors import ConfigurationError
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.orders import Order
from anonsms.testing.servers.wire import Wire


HOST: Final = "127.0.0.1"
_BACKLOG: Final = 512


class Listening(abc.ABC):
    """
    HTTP/1.1 on 127.0.0.1, in a thread and an asyncio loop of its own.

    Attributes:
        wires: The connections that are open.
    """

    def __init__(self) -> None:
        self.wires: set[Wire] = set()
        self._down = False
        self._error: Exception | None = None
        self._port = 0
        self._open: socket.socket | None = None
        self._held: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()
        self._arriving: set[asyncio.Future[None]] = set()
        self._thread: threading.Thread | None = None

    @property
    @abc.abstractmethod
    def pause(self) -> float:
        """Seconds before each answer."""

    @property
    @abc.abstractmethod
    def closing(self) -> bool:
        """Whether connections are to end after their answer."""

    @abc.abstractmethod
    def begin(self) -> Order | None:
        """A request has begun: what is to happen to it?"""

    @abc.abstractmethod
    def respond(self, asked: Asked, order: Order | None) -> Answer:
        """A request has been read to its end."""

    @property
    def url(self) -> str:
        """
        ``http://127.0.0.1:<port>``, without a slash at its end.

        Raises:
            ConfigurationError: The server was never started.
        """
        if not self._port:
            raise ConfigurationError(
                "The server has no address yet: start it with `with`."
            )
        return f"http://{HOST}:{self._port}"

    def down(self) -> None:
        """Refuse connections, until :meth:`up` or :meth:`recover`."""
        self._down = True
        self._attend()

    def up(self) -> None:
        """Listen again, on the same port."""
        self._down = False
        self._attend()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse connections while inside."""
        self.down()
        try:
            yield
        finally:
            self.up()

    @property
    def ended(self) -> bool:
        """Whether there is to be no more connection."""
        return self._end.is_set()

    def failed(self, error: Exception) -> None:
        """Keep an error of our own, to raise it where it can be seen."""
        self._error = self._error or error

    # Its life.

    def start(self) -> None:
        """
        Listen. ``with`` does it.

        Raises:
            ConfigurationError: It listens already.
        """
        if self._thread:
            raise ConfigurationError("This server has been started already.")
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(ready,),
            name=type(self).__name__,
            daemon=True,
        )
        self._thread.start()
        ready.wait()
        if not self._port:
            self.close()

    def close(self) -> None:
        """
        Stop, and end every connection; a second time does nothing.

        Raises:
            Exception: What went wrong inside the server itself.
        """
        thread, loop = self._thread, self._loop
        if thread:
            if loop:
                loop.call_soon_threadsafe(self._end.set)
            thread.join()
            self._thread = self._loop = None
        error, self._error = self._error, None
        if error:
            raise error

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            # What went wrong in the test comes first.
            self._error = None
        self.close()

    def _run(self, ready: threading.Event) -> None:
        # Not the platform's own loop: Windows' has no add_reader.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve(ready))

    def _attend(self) -> None:
        """Listen or not, as ordered; returns when it is so."""
        if self._loop:
            done: Future[None] = Future()
            self._loop.call_soon_threadsafe(self._settle, done)
            done.result()

    async def _serve(self, ready: threading.Event) -> None:
        self._end = asyncio.Event()
        try:
            self._held = _bound(0)
            self._port = self._held.getsockname()[1]
            self._loop = asyncio.get_running_loop()
            self._settle(Future())
        except OSError as error:
            self.failed(error)
            self._end.set()
        ready.set()
        await self._end.wait()
        self._shut()
        if self._held:
            self._held.close()
            self._held = None
        await asyncio.gather(*self._arriving)
        for wire in list(self.wires):
            wire.drop()
        # They say goodbye in the loop's next round.
        await asyncio.sleep(0)

    def _settle(self, done: Future[None]) -> None:
        try:
            if self.closing:
                self._shut()
            elif self._held and self._loop:
                self._open, self._held = self._held, None
                self._open.listen(_BACKLOG)
                self._loop.add_reader(self._open, self._welcome, self._open)
            done.set_result(None)
        except OSError as error:
            done.set_exception(error)

    def _welcome(self, door: socket.socket) -> None:
        # asyncio's own Server forgets whom it was just letting in when it
        # is closed; their sockets would stay open.
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                # Nobody is left at the door.
                return
            line.setblocking(False)  # noqa: FBT003
            task = asyncio.ensure_future(self._let_in(line))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _let_in(self, line: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: Wire(self), line)

    def _shut(self) -> None:
        if not self._open or not self._loop:
            return
        self._loop.remove_reader(self._open)
        # Whoever was let in by the kernel already is not to be reset.
        self._welcome(self._open)
        self._open.close()
        self._open = None
        # Bound and not listening: connections are refused, and nobody else
        # on this machine is given the port meanwhile.
        self._held = _bound(self._port)
        for wire in list(self.wires):
            if wire.idle:
                wire.close()


def _bound(port: int) -> socket.socket:
    """A socket bound to this machine's port, not listening yet."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setblocking(False)  # noqa: FBT003
    try:
        if os.name == "posix":
            # Connections that linger must not keep the port from us.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, port))
    except OSError:
        held.close()
        raise
    return held

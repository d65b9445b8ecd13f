"""Connections under trio, over streams of anyio."""

from __future__ import annotations

import contextlib
import ssl
from typing import Final

import anyio
import anyio.abc
import anyio.lowlevel
from anyio.streams.tls import TLSAttribute

from anonsms.errors import LostAnswerError
from anonsms.transport.clients.dialogue import Letter
from anonsms.transport.clients.line import NO_ANSWER, doubt, readable
from anonsms.transport.clients.reading import BROKEN, CUT_OFF, Reader
from anonsms.transport.http import HttpResponse


_CHUNK: Final = 65536
_MOMENT: Final = 0.01
"""Seconds to read what is there; it may be TLS's own and say nothing."""
_BROKEN: Final = (
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.BusyResourceError,  # TLS may want to write while it reads
    ssl.SSLError,
    OSError,
)


class StreamLine:
    """A connection over an anyio stream."""

    def __init__(self, reader: Reader, stream: anyio.abc.ByteStream) -> None:
        self._reader = reader
        self._stream = stream
        self._used = self._spoilt = self._unsent = self._excess = False

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """As :meth:`Line.ask`."""
        reader, fault = self._reader, ""
        with anyio.move_on_after(seconds) as limit:
            fault = await self._told(letter)
        answer, two = reader.answer, self._used and self._excess
        self._used = True
        if answer is None:
            fault = NO_ANSWER if limit.cancelled_caught else fault
        else:
            fault = doubt(answer.status, hasty=self._unsent, two=two)
        if answer is None or fault:
            raise LostAnswerError(fault)
        return answer

    async def _told(self, letter: Letter) -> str:
        reader = self._reader
        reader.begin(letter.request.method)
        await self._write(memoryview(letter.written()))
        while not self._done():
            await self._listen()
        self._excess = reader.excess() or await self._more()
        return reader.fault

    def _done(self) -> bool:
        return self._reader.answer is not None or bool(self._reader.fault)

    async def _write(self, written: memoryview) -> None:
        """Write; what takes a while may be answered meanwhile."""
        self._unsent = True
        if len(written) <= _CHUNK:
            await self._send(written)
            return
        async with anyio.create_task_group() as group:
            group.start_soon(self._send, written)
            while not self._done():
                await self._listen()
                self._spoilt = self._spoilt or self._unsent
            group.cancel_scope.cancel()

    async def _send(self, written: memoryview) -> None:
        with contextlib.suppress(*_BROKEN):  # an answer may be there yet
            for start in range(0, len(written), _CHUNK):
                await self._stream.send(bytes(written[start : start + _CHUNK]))
            self._unsent = False

    async def _listen(self) -> None:
        """Let the reader have what comes next."""
        try:
            data = await self._stream.receive(_CHUNK)
        except anyio.EndOfStream:
            data = b""
        except _BROKEN:
            self._reader.fault = CUT_OFF
            return
        try:
            self._reader.hear(data)
        except Exception:  # noqa: BLE001 - a reader's fault, whichever it is
            self._reader.fault = BROKEN

    async def _more(self) -> bool:
        """Whether more comes right behind the answer; its end is not more."""
        await anyio.lowlevel.checkpoint()
        if self._used and self.heard():
            self._spoilt = True  # by our looking, if by nothing else
            with anyio.move_on_after(_MOMENT):
                try:
                    return bool(await self._stream.receive(1))
                except (anyio.EndOfStream, *_BROKEN):
                    pass
        return False

    def free(self) -> bool:
        """As :meth:`Line.free`."""
        spoilt = self._spoilt or self._unsent or self._excess
        return self._reader.again() and not spoilt

    def heard(self) -> bool:
        """As :meth:`Line.heard`."""
        end = anyio.abc.SocketAttribute.raw_socket
        if readable(self._stream.extra(end).fileno()):  # noqa: S610
            return True
        tls = self._stream.extra(TLSAttribute.ssl_object, None)  # noqa: S610
        return tls is not None and unread(tls)

    async def drop(self) -> None:
        """As :meth:`Line.drop`."""
        await anyio.aclose_forcefully(self._stream)


def unread(tls: ssl.SSLObject) -> bool:
    """
    Whether TLS holds something, or the end, that nobody has read.

    Whoever asks leaves the connection then: what is read is lost.
    """
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass
    return True

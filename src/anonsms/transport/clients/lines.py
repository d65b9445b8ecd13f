"""Connections under asyncio, and how connections are made."""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import partial
from typing import Final, cast

import anyio

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.transport.clients.dialogue import Letter, Origin
from anonsms.transport.clients.line import NO_ANSWER, Line, doubt, readable
from anonsms.transport.clients.reading import BROKEN, CUT_OFF, Reader
from anonsms.transport.clients.streams import StreamLine
from anonsms.transport.http import HttpResponse


_LONGEST_DIAL: Final = 10.0
"""Seconds; a provider that does not take the call in that time is down."""
_LOOKS: Final = 3
"""How often to let the event loop read what is there behind an answer."""


class AsyncioLine(asyncio.Protocol):
    """A connection under asyncio; the answer is read as it comes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answer: asyncio.Future[HttpResponse] | None = None
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._used = self._early = self._hasty = self._excess = False

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """As :meth:`Line.ask`."""
        transport = self._transport
        if transport is None or self._over():
            raise NeverLeftError(CUT_OFF)
        # Made before the answer can come; the bytes are bound to no name,
        # so that no traceback shows them, and asyncio's own shows a view.
        answer: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._answer = answer
        late = self._loop.call_later(seconds, self._fail, NO_ANSWER)
        try:
            self._reader.begin(letter.request.method)
            transport.write(memoryview(letter.written()))
            return await answer
        finally:
            late.cancel()
            self._answer = None
            self._used = True

    def free(self) -> bool:
        """As :meth:`Line.free`."""
        spoilt = self._early or self._excess
        return self._reader.again() and not spoilt and not self._over()

    def heard(self) -> bool:
        """As :meth:`Line.heard`."""
        transport = self._transport
        if transport is None or self._over():
            return True
        end = transport.get_extra_info("socket")
        return end is None or readable(end.fileno())

    def _over(self) -> bool:
        transport = self._transport
        return transport is None or self._gone.done() or transport.is_closing()

    async def drop(self) -> None:
        """As :meth:`Line.drop`."""
        if self._transport is not None:
            self._transport.abort()
            await asyncio.shield(self._gone)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's word that the connection stands."""
        # uvloop's is one in all but its class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Asyncio's word that bytes have come."""
        try:
            self._hear(data)
        except Exception:  # noqa: BLE001 - asyncio would log it, bytes and all
            self._reader.fault = BROKEN
            self._fail(BROKEN)

    def eof_received(self) -> None:
        """Asyncio's word that the other side will say no more."""
        if self._answer is not None and self._reader.answer is None:
            self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio's word that the connection is gone."""
        del exc
        if not self._gone.done():
            self._gone.set_result(None)
        if self._reader.answer is None:
            self._fail(CUT_OFF)
        else:
            self._settle()

    def _hear(self, data: bytes) -> None:
        reader, transport = self._reader, self._transport
        waiting = self._answer is not None and not self._answer.done()
        if not waiting or reader.answer is not None:
            # Nobody asked. Whatever it is, the next answer would be wrong.
            self._excess = True
            if transport is not None:
                transport.abort()
            return
        unsent = transport is not None and transport.get_write_buffer_size()
        self._early = self._early or bool(unsent)
        reader.hear(data)
        if reader.answer is not None:
            self._hasty = bool(unsent)
            self._excess = reader.excess()
            self._loop.call_soon(self._settle, _LOOKS)
        elif reader.fault:
            self._fail(reader.fault)

    def _settle(self, looks: int = 0) -> None:
        """Hand the answer over, once what came right behind it is read."""
        reply, waiting = self._reader.answer, self._answer
        if reply is None or waiting is None or waiting.done():
            return
        if looks and not self._excess and not self._over() and self.heard():
            self._loop.call_soon(self._settle, looks - 1)
            return
        two = self._used and self._excess
        why = doubt(reply.status, hasty=self._hasty, two=two)
        if why:
            self._fail(why)
        else:
            waiting.set_result(reply)

    def _fail(self, why: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LostAnswerError(why))


async def dial(
    origin: Origin,
    reader: Reader,
    context: ssl.SSLContext | None,
    seconds: float,
) -> Line:
    """
    Connect to a provider.

    Args:
        origin: Where to.
        reader: Reads what comes.
        context: For ``https``, and only then.
        seconds: Most that it may take; never more than ten.

    Raises:
        NeverLeftError: There is no connection.
    """
    why = "no connection in time"
    with anyio.move_on_after(min(seconds, _LONGEST_DIAL)):
        try:
            return await _dialled(origin, reader, context)
        except ssl.SSLCertVerificationError:
            why = "the provider's certificate is not trusted"
        except ssl.SSLError:
            why = "no agreement on TLS"
        except socket.gaierror:
            why = "host not found"
        except OSError as error:
            why = _refusal(error)
    raise NeverLeftError(why)


async def _dialled(
    origin: Origin, reader: Reader, context: ssl.SSLContext | None
) -> Line:
    host, port = origin.host, origin.port
    loop = _asyncio_loop()
    if loop is None:
        if context is None:
            stream: anyio.abc.ByteStream = await anyio.connect_tcp(host, port)
        else:
            stream = await anyio.connect_tcp(
                host, port, ssl_context=context, tls_standard_compatible=False
            )
        return StreamLine(reader, stream)
    made: partial[AsyncioLine] = partial(AsyncioLine, reader)
    if isinstance(loop, asyncio.BaseEventLoop):
        _, line = await loop.create_connection(
            made, host, port, ssl=context, happy_eyeballs_delay=0.25
        )
    else:  # uvloop, which has no such option
        _, line = await loop.create_connection(made, host, port, ssl=context)
    return line


def _asyncio_loop() -> asyncio.AbstractEventLoop | None:
    """The running loop of asyncio; ``None`` under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _refusal(error: OSError) -> str:
    """What kept a connection from being made, in two words."""
    causes: list[BaseException] = [error]
    for cause in causes:
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        if isinstance(cause, BaseExceptionGroup):
            causes += cause.exceptions
        elif cause.__cause__ is not None:
            causes.append(cause.__cause__)
    # asyncio joins the causes of several addresses into one text.
    if "refused" in str(error):
        return "connection refused"
    return "no connection"

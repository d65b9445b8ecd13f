"""Connections: bytes out and in, under asyncio and under trio."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from typing import Final, Protocol, cast

import anyio
import anyio.abc

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.transport.clients.dialogue import Letter, Origin
from anonsms.transport.clients.reading import CUT_OFF, Reader
from anonsms.transport.http import HttpResponse


NO_ANSWER: Final = "no answer in time"
_LONGEST_DIAL: Final = 10.0
"""Seconds; a provider that does not take the call in that time is down."""
_CHUNK: Final = 65536


class Line(Protocol):
    """One connection to a provider, free or with one request under way."""

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """
        Ask, and wait for the whole answer.

        Raises:
            NeverLeftError: The request is not HTTP; nothing was written.
            LostAnswerError: No whole answer came within ``seconds``.
        """
        ...

    def free(self) -> bool:
        """Whether it may carry another request."""
        ...

    def heard(self) -> bool:
        """Whether the other side has hung up, or spoken out of turn."""
        ...

    async def drop(self) -> None:
        """Hang up, without a word."""
        ...


class AsyncioLine(asyncio.Protocol):
    """A connection under asyncio; the answer is read as it comes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answer: asyncio.Future[HttpResponse] | None = None
        self._transport: asyncio.Transport | None = None
        self._gone = asyncio.get_running_loop().create_future()

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """As :meth:`Line.ask`."""
        transport = self._transport
        if transport is None or self._gone.done():
            raise NeverLeftError(CUT_OFF)
        loop = asyncio.get_running_loop()
        # Made before the answer can come; the bytes are bound to no name,
        # so that no traceback shows them.
        answer: asyncio.Future[HttpResponse] = loop.create_future()
        self._answer = answer
        late = loop.call_later(seconds, self._fail, NO_ANSWER)
        try:
            self._reader.begin(letter.request.method)
            transport.write(letter.written())
            return await answer
        finally:
            late.cancel()
            self._answer = None

    def free(self) -> bool:
        """As :meth:`Line.free`."""
        transport = self._transport
        if transport is None or self._gone.done() or transport.is_closing():
            return False
        return self._reader.again()

    def heard(self) -> bool:
        """Whether the other side has hung up, or spoken out of turn."""
        if self._transport is None or self._gone.done():
            return True
        end = self._transport.get_extra_info("socket")
        return end is None or _readable(end.fileno())

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
        waiting = self._answer
        if waiting is None or waiting.done():
            # Nobody asked. Whatever it is, the next answer would be wrong.
            if self._transport is not None:
                self._transport.abort()
            return
        self._reader.hear(data)
        if self._reader.answer is not None:
            waiting.set_result(self._reader.answer)
        elif self._reader.fault:
            self._fail(self._reader.fault)

    def eof_received(self) -> None:
        """Asyncio's word that the other side will say no more."""
        if self._answer is not None:
            self.data_received(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio's word that the connection is gone."""
        del exc
        self._fail(CUT_OFF)
        if not self._gone.done():
            self._gone.set_result(None)

    def _fail(self, why: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LostAnswerError(why))


class StreamLine:
    """A connection over an anyio stream, for trio."""

    def __init__(self, reader: Reader, stream: anyio.abc.ByteStream) -> None:
        self._reader = reader
        self._stream = stream

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """As :meth:`Line.ask`."""
        fault = ""
        with anyio.move_on_after(seconds) as limit:
            fault = await self._heard(letter)
        if self._reader.answer is None:
            late = limit.cancelled_caught
            raise LostAnswerError(NO_ANSWER if late else fault)
        return self._reader.answer

    async def _heard(self, letter: Letter) -> str:
        reader = self._reader
        broken = anyio.BrokenResourceError, anyio.ClosedResourceError
        try:
            reader.begin(letter.request.method)
            await self._stream.send(letter.written())
            while reader.answer is None and not reader.fault:
                try:
                    reader.hear(await self._stream.receive(_CHUNK))
                except anyio.EndOfStream:
                    reader.hear(b"")
        except (*broken, ssl.SSLError, OSError):
            return CUT_OFF
        return reader.fault

    def free(self) -> bool:
        """As :meth:`Line.free`."""
        return self._reader.again()

    def heard(self) -> bool:
        """Whether the other side has hung up, or spoken out of turn."""
        end = anyio.abc.SocketAttribute.raw_socket
        return _readable(self._stream.extra(end).fileno())  # noqa: S610

    async def drop(self) -> None:
        """As :meth:`Line.drop`."""
        await anyio.aclose_forcefully(self._stream)


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
    _, line = await loop.create_connection(
        lambda: AsyncioLine(reader),
        host,
        port,
        ssl=context,
        happy_eyeballs_delay=0.25,
    )
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


def _readable(descriptor: int) -> bool:
    """
    Whether something has come that nobody has read: data, or the end.

    The event loop may not have looked yet.
    """
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))

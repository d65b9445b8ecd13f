"""A client that the caller gives us: of httpx's kind, or a function."""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Final, Protocol, cast

import anyio

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.transport.clients.dialogue import NOT_HTTP, Letter
from anonsms.transport.clients.reading import (
    BROKEN,
    CUT_OFF,
    LONGEST_ANSWER,
    TOO_LONG,
)
from anonsms.transport.flow import AsyncExchange, Exchange
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.quiet import quiet


# By the names of httpx's errors, so that httpx2's are known, too. Raised
# before a byte of the request is written, all of them.
_NEVER_LEFT: Final = {
    "ConnectTimeout": "no connection in time",
    "PoolTimeout": "no free connection in time",
    "ProxyError": "no connection through the proxy",
    "ConnectError": "no connection",
    "UnsupportedProtocol": "the request's address is not a URL",
    "InvalidURL": "the request's address is not a URL",
}
_LOST: Final = {
    "ReadTimeout": "no answer in time",
    "WriteTimeout": "the request could not be written in time",
    "RemoteProtocolError": BROKEN,
    "DecodingError": BROKEN,
    "NetworkError": CUT_OFF,
}
_PLAIN: Final = {"stream": True, "auth": None, "follow_redirects": False}
_LATE: Final = "no answer in time"


class _Answer(Protocol):
    status_code: int
    headers: dict[str, str]

    def iter_bytes(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...
    def aiter_bytes(self) -> AsyncGenerator[bytes]: ...
    async def aclose(self) -> None: ...


class _Builds(Protocol):
    is_closed: bool
    build_request: Callable[..., object]


class _SyncClient(_Builds, Protocol):
    send: Callable[..., _Answer]


class _AsyncClient(_Builds, Protocol):
    send: Callable[..., Awaitable[_Answer]]


def _ancestors(kind: type) -> set[str]:
    """The names of a class and its bases, of httpx's packages alone."""
    return {
        each.__name__
        for each in kind.__mro__
        if each.__module__.partition(".")[0].startswith("httpx")
    }


def synchronous(client: object) -> bool:
    """Whether it is used on the thread of the caller."""
    return not asynchronous(client)


def asynchronous(client: object) -> bool:
    """
    Whether it is awaited.

    Raises:
        ConfigurationError: It is nothing that carries requests.
    """
    names = _ancestors(type(client))
    if names & {"AsyncClient", "Client"}:
        return "AsyncClient" in names
    if not callable(client):
        raise ConfigurationError(
            "A client is an httpx.Client, an httpx.AsyncClient, or a "
            "function that takes an HttpRequest and returns an "
            f"HttpResponse. This was a {type(client).__name__}."
        )
    return inspect.iscoroutinefunction(client) or inspect.iscoroutinefunction(
        type(client).__call__
    )


def given_exchange(client: object, timeout: float) -> Exchange | AsyncExchange:
    """
    The exchange over a caller's client; its kind is :func:`asynchronous`'s.

    Args:
        client: As ``client=`` of a transport.
        timeout: Seconds to wait for an answer.
    """
    names = _ancestors(type(client))
    if "AsyncClient" in names:

        async def exchange_async(request: HttpRequest) -> HttpResponse:
            return await carried_async(client, request, timeout)

        return exchange_async
    if "Client" in names:
        return lambda request: carried(client, request, timeout)
    return cast("Exchange", client)


def carried(given: object, request: HttpRequest, usual: float) -> HttpResponse:
    """
    Carry one request over a client like ``httpx.Client``.

    Args:
        given: The client.
        request: What to carry.
        usual: Seconds to wait for an answer, if the request does not say.

    Raises:
        NeverLeftError: It did not leave.
        LostAnswerError: It left, and no whole answer came.
    """
    client = cast("_SyncClient", given)
    failure: Exception | None = None
    seconds = request.timeout or usual
    deadline = time.monotonic() + 2 * seconds
    body, piece = bytearray(), b""
    with quiet():
        try:
            answer = client.send(_built(client, request, seconds), **_PLAIN)
            try:
                for piece in answer.iter_bytes():
                    body += piece
                    failure = _too_much(len(body), deadline)
                    if failure is not None:
                        break
            finally:
                answer.close()
        except Exception as error:  # noqa: BLE001 - a client of any kind
            failure = failure or _ours(error)
    if failure is None:
        return HttpResponse(
            answer.status_code, dict(answer.headers), bytes(body)
        )
    body, piece = bytearray(), b""  # no traceback shows them
    raise failure


async def carried_async(
    given: object, request: HttpRequest, usual: float
) -> HttpResponse:
    """As :func:`carried`, over a client like ``httpx.AsyncClient``."""
    client = cast("_AsyncClient", given)
    failure: Exception | None = None
    seconds = request.timeout or usual
    deadline = time.monotonic() + 2 * seconds
    body, piece = bytearray(), b""
    whole = False
    with quiet(), anyio.move_on_after(2 * seconds):
        try:
            answer = await client.send(
                _built(client, request, seconds), **_PLAIN
            )
            try:
                async with aclosing(answer.aiter_bytes()) as pieces:
                    async for piece in pieces:
                        body += piece
                        failure = _too_much(len(body), deadline)
                        if failure is not None:
                            break
                    else:
                        whole = True
            finally:
                with anyio.CancelScope(shield=True):
                    await answer.aclose()
        except Exception as error:  # noqa: BLE001 - a client of any kind
            failure = failure or _ours(error)
    if whole and failure is None:
        return HttpResponse(
            answer.status_code, dict(answer.headers), bytes(body)
        )
    body, piece = bytearray(), b""  # no traceback shows them
    raise failure or LostAnswerError(_LATE)


def _built(client: _Builds, request: HttpRequest, seconds: float) -> object:
    """The request in the client's own words."""
    if client.is_closed:
        raise NeverLeftError("the client is closed")
    # httpcore logs, at DEBUG, the header that it refuses: the number or the
    # secret in it. What is refused here does not get there.
    Letter.to(request).written()
    try:
        return client.build_request(
            request.method,
            request.url,
            # Asked for as it is: what is packed may unpack to anything.
            headers={"accept-encoding": "identity", **request.headers},
            content=request.body or None,
            timeout=seconds,
        )
    except Exception:  # noqa: BLE001, S110 - told below, without its text
        pass
    raise NeverLeftError(NOT_HTTP)


def _too_much(length: int, deadline: float) -> LostAnswerError | None:
    if length > LONGEST_ANSWER:
        return LostAnswerError(TOO_LONG)
    if time.monotonic() > deadline:
        return LostAnswerError(_LATE)
    return None


def _ours(error: Exception) -> NeverLeftError | LostAnswerError:
    """What a client's error means, without its text and its causes."""
    if isinstance(error, NeverLeftError):
        return NeverLeftError(str(error))
    names = [each.__name__ for each in type(error).__mro__]
    for name in names:
        if name in _NEVER_LEFT:
            refused = name == "ConnectError" and "refused" in str(error)
            return NeverLeftError(
                "connection refused" if refused else _NEVER_LEFT[name]
            )
        if name in _LOST:
            return LostAnswerError(_LOST[name])
    return LostAnswerError(f"the client broke with {names[0]}")

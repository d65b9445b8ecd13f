"""
Flows: what to ask a provider and what to make of its answers, without I/O.

A flow is a generator. It yields an :class:`HttpRequest`, is sent the
:class:`HttpResponse`, and returns its result. Whoever drives it does the
I/O: :func:`perform` in sync code, :func:`perform_async` in asyncio and trio.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TypeAlias, TypeVar

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.transport.http import HttpRequest, HttpResponse


T = TypeVar("T")

Flow: TypeAlias = Generator[HttpRequest, HttpResponse, T]
"""
Yields requests, is sent their responses, returns a result.

A request without an answer is thrown into it as :class:`NeverLeftError` or
:class:`LostAnswerError`. A flow that has nothing to add lets it pass.
"""

Exchange: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""
Carries one request; raises :class:`NeverLeftError` or
:class:`LostAnswerError`, and nothing else.
"""

AsyncExchange: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]
"""As :data:`Exchange`, awaited."""


def perform(flow: Flow[T], exchange: Exchange) -> T:
    """
    Drive a flow to its end.

    Raises:
        TransportError: What the flow let pass.
    """
    try:
        request = next(flow)
        while True:
            lost = None
            try:
                response = exchange(request)
            except (NeverLeftError, LostAnswerError) as error:
                lost = _bare(error)
            # Out here, so that what is thrown has no other error behind it.
            request = flow.send(response) if lost is None else flow.throw(lost)
    except StopIteration as end:
        result: T = end.value
        return result


async def perform_async(flow: Flow[T], exchange: AsyncExchange) -> T:
    """
    Drive a flow to its end, in asyncio or trio.

    Raises:
        TransportError: What the flow let pass.
    """
    try:
        request = next(flow)
        while True:
            lost = None
            try:
                response = await exchange(request)
            except (NeverLeftError, LostAnswerError) as error:
                lost = _bare(error)
            # Out here, so that what is thrown has no other error behind it.
            request = flow.send(response) if lost is None else flow.throw(lost)
    except StopIteration as end:
        result: T = end.value
        return result


def _bare(
    error: NeverLeftError | LostAnswerError,
) -> NeverLeftError | LostAnswerError:
    """The error without the frames and causes of whoever did the I/O."""
    return type(error)(str(error))

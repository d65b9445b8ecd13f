"""
The default client: h11 over plain connections, nothing in between.

httpx's own pool looks at all connections again on each request; with 64
requests under way that costs 40 times what the requests do
(``benchmarks/RESULTS.md``). This one hands a request a free connection, or
makes one.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from anonsms.transport.clients.dialogue import Letter, Origin
from anonsms.transport.clients.line import Line
from anonsms.transport.clients.lines import dial
from anonsms.transport.clients.reading import Reader
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.quiet import quiet_loop


_LONGEST_REST: Final = 4.0
"""Seconds; common servers hang up on idle connections after five."""


class LeanClient:
    """
    Carries requests over connections that are kept for the next one.

    Connections belong to one event loop. At most as many are made as
    requests are under way at once.
    """

    def __init__(
        self,
        context: Callable[[], ssl.SSLContext],
        timeout: float,
        reader: Callable[[], Reader],
    ) -> None:
        self._reader = reader
        self._context = context
        self._timeout = timeout
        # Last in, first out: what is needed no more gets old and is left.
        self._resting: dict[Origin, deque[tuple[float, Line]]] = {}

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """
        Carry one request.

        Raises:
            NeverLeftError: There is no connection, or it is not HTTP.
            LostAnswerError: It left, and no whole answer came in time.
        """
        with quiet_loop():
            return await self._carried(
                Letter.to(request), request.timeout or self._timeout
            )

    async def _carried(self, letter: Letter, seconds: float) -> HttpResponse:
        origin = letter.origin
        line = await self._rested(origin)
        if line is None:
            context = self._context() if origin.scheme == "https" else None
            line = await dial(origin, self._reader(), context, seconds)
        answered = False
        try:
            response = await line.ask(letter, seconds)
            answered = True
        finally:
            if answered and line.free():
                resting = self._resting.setdefault(origin, deque())
                resting.append((time.monotonic(), line))
            else:
                await line.drop()
        return response

    async def _rested(self, origin: Origin) -> Line | None:
        """A free connection, if there is one that is fit."""
        resting = self._resting.get(origin)
        while resting:
            since, line = resting.pop()
            if time.monotonic() - since > _LONGEST_REST or line.heard():
                await line.drop()
            else:
                return line
        return None

    async def aclose(self) -> None:
        """Give the connections back."""
        while self._resting:
            _, lines = self._resting.popitem()
            for _, line in lines:
                await line.drop()

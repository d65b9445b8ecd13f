"""Through a proxy that the environment names, with httpx."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from anonsms.transport.clients.dialogue import USER_AGENT
from anonsms.transport.clients.given import carried_async
from anonsms.transport.http import HttpRequest, HttpResponse


if TYPE_CHECKING:
    import httpx


class ProxiedClient:
    """
    Carries requests with httpx, one client with one connection for each.

    One client for all would be slower: its pool looks at every connection
    again on each request.
    """

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        self._context = context
        self._timeout = timeout
        self._resting: list[httpx.AsyncClient] = []

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """As :meth:`Client.__call__`."""
        client = self._resting.pop() if self._resting else self._made()
        try:
            return await carried_async(client, request, self._timeout)
        finally:
            self._resting.append(client)

    def _made(self) -> httpx.AsyncClient:
        import httpx  # noqa: PLC0415 - takes longer to import than anonsms

        return httpx.AsyncClient(
            verify=self._context,
            headers={"user-agent": USER_AGENT},
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=1
            ),
        )

    async def aclose(self) -> None:
        """Give the connections back."""
        while self._resting:
            await self._resting.pop().aclose()

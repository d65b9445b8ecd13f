"""
Clients: what carries a request to a provider and its answer back.

The default is :class:`LeanClient`. Where the environment names a proxy
(``HTTPS_PROXY``…), httpx carries; and a client of the caller's is taken as
it is. All of them tell what never left from what may have.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import Protocol
from urllib.request import getproxies

from anonsms.transport.clients.given import (
    asynchronous,
    given_exchange,
    synchronous,
)
from anonsms.transport.clients.lean import LeanClient
from anonsms.transport.clients.proxied import ProxiedClient
from anonsms.transport.clients.reading import fastest
from anonsms.transport.http import HttpRequest, HttpResponse


__all__ = [
    "Client",
    "LeanClient",
    "ProxiedClient",
    "asynchronous",
    "default_client",
    "given_exchange",
    "shared_context",
    "synchronous",
]


class Client(Protocol):
    """Carries requests in one event loop."""

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """
        Carry one request; redirects are not followed.

        Raises:
            NeverLeftError: It did not leave.
            LostAnswerError: It left, or a part of it, and no whole answer
                came.
        """
        ...

    async def aclose(self) -> None:
        """Give the connections back."""
        ...


@cache
def shared_context() -> ssl.SSLContext:
    """
    The one TLS context of this process; each would take a megabyte.

    It trusts what httpx trusts: ``SSL_CERT_FILE`` or ``SSL_CERT_DIR`` if
    they are set, the certificates of certifi otherwise.
    """
    import httpx  # noqa: PLC0415 - takes longer to import than anonsms

    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def default_client(timeout: float) -> Client:
    """
    The client to take if the caller has none.

    Args:
        timeout: Seconds to wait for an answer.
    """
    if any(getproxies().get(each) for each in ("all", "http", "https")):
        return ProxiedClient(shared_context(), timeout)
    return LeanClient(shared_context, timeout, fastest())

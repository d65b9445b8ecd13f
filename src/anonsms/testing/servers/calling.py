"""Calling a webhook for real: a request over HTTP on this machine."""

from __future__ import annotations

import http.client
from typing import Final
from urllib.parse import urlsplit

from anonsms.errors import ConfigurationError
from anonsms.testing.servers.asked import Answer
from anonsms.transport import WebhookRequest


_HERE: Final = {"127.0.0.1", "::1", "localhost"}
_PATIENCE: Final = 15.0
"""Seconds for connecting and for each read (Twilio's own read time-out)."""


def call(request: WebhookRequest, *, at: str | None = None) -> Answer:
    """
    Carry a webhook's request to an application on this machine.

    Args:
        request: What the provider sends.
        at: Scheme, host and port of the application
            (``"http://127.0.0.1:8000"``) where that is not what the
            request's own URL says; its path and query stay.

    Raises:
        ConfigurationError: It is not on this machine.
        OSError: It does not answer.
    """
    place = urlsplit(at or request.url)
    if place.hostname not in _HERE or place.scheme != "http":
        del request
        raise ConfigurationError(
            "A local server calls nobody but applications on this machine: "
            "pass at='http://127.0.0.1:<port>'."
        )
    asked = urlsplit(request.url)
    line = http.client.HTTPConnection(
        place.hostname, place.port or 80, timeout=_PATIENCE
    )
    try:
        line.request(
            request.method,
            (asked.path or "/") + (f"?{asked.query}" if asked.query else ""),
            request.body or None,
            dict(request.headers),
        )
        answer = line.getresponse()
        return Answer(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        line.close()

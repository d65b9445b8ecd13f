"""A server that calls back: its calls, and how they reach a shop."""

from __future__ import annotations

import abc
import http.client
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from anonsms.errors import ConfigurationError
from anonsms.message import DeliveryStatus
from anonsms.testing.servers.asked import Answer
from anonsms.testing.servers.base import LocalServer
from anonsms.transport import WebhookRequest


_HERE: Final = {"127.0.0.1", "::1", "localhost"}
_PATIENCE: Final = 15.0
"""Seconds for connecting and for each read (Twilio's own read time-out)."""


class CallingServer(LocalServer):
    """
    A local server whose provider calls back; a `CallingDouble`.

    A provider's double overrides :meth:`receipt`, :meth:`reply` and
    :meth:`forged`, which make a call and send nothing.
    """

    @abc.abstractmethod
    def receipt(
        self, provider_id: str, status: DeliveryStatus
    ) -> WebhookRequest:
        """
        The call with which the provider reports on a message it took.

        Raises:
            LookupError: It took no such message, or has no word for this
                status.
        """

    @abc.abstractmethod
    def reply(self, number: str, text: str) -> WebhookRequest:
        """The call with which it hands us a text from a handset."""

    @abc.abstractmethod
    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """The same call from somebody who is not the provider."""

    def post(
        self, request: WebhookRequest, *, at: str | None = None
    ) -> Answer:
        """
        Call an application on this machine, over HTTP; what it answers.

        Args:
            request: From :meth:`receipt`, :meth:`reply` or :meth:`forged`.
            at: Where it listens (``"http://127.0.0.1:8000"``), if the
                public URL says something else. What is signed or secret in
                the call stays that of the public one.

        Raises:
            ConfigurationError: That is not on this machine.
            OSError: It does not answer.
        """
        return call(request, at=at)

    def deliver(
        self,
        provider_id: str,
        *statuses: DeliveryStatus,
        at: str | None = None,
    ) -> Sequence[Answer]:
        """Call with receipts in this order, also a wrong one or one twice."""
        calls = [self.receipt(provider_id, status) for status in statuses]
        return [self.post(request, at=at) for request in calls]


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

"""What goes to a provider and what comes back, as values; no I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from anonsms.errors import WouldLeakError


_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_SUCCESS: Final = range(200, 300)
_LONGEST_PAUSE: Final = 900.0
"""Seconds: no provider is waited for longer, whatever it says."""


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@frozen(repr=False, eq=False)
class HttpRequest:
    """
    One request to a provider. Its body and its headers never show.

    Attributes:
        method: ``"POST"``, ``"GET"`` …
        url: Whole, with the query.
        headers: By name.
        body: As it goes over the wire.
        private: Whether the URL holds personal data: then it is kept out
            of every log on the way.
        timeout: Seconds to wait for the answer, where it is to be another
            time than usual.
    """

    method: str
    url: str
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""
    private: bool = False
    timeout: float | None = None

    def __repr__(self) -> str:
        host = urlsplit(self.url).hostname
        return f"<HttpRequest {self.method} {host}, {len(self.body)} bytes>"

    def __reduce_ex__(self, protocol: object) -> str:
        raise WouldLeakError(
            "A request to a provider holds a number and a text, and cannot "
            "be pickled."
        )


@frozen(repr=False, eq=False)
class HttpResponse:
    """
    What a provider answered. Providers echo numbers: its body never shows.

    Attributes:
        status: The HTTP status.
        headers: By name in lower case.
        body: As it came.
    """

    status: int
    headers: Mapping[str, str] = field(default=_NO_HEADERS, converter=_lower)
    body: bytes = b""
    _read: list[object] = field(init=False, factory=list)

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success: 2xx."""
        return self.status in _SUCCESS

    def json(self) -> object:
        """The body read as JSON, once; ``None`` if it is none."""
        if not self._read:
            self._read.append(_json_in(self.body))
        return self._read[0]

    def mapping(self) -> Mapping[str, object]:
        """The body read as a JSON object; empty if it is none."""
        read = self.json()
        return read if isinstance(read, dict) else {}

    def retry_after(
        self, now: datetime, header: str = "retry-after"
    ) -> float | None:
        """
        Seconds that the provider asks to wait (RFC 9110 §10.2.3).

        Args:
            now: Aware; what an HTTP date is compared with.
            header: Where it says so, if in a header of its own.

        Returns:
            0 to 900, or ``None`` if it does not say.
        """
        text = self.headers.get(header.lower(), "").strip()
        if text.isascii() and text.isdigit():
            seconds = float(text[:9])
        else:
            try:
                until = parsedate_to_datetime(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                return None
            if until.utcoffset() is None:
                until = until.replace(tzinfo=UTC)
            seconds = (until - now).total_seconds()
        return min(max(seconds, 0.0), _LONGEST_PAUSE)

    def __repr__(self) -> str:
        return f"<HttpResponse {self.status}, {len(self.body)} bytes>"

    def __reduce_ex__(self, protocol: object) -> str:
        raise WouldLeakError(
            "A provider's answer may hold a number and a text, and cannot "
            "be pickled."
        )


def _json_in(body: bytes) -> object:
    try:
        # A number of a thousand digits is somebody's attack; an int of that
        # length is refused by Python itself, as a ValueError.
        return json.loads(body)
    except (ValueError, RecursionError):
        return None

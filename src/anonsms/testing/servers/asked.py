"""What reaches a local provider server and what it answers, as values."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Self
from urllib.parse import parse_qsl, unquote

from attrs import field, frozen


_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@frozen(repr=False, eq=False)
class Asked:
    """
    One request as it came in. Neither its body nor its URL ever shows.

    Attributes:
        method: In upper case.
        target: Path and query as they came.
        headers: By name in lower case.
        body: The whole of it.
    """

    method: str
    target: str
    headers: Mapping[str, str] = _NO_HEADERS
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(self.target.partition("?")[0])

    def queries(self) -> list[tuple[str, str]]:
        """The query's fields in their order, empty ones too."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def fields(self) -> list[tuple[str, str]]:
        """The form's fields in their order; none if there is no form."""
        media = self.headers.get("content-type", "").partition(";")[0]
        if media.strip().lower() != "application/x-www-form-urlencoded":
            return []
        return parse_qsl(
            self.body.decode("utf-8", "replace"), keep_blank_values=True
        )

    def json(self) -> object:
        """The body read as JSON; ``None`` if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def basic(self) -> tuple[str, str]:
        """User and password (RFC 7617); empty if there are none."""
        scheme, _, coded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return "", ""
        try:
            pair = base64.b64decode(coded, validate=True).decode()
        except (binascii.Error, ValueError):
            return "", ""
        user, _, password = pair.partition(":")
        return user, password

    def bearer(self) -> str:
        """The token (RFC 6750); empty if there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def __repr__(self) -> str:
        return f"<Asked {self.method}, {len(self.body)} bytes>"


@frozen(repr=False, eq=False)
class Answer:
    """
    What a server answers. Its body never shows.

    Attributes:
        status: HTTP status.
        headers: Names and values.
        body: The whole of it.
    """

    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = field(default=b"")

    @classmethod
    def json(
        cls,
        status: int,
        value: object,
        headers: Sequence[tuple[str, str]] = (),
        *,
        media: str = "application/json",
    ) -> Self:
        """An answer in JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, (("Content-Type", media), *headers), body)

    @classmethod
    def text(
        cls, status: int, body: str, *, media: str = "text/plain"
    ) -> Self:
        """An answer in plain text."""
        kind = ("Content-Type", f"{media}; charset=utf-8")
        return cls(status, (kind,), body.encode())

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"

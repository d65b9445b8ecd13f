"""Requests as bytes of HTTP/1.1, without I/O; strict in what goes out."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from anonsms.errors import NeverLeftError
from anonsms.transport.http import HttpRequest


USER_AGENT: Final = "anonsms"
NOT_HTTP: Final = "the request cannot be written as HTTP"

_PORTS: Final = {"http": 80, "https": 443}
# RFC 9112 §3 and §5: a token, an address without spaces, values without
# control characters. What does not fit is never written.
_HEAD: Final = re.compile(
    r"[A-Z]{1,16} /[!-~]* HTTP/1\.1\r\n"
    r"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: [\t\x20-\x7e]*\r\n)+\r\n"
)
_AUTHORITY: Final = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]+)(?::(?P<port>[0-9]{1,5}))?"
)


@frozen
class Origin:
    """
    Where a connection goes.

    Attributes:
        scheme: ``"http"`` or ``"https"``.
        host: Name or address, without the brackets of IPv6.
        port: TCP port.
        authority: Host and port as the URL writes them.
    """

    scheme: str
    host: str
    port: int
    authority: str


def split(url: str) -> tuple[Origin, str]:
    """
    Tell the origin of a URL from its path and query.

    Not with ``urllib``, which keeps the last URLs that it was given.

    Raises:
        NeverLeftError: It is not a URL to connect to.
    """
    scheme, _, rest = url.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    target = rest[len(authority) :].partition("#")[0]
    del url, rest
    found = _AUTHORITY.fullmatch(authority)
    if found is None or scheme not in _PORTS:
        del target, authority, scheme, found
        raise NeverLeftError("the request's address is not a URL")
    host, port = found["host"].strip("[]"), found["port"] or _PORTS[scheme]
    origin = Origin(scheme, host, int(port), authority)
    return origin, target if target.startswith("/") else "/" + target


@frozen(repr=False, eq=False)
class Letter:
    """
    A request on its way; never shows where exactly it goes.

    Attributes:
        request: What to write.
        origin: Where to.
    """

    request: HttpRequest
    origin: Origin
    _target: str

    @classmethod
    def to(cls, request: HttpRequest) -> Letter:
        """
        Address a request.

        Raises:
            NeverLeftError: Its URL is none to connect to.
        """
        return cls(request, *split(request.url))

    def written(self) -> bytes:
        """
        The bytes that go over the wire.

        Raises:
            NeverLeftError: It cannot be written as HTTP.
        """
        return _written(self.request, self.origin, self._target)

    def __repr__(self) -> str:
        return f"<Letter {self.request!r}>"


def _written(request: HttpRequest, origin: Origin, target: str) -> bytes:
    lines = [
        f"{request.method} {target} HTTP/1.1",
        f"host: {origin.authority}",
        f"user-agent: {USER_AGENT}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    if request.body or request.method not in {"GET", "HEAD", "DELETE"}:
        lines.append(f"content-length: {len(request.body)}")
    head = "\r\n".join((*lines, "", ""))
    # A line that came in with a value would be one more than there are.
    if head.count("\r") > len(lines) + 1 or _HEAD.fullmatch(head) is None:
        del request, lines, head, target
        raise NeverLeftError(NOT_HTTP)
    return head.encode("ascii") + request.body

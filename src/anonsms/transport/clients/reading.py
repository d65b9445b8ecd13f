"""
Reading answers: strict parsers of HTTP/1.1 behind one face, without I/O.

h11 comes with httpx and is always there. httptools comes with the extra
``fast``, see :mod:`.fast`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from typing import Final, Protocol

import h11
from attrs import define, field

from anonsms.transport.http import HttpResponse


LONGEST_ANSWER: Final = 1024 * 1024
"""Bytes of a body; providers answer with a few hundred per message."""
LONGEST_HEAD: Final = 64 * 1024
"""Bytes of all the rest: heads, trailers, what stands between chunks."""

TOO_LONG: Final = "answer too long"
BROKEN: Final = "broken answer"
CUT_OFF: Final = "connection lost"


class Reader(Protocol):
    """
    Reads the answers of one connection, one at a time.

    Attributes:
        answer: The whole answer, once it is there.
        fault: Why there will not be one.
    """

    answer: HttpResponse | None
    fault: str

    def begin(self, method: str) -> None:
        """Expect the answer to a request of this method."""
        ...

    def hear(self, data: bytes) -> None:
        """Take bytes; none once the other side has hung up."""
        ...

    def again(self) -> bool:
        """Whether the connection may carry another request."""
        ...

    def excess(self) -> bool:
        """Whether more has come than the one answer."""
        ...


def endless(heard: int, body: int) -> bool:
    """
    Whether what came besides the body is too much.

    A chunk may bring as many bytes of its own as of the body.

    Args:
        heard: Bytes that came.
        body: Bytes of the body among them.
    """
    return heard - 2 * body > LONGEST_HEAD


@cache
def _told(method: str) -> h11.Request:
    """
    What h11 is told of a request: as much as the answer depends on.

    The request itself is written by :mod:`.dialogue`, in a third of the
    time; that of one kind is made once here.
    """
    return h11.Request(method=method, target="/", headers=[("host", "-")])


@define(repr=False, eq=False)
class H11Reader:
    """As :class:`Reader`, with h11."""

    answer: HttpResponse | None = field(init=False, default=None)
    fault: str = field(init=False, default="")
    _http: h11.Connection = field(init=False)
    _head: h11.Response | None = field(init=False, default=None)
    _pieces: list[bytes] = field(init=False, factory=list)
    _heard: int = field(init=False, default=0)
    _length: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._http = h11.Connection(
            h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD
        )

    def begin(self, method: str) -> None:
        """As :meth:`Reader.begin`."""
        if self.answer is not None:
            self._http.start_next_cycle()
        self.answer, self._head, self._pieces = None, None, []
        self._heard = self._length = 0
        self._http.send(_told(method))
        self._http.send(h11.EndOfMessage())

    def hear(self, data: bytes) -> None:
        """As :meth:`Reader.hear`."""
        self._heard += len(data)
        try:
            self._http.receive_data(data)
            while self.answer is None and not self.fault:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    if endless(self._heard, self._length):
                        self.fault = BROKEN
                    return
                self._take(event)
        except h11.RemoteProtocolError:
            self.fault = BROKEN if data else CUT_OFF

    def _take(self, event: object) -> None:
        if isinstance(event, h11.Data):
            self._length += len(event.data)
            if self._length > LONGEST_ANSWER:
                self.fault = TOO_LONG
            else:
                self._pieces.append(bytes(event.data))
        elif isinstance(event, h11.Response):
            self._head = event
        elif isinstance(event, h11.EndOfMessage) and self._head is not None:
            self.answer = answer_of(
                self._head.status_code, self._head.headers, self._pieces
            )
            self._head, self._pieces = None, []
        elif not isinstance(event, h11.InformationalResponse):
            self.fault = CUT_OFF

    def again(self) -> bool:
        """As :meth:`Reader.again`."""
        return (
            self.answer is not None
            and self._http.our_state is h11.DONE
            and self._http.their_state is h11.DONE
            and not self.fault
            and not any(self._http.trailing_data)  # bytes, or the end
        )

    def excess(self) -> bool:
        """As :meth:`Reader.excess`."""
        return self.answer is not None and bool(self._http.trailing_data[0])


def answer_of(
    status: int,
    headers: Iterable[tuple[bytes, bytes]],
    pieces: Iterable[bytes],
) -> HttpResponse:
    """The answer made of what was read."""
    return HttpResponse(
        status,
        {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in headers
        },
        b"".join(pieces),
    )


@cache
def fastest() -> Callable[[], Reader]:
    """Makes readers of the fastest kind that is installed."""
    if find_spec("httptools") is None:
        return H11Reader
    from anonsms.transport.clients.fast import (  # noqa: PLC0415 - an extra
        HttptoolsReader,
    )

    return HttptoolsReader

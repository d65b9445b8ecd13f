"""One connection to a local server: HTTP/1.1 by h11, and ways to break it."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import h11

from anonsms.testing.faults import Fault
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.orders import Order


if TYPE_CHECKING:
    from anonsms.testing.servers.listening import Listening


_LINGER_NOT: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER with no time: closing sends RST, not FIN (Stevens, §7.5)."""
_BODILESS: Final = {204, 304}
_LATE: Final = {Fault.RESET_LATE, Fault.SILENT}


class Wire(asyncio.Protocol):
    """One connection, for as many requests as the client likes."""

    def __init__(self, server: Listening) -> None:
        self._server = server
        self._http = h11.Connection(h11.SERVER)
        self._body: list[bytes] = []
        self._head: h11.Request | None = None
        self._order: Order | None = None
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the server's connections."""
        # asyncio hands a stream's protocol nothing but a Transport.
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        if self._server.ended:
            transport.abort()
        self._server.wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Leave them."""
        self._server.wires.discard(self)
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Read on; an error in our own code ends the connection."""
        try:
            self._http.receive_data(data)
            self._read_on()
        except h11.RemoteProtocolError:
            self._transport.close()
        except Exception as error:  # noqa: BLE001  # shown at close
            # asyncio would log it, with the values of our frames.
            self._server.failed(error)
            self.reset()

    def eof_received(self) -> bool:
        """The client has said all."""
        return False

    @property
    def idle(self) -> bool:
        """Whether no request is under way."""
        return self._head is None

    def reset(self) -> None:
        """End the connection with RST, as a crashed peer does."""
        held: socket.socket | None = self._transport.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()

    def drop(self) -> None:
        """End the connection at once, whatever is under way."""
        self._transport.abort()

    def close(self) -> None:
        """End the connection; the client sees its end before the next."""
        held: socket.socket | None = self._transport.get_extra_info("socket")
        if held is not None and not self._transport.get_write_buffer_size():
            # asyncio would wait for the loop's next round, and the client
            # could ask on it meanwhile.
            with suppress(OSError):
                held.shutdown(socket.SHUT_WR)
        self._transport.close()

    def _read_on(self) -> None:
        while not self._busy and not self._transport.is_closing():
            event = self._http.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                if self._http.they_are_waiting_for_100_continue:
                    self._write(
                        h11.InformationalResponse(status_code=100, headers=[])
                    )
                return
            if isinstance(event, h11.Request):
                self._head, self._body = event, []
                self._order = self._server.begin()
                if self._order and self._order.fault is Fault.RESET_EARLY:
                    self.reset()
            elif isinstance(event, h11.Data):
                self._body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self._answer()
            else:
                self._transport.close()

    def _answer(self) -> None:
        head, order = self._head, self._order
        if head is None:
            return
        asked = Asked(
            head.method.decode().upper(),
            head.target.decode("latin-1"),
            {
                name.decode().lower(): value.decode("latin-1")
                for name, value in head.headers
            },
            b"".join(self._body),
        )
        self._busy = True
        answer = self._server.respond(asked, order)
        if order and order.fault in _LATE:
            if order.fault is Fault.RESET_LATE:
                self.reset()
            # SILENT: the connection stays, and nothing is ever said on it.
            return
        pause = self._server.pause
        if pause:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(pause, self._say, answer)
        else:
            self._say(answer)

    def _say(self, answer: Answer) -> None:
        head = self._head
        if head is None or self._transport.is_closing():
            return
        bare = head.method == b"HEAD" or answer.status in _BODILESS
        headers = [*answer.headers]
        if answer.status not in _BODILESS:
            headers.append(("Content-Length", str(len(answer.body))))
        if self._server.closing:
            headers.append(("Connection", "close"))
        self._write(
            h11.Response(status_code=answer.status, headers=headers),
            *(() if bare else (h11.Data(data=answer.body),)),
            h11.EndOfMessage(),
        )
        self._busy, self._head, self._order = False, None, None
        if self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()
            return
        self._http.start_next_cycle()
        self._read_on()

    def _write(self, *events: h11.Event) -> None:
        pieces = [self._http.send(event) or b"" for event in events]
        self._transport.write(b"".join(pieces))

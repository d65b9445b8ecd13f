"""A server on 127.0.0.1 that answers, or fails, as it is told."""

import contextlib
import socket
import struct
import threading
from collections import deque


NUMBER = "33639981234"
BODY = b'{"sid": "SM1"}'
LONG = 1024 * 1024 + 1


def _plain(status="200 OK", *extra, body=BODY):
    head = "\r\n".join(
        (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *extra, "", "")
    )
    return head.encode() + body


ANSWERS = {
    "ok": _plain(),
    "created": _plain("201 Created", "X-Api: one"),
    "too many": _plain("429 Too Many Requests", "Retry-After: 1"),
    "too many, soon": _plain("429 Too Many Requests", "Retry-After: 0"),
    "error": _plain("500 Internal Server Error"),
    "redirect": _plain("302 Found", "Location: http://127.0.0.1:9/"),
    "empty": b"HTTP/1.1 204 No Content\r\n\r\n",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'7\r\n{"sid":\r\n7\r\n "SM1"}\r\n0\r\n\r\n',
    "informed": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + _plain(),
    "twice": _plain() + _plain("202 Accepted"),
    "upgrade": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n"
    b"Connection: upgrade\r\n\r\n" + NUMBER.encode(),
    "echo": _plain(
        f"302 To {NUMBER}",
        f"Location: /?to={NUMBER}",
        f"Set-Cookie: to={NUMBER}; path=/",
    ),
    "broken echo": b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % NUMBER.encode(),
    "not HTTP": NUMBER.encode() + b"\r\n\r\n",
    "broken": b"HTTQ what is this\r\n\r\n",
    "endless head": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 40_000,
    "too long": _plain(body=b"x" * LONG),
    "too long, chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    b"\r\n%x\r\n%s\r\n0\r\n\r\n" % (LONG, b"x" * LONG),
}
HANGING_UP = {
    "half": _plain()[:-5],
    "unframed": b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
    "closing": _plain("200 OK", "Connection: close"),
    "goodbye": _plain(),  # and hangs up without having said so
    "nothing": b"",
}
HASTY = {
    "hasty": _plain(),
    "too large": _plain("413 Content Too Large"),
}


class ScriptedServer:
    """
    Does to one request after the other what ``script`` says, then ``ok``.

    Attributes:
        requests: What came, head and body together.
        connections: How many were made.
        most: How many requests were under way at once.
        left: Set once the client hangs up after an answer to nobody.
    """

    def __init__(self, *script, delay=0.0):
        self.script = deque(script)
        self.delay = delay
        self.requests = []
        self.connections = self.under_way = self.most = 0
        self._lock = threading.Lock()
        self._open = set()
        self.left = threading.Event()
        self._gone = threading.Event()

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._gone.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self):
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(peer)
            threading.Thread(
                target=self._serve, args=(peer,), daemon=True
            ).start()

    def _serve(self, peer):
        with peer, contextlib.suppress(OSError):
            while self._one(peer):
                pass
        with self._lock:
            self._open.discard(peer)

    def _one(self, peer):
        raw = b""
        while b"\r\n\r\n" not in raw:
            if not (piece := peer.recv(65536)):
                return False
            raw += piece
        with self._lock:
            order = self.script.popleft() if self.script else "ok"
        if order == "reset early":
            return self._reset(peer)
        if order in HASTY:  # answers, and reads no more
            peer.sendall(HASTY[order])
            self._gone.wait()
            return False
        self._keep(raw, peer)
        return self._answer(order, peer)

    def _keep(self, raw, peer):
        head, _, body = raw.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        while len(body) < length:
            body += peer.recv(65536)
        with self._lock:
            self.requests.append(head + b"\r\n\r\n" + body)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self._gone.wait(self.delay)
        with self._lock:
            self.under_way -= 1

    def _answer(self, order, peer):
        if order == "reset late":
            return self._reset(peer)
        if order == "stray":
            peer.sendall(ANSWERS["ok"])
            self._gone.wait(0.02)
            peer.sendall(ANSWERS["created"])
            with contextlib.suppress(ConnectionResetError):
                peer.recv(1)
            self.left.set()
        elif order == "silent":
            peer.recv(1)  # until the client hangs up
        elif order in HANGING_UP:
            peer.sendall(HANGING_UP[order])
        else:
            peer.sendall(ANSWERS[order])
            return True
        return False

    @staticmethod
    def _reset(peer):
        linger = struct.pack("ii", 1, 0)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return False

"""A pigeon loft on this machine, with faults to order: a double."""

import json
import socket
import struct
import threading
from collections import deque

from anonsms.testing import Fault, Taken


TOKEN = "corn-of-the-loft-4711"
NO = {
    Fault.BAD_NUMBER: "no-such-roost",
    Fault.OPTED_OUT: "shooed-away",
    Fault.CONTENT: "too-heavy",
    Fault.ORIGINATOR: "not-your-ring",
    Fault.MONEY: "no-corn",
    Fault.ACCOUNT: "loft-closed",
    Fault.TOO_MANY: "no-bird",
}
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a close is a reset


class Loft:
    """Listens from `with` to its end; one thread, one message at a time."""

    faults = frozenset(
        {
            *NO,
            Fault.REFUSED,
            Fault.RESET_EARLY,
            Fault.RESET_LATE,
            Fault.SILENT,
            Fault.BROKEN_BODY,
        }
    )

    urls = ()

    def __init__(self):
        self.accepted = []
        self.birds = {}
        self.orders = deque()
        self.port = 0
        self._listener = self._listening()
        self._thread = threading.Thread(target=self._work)

    def _listening(self):
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        return listener

    def fail(self, fault, *, times=1, taken=False):
        if fault is Fault.REFUSED:
            self._stop()
        else:
            self.orders.extend([(fault, taken)] * times)

    def recover(self):
        self.orders.clear()
        if not self._thread.is_alive():
            self._listener = self._listening()
            self._thread = threading.Thread(target=self._work)
            self._thread.start()

    def _stop(self):
        if self._thread.is_alive():
            # What wakes the thread up tells it to go.
            self.orders.appendleft((None, False))
            socket.create_connection(("127.0.0.1", self.port)).close()
            self._thread.join()
        self._listener.close()

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop()

    def _work(self):
        while True:
            line, _ = self._listener.accept()
            fault, taken = (
                self.orders.popleft() if self.orders else ("", False)
            )
            with line:
                line.settimeout(5)
                if fault is None:
                    return
                self._attend(line, fault, taken)

    def _attend(self, line, fault, taken):
        if fault is Fault.RESET_EARLY:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            return
        with line.makefile("rb") as lines:
            asked = json.loads(lines.readline())
        assert asked["token"] == TOKEN
        answer = self._take(asked) if taken or not fault else b""
        if fault in NO:
            answer = json.dumps({"no": NO[fault]}).encode() + b"\n"
        elif fault is Fault.BROKEN_BODY:
            answer = b'{"bird": \n'
        elif fault is Fault.RESET_LATE:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            return
        elif fault is Fault.SILENT:
            line.recv(1)  # until they give up
            return
        line.sendall(answer)

    def _take(self, asked):
        bird = self.birds.get(asked["key"])
        if bird is None:
            bird = self.birds[asked["key"]] = f"b-{len(self.birds)}"
            self.accepted.append(
                Taken(asked["to"], asked["text"], asked["from"], bird)
            )
        return json.dumps({"bird": bird}).encode() + b"\n"

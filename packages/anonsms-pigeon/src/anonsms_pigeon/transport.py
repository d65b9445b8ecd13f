"""
Texts by carrier pigeon: a transport that is not HTTP.

A loft listens on TCP. One connection carries one message: a line of JSON
there, a line of JSON back. ``{"bird": "b-1"}`` means that a bird has left,
``{"no": "no-corn"}`` that none will.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.masking import Secret
from anonsms.message import (
    Accepted,
    NotSent,
    OriginatorKind,
    Outbound,
    Outcome,
    Rejection,
    Uncertain,
)
from anonsms.transport import Capabilities, Fate, Meaning


CODES: Final = {
    "no-such-roost": Meaning(Fate.REJECTED, Rejection.BAD_NUMBER),
    "shooed-away": Meaning(Fate.REJECTED, Rejection.OPTED_OUT),
    "too-heavy": Meaning(Fate.REJECTED, Rejection.CONTENT),
    "not-your-ring": Meaning(
        Fate.REJECTED, Rejection.ORIGINATOR, account_wide=True
    ),
    "no-corn": Meaning(Fate.REJECTED, Rejection.MONEY, account_wide=True),
    "loft-closed": Meaning(
        Fate.REJECTED, Rejection.ACCOUNT, account_wide=True
    ),
    "no-bird": Meaning(Fate.NOT_SENT, pause=1.0),
}
"""What a loft says no with, and what it means."""

_LONGEST_ANSWER: Final = 4096


class PigeonTransport:
    """
    Sends texts with the pigeons of one loft.

    Attributes:
        name: ``"pigeon"``.
        capabilities: Twenty birds at once, and a loft that remembers keys
            for a day. Nobody answers a pigeon, and none reaches a handset.
    """

    name: Final = "pigeon"
    capabilities: Final = Capabilities(
        batch_size=20,
        idempotent_for=timedelta(days=1),
        originators=frozenset({OriginatorKind.NAME}),
        receipts=False,
        replies=False,
        simulated=True,
    )

    def __init__(
        self,
        *,
        port: int,
        token: str | Secret,
        host: str = "127.0.0.1",
        timeout: float = 5.0,
    ) -> None:
        """
        Name a loft.

        Args:
            port: Where it listens.
            token: What it lets us in for.
            host: Its machine. The line is not encrypted: this one.
            timeout: Seconds to wait for an answer.
        """
        self._place = (host, port)
        self._token = token if isinstance(token, Secret) else Secret(token)
        self._timeout = timeout

    def send(self, batch: Sequence[Outbound]) -> list[Outcome]:
        """
        Hand over single messages. As :meth:`anonsms.Transport.send`.

        Raises:
            ValueError: The batch is too large.
        """
        if len(batch) > self.capabilities.batch_size:
            raise ValueError(
                f"A loft has {self.capabilities.batch_size} birds for one "
                "batch. Send the rest in another."
            )
        outcomes: list[Outcome] = []
        stopped = False
        for message in batch:
            if stopped:
                outcomes.append(NotSent(message.key, "the loft has stopped"))
                continue
            outcome = self._flown(message)
            stopped = getattr(outcome, "account_wide", False)
            outcomes.append(outcome)
        return outcomes

    def _flown(self, message: Outbound) -> Outcome:
        key = message.key
        if message.originator.kind not in self.capabilities.originators:
            return CODES["not-your-ring"].outcome(key, "not-your-ring")
        try:
            answer = self._asked(message)
        except NeverLeftError as error:
            return NotSent(key, str(error))
        except LostAnswerError as error:
            return Uncertain(key, str(error))
        bird, code = answer.get("bird"), answer.get("no")
        if isinstance(bird, str) and bird:
            return Accepted(key, bird)
        if isinstance(code, str) and code in CODES:
            return CODES[code].outcome(key, code)
        return Uncertain(key, "the answer cannot be read")

    def _asked(self, message: Outbound) -> dict[str, object]:
        """
        One line there, one line back.

        Raises:
            NeverLeftError: The loft is not there.
            LostAnswerError: It may have the message; nobody knows.
        """
        # No error of the socket gets out: it may quote what was written.
        try:
            line = socket.create_connection(self._place, self._timeout)
        except OSError:
            line = None
        if line is None:
            raise NeverLeftError("nobody is at the loft")
        with line:
            try:
                line.sendall(self._line(message))
                return _read(line, time.monotonic() + self._timeout)
            except OSError:
                lost = "the line to the loft broke"
            except ValueError:
                lost = "the answer cannot be read"
        raise LostAnswerError(lost)

    def _line(self, message: Outbound) -> bytes:
        told = {
            "token": self._token.reveal(),
            "key": message.key,
            "to": message.number.reveal(),
            "text": message.text.reveal(),
            "from": message.originator.text,
        }
        return json.dumps(told).encode() + b"\n"

    def __repr__(self) -> str:
        return f"<PigeonTransport to {self._place[0]}:{self._place[1]}>"


def _read(line: socket.socket, until: float) -> dict[str, object]:
    said = b""
    while not said.endswith(b"\n") and len(said) < _LONGEST_ANSWER:
        # Anew each time: who sends a byte now and then must not hold us.
        line.settimeout(max(until - time.monotonic(), 0.001))
        more = line.recv(_LONGEST_ANSWER)
        if not more:
            break
        said += more
    if not said.endswith(b"\n"):
        said = b""
        raise ValueError("The answer ends in the middle.")
    read = json.loads(said)
    return read if isinstance(read, dict) else {}

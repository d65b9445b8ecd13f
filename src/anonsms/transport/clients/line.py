"""
What a connection is, and whose answer it was that came over it.

HTTP/1.1 does not say to which request an answer belongs: the next one is
taken for it. If a server, or what stands before it, ever says one answer
twice, all later answers of that connection are those of the request before.
So a connection is left as soon as anything on it was out of turn:

- bytes that come while nobody asks, and whatever comes after an answer
  before the next request is written: the connection is not used again;
- an answer with more behind it, on a connection that was used before: which
  of the two is ours, nobody can tell, and it counts as lost;
- an answer that begins before the request is written: the connection is not
  used again; one that is whole by then and says yes counts as lost, since no
  honest server says yes to what it has not read.

What is left: a second answer that comes late, when the next request is
written and its own answer is not there yet, looks like that answer. Nothing
in HTTP/1.1 tells; only what the answer itself repeats of the request does.
And what the system took from us counts as written, though it may not have
sent it yet: for most requests, that is all of it, and at once.
"""

from __future__ import annotations

import select
from typing import Final, Protocol

from anonsms.transport.clients.dialogue import Letter
from anonsms.transport.http import HttpResponse


NO_ANSWER: Final = "no answer in time"
_HASTY: Final = "an answer before the request was written"
_TWO: Final = "more than one answer"
_REFUSALS: Final = 400


class Line(Protocol):
    """One connection to a provider, free or with one request under way."""

    async def ask(self, letter: Letter, seconds: float) -> HttpResponse:
        """
        Ask, and wait for the whole answer.

        Raises:
            NeverLeftError: The request is not HTTP; nothing was written.
            LostAnswerError: No whole answer came within ``seconds``, or one
                that may be another request's.
        """
        ...

    def free(self) -> bool:
        """Whether it may carry another request."""
        ...

    def heard(self) -> bool:
        """Whether the other side has hung up, or spoken out of turn."""
        ...

    async def drop(self) -> None:
        """Hang up, without a word."""
        ...


def doubt(status: int, *, hasty: bool, two: bool) -> str:
    """
    Why an answer may not be that of the request; empty if it is.

    Args:
        status: Of the answer.
        hasty: It was whole before the request was written. A refusal may
            be, of what is too long, say.
        two: More came behind it, on a connection that was used before.
    """
    if two:
        return _TWO
    return _HASTY if hasty and status < _REFUSALS else ""


def readable(descriptor: int) -> bool:
    """
    Whether something has come that nobody has read: data, or the end.

    The event loop may not have looked yet.
    """
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))

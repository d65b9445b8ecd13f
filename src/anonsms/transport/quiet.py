"""
Keeping requests and answers out of the logs of other people's packages.

httpx writes the URL of each request at INFO; httpcore, at DEBUG, its headers
and those of the answer, in which providers echo what they were sent; hpack
all headers; asyncio, in debug mode, the frames in which a connection broke,
bytes and all. Requests of ours over plain connections pass asyncio alone;
those over a caller's client or a proxy pass all of them.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Final


HIDDEN: Final = "<hidden>"
"""What is left of the text of a record."""

# Callbacks of an event loop run in the context in which they were made: what
# a connection logs after it was dialled or written to is known as ours, too.
_under_way: ContextVar[bool] = ContextVar("anonsms_under_way", default=False)

_LOOP: Final = "asyncio"
_TALKERS: Final = frozenset({"httpx", "httpcore", "hpack", "h2"})
# A filter of a logger is not asked about records of its children. These are
# made when a connection first needs them, so that they are named here.
_CHILDREN: Final = ("connection", "http11", "http2", "proxy", "socks")
_KNOWN: Final = (
    *(f"httpx{version}" for version in ("", "2")),
    *(f"httpcore{version}" for version in ("", "2")),
    *(f"httpcore{v}.{name}" for v in ("", "2") for name in _CHILDREN),
    *("hpack", "hpack.hpack", "hpack.table", "hpack.huffman", "h2"),
    # What carries for httpx, if it was given httpx-aiohttp: it logs cookies.
    *("aiohttp.client", "aiohttp.internal"),
)
_CONNECTIONS: Final = frozenset(
    f"asyncio.{name}"
    for name in ("selector_events", "proactor_events", "sslproto")
)


class _Mask(logging.Filter):
    """Takes from a record what was said of a request of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _under_way.get():
            record.msg, record.args = HIDDEN, None
            record.exc_info = record.exc_text = record.stack_info = None
        return True


class _LoopMask(logging.Filter):
    """
    Takes from a record the frames of a connection of ours.

    Nothing else: asyncio may report, at any moment, what became of tasks
    that are none of ours.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if _under_way.get() and record.exc_info:
            error = record.exc_info[1]
            if error is None or _of_connection(error.__traceback__):
                record.exc_info = record.exc_text = record.stack_info = None
        return True


_mask: Final = _Mask()
_loop_mask: Final = _LoopMask()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """
    Keep a request and its answer out of all these logs meanwhile.

    Of what these packages log in this task or thread only the logger, the
    level and the place in their code are left; their other requests are
    logged as ever.
    """
    made = list(logging.Logger.manager.loggerDict)
    for name in {*_KNOWN, *(n for n in made if _package(n) in _TALKERS)}:
        _install(_mask, name)
    with quiet_loop():
        yield


@contextlib.contextmanager
def quiet_loop() -> Iterator[None]:
    """Keep a request and its answer out of asyncio's log meanwhile."""
    _install(_loop_mask, _LOOP)
    token = _under_way.set(True)
    try:
        yield
    finally:
        _under_way.reset(token)


def _install(mask: logging.Filter, name: str) -> None:
    """Put a filter on a logger; again is nothing."""
    logger = logging.getLogger(name)
    if mask not in logger.filters:
        logger.addFilter(mask)


def _of_connection(trace: TracebackType | None) -> bool:
    """Whether an error passed asyncio's own connections."""
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") in _CONNECTIONS:
            return True
        trace = trace.tb_next
    return False


def _package(name: str) -> str:
    """The package of a logger; httpx2 counts as httpx."""
    package = name.partition(".")[0]
    return package.removesuffix("2") if package != "h2" else package

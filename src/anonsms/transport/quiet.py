"""
Keeping private addresses out of the logs of other people's packages.

httpx writes the URL of each request at INFO, httpcore what it did at DEBUG,
hpack all headers at DEBUG. Requests of ours over plain connections pass none
of them; those over a caller's client or a proxy do.
"""

from __future__ import annotations

import contextlib
import enum
import logging
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Final


class _Hush(enum.Enum):
    """What is kept out of the logs at the moment."""

    HEADERS = "headers"
    ADDRESS = "address"


_hush: ContextVar[_Hush | None] = ContextVar("anonsms_hush", default=None)

_TALKERS: Final = frozenset({"httpx", "httpcore", "hpack", "h2"})
_HEADER_TALKERS: Final = frozenset({"hpack", "h2"})
# A filter of a logger is not asked about records of its children. These are
# made when a connection first needs them, so that they are named here.
_CHILDREN: Final = ("connection", "http11", "http2", "proxy", "socks")
_KNOWN: Final = (
    *(f"httpx{version}" for version in ("", "2")),
    *(f"httpcore{version}" for version in ("", "2")),
    *(f"httpcore{v}.{name}" for v in ("", "2") for name in _CHILDREN),
    *("hpack", "hpack.hpack", "hpack.table", "hpack.huffman", "h2"),
)


class _Mask(logging.Filter):
    """Takes from a record what the request of the moment wants kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        hush = _hush.get()
        talker = _package(record.name)
        if hush is _Hush.ADDRESS or (
            hush is _Hush.HEADERS and talker in _HEADER_TALKERS
        ):
            record.msg = "a request of anonsms, kept out of the logs"
            record.args = None
            record.exc_info = record.exc_text = record.stack_info = None
        return True


_mask: Final = _Mask()


@contextlib.contextmanager
def quiet(*, private: bool) -> Iterator[None]:
    """
    Keep headers, and a private address, out of the logs meanwhile.

    Whatever these packages log in this task or thread loses its content, if
    the address is private; other requests of theirs are logged as ever.

    Args:
        private: Whether the request's URL holds personal data.
    """
    _install()
    token = _hush.set(_Hush.ADDRESS if private else _Hush.HEADERS)
    try:
        yield
    finally:
        _hush.reset(token)


def _install() -> None:
    """Put the filter on every logger of these packages; again is nothing."""
    made = list(logging.Logger.manager.loggerDict)
    for name in {*_KNOWN, *(n for n in made if _package(n) in _TALKERS)}:
        logger = logging.getLogger(name)
        if _mask not in logger.filters:
            logger.addFilter(_mask)


def _package(name: str) -> str:
    """The package of a logger; httpx2 counts as httpx."""
    package = name.partition(".")[0]
    return package.removesuffix("2") if package != "h2" else package

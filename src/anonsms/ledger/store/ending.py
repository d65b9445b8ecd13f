"""Closing what nobody closed, once nobody can reach it any more."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable


def close_with(owner: object, close: Callable[[], None]) -> None:
    """
    Close a connection together with its owner.

    In a child process nothing is closed: there the connection is a copy of
    one that the parent still uses.

    Args:
        owner: When it is collected, the connection goes too.
        close: Closes the connection; harmless when closed already.
    """
    ending = weakref.finalize(owner, _close, os.getpid(), close)
    # At exit the process gives everything back by itself.
    ending.atexit = False


def _close(opened_in: int, close: Callable[[], None]) -> None:
    if os.getpid() == opened_in:
        close()

"""What is long, in pieces that one statement takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar


_Long = TypeVar("_Long", bytes, list[bytes], list[int])


def cut(long: _Long, size: int) -> Iterator[_Long]:
    """
    Pieces of a size; the last one may be shorter.

    >>> list(cut(b"abcde", 2))
    [b'ab', b'cd', b'e']
    """
    for start in range(0, len(long), size):
        yield long[start : start + size]


def marks(count: int) -> str:
    """
    A list of parameters for a statement, at least one.

    >>> marks(3)
    '(?,?,?)'
    """
    return f"({'?,' * (count - 1)}?)"

"""A provider's list, read page by page to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from anonsms.errors import TransportError
from anonsms.transport.flow import Flow
from anonsms.transport.http import HttpRequest, HttpResponse


MOST_PAGES: Final = 1_000


class Row(Protocol):
    """
    One entry of a list. It hides what it holds.

    A flow's frame is part of every traceback of a lost connection, and so
    are the rows that it has read by then.
    """

    @property
    def mark(self) -> int:
        """The same for the same entry, in this process."""
        ...


_Row = TypeVar("_Row", bound=Row)


def all_pages(
    ask: Callable[[int], HttpRequest],
    read: Callable[[HttpResponse], Sequence[_Row]],
    whose: str,
    *,
    most: int = MOST_PAGES,
) -> Flow[list[_Row]]:
    """
    All entries of a list that is asked for by offset, each once.

    A page may be shorter than was asked for and not the last, and entries
    may come in between two pages: only a page that brings nothing new is
    the end.

    Args:
        ask: The request for the page that begins at an offset.
        read: The rows of a page; raises :class:`TransportError` if the
            answer is no page.
        whose: Whose list it is, for the error: ``"Brevo's list of events"``.
        most: Pages that are read at most.

    Returns:
        The rows, in the provider's order.

    Raises:
        TransportError: The provider refused, or its list has no end.
    """
    found: list[_Row] = []
    seen: set[int] = set()
    offset = 0
    for _ in range(most):
        page = read((yield ask(offset)))
        known = len(seen)
        for row in page:
            mark = row.mark
            if mark not in seen:
                seen.add(mark)
                found.append(row)
        if len(seen) == known:
            return found
        offset += len(page)
    raise TransportError(
        f"{whose} has more than {most:,} pages. Ask for a shorter time."
    )

"""What every store says, about transactions above all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

from anonsms.errors import LedgerError


MOST_ROWS: Final = 1_000
"""Rows that can be numbered at once, without a gap."""


@contextlib.contextmanager
def in_our_words(
    faults: tuple[type[Exception], ...],
    named: Callable[[Exception], LedgerError],
) -> Iterator[None]:
    """Turn a driver's errors inside into ours."""
    try:
        yield
    except faults as error:
        raise named(error) from None


def no_transaction() -> LedgerError:
    """The error for what makes sense inside a transaction only."""
    return LedgerError(
        "There is nothing to hold or reserve for: call this inside "
        "store.transaction()."
    )


def outside_only() -> LedgerError:
    """The error for a wipe before its deletions are committed."""
    return LedgerError(
        "What is not committed yet cannot be wiped: call wipe() after the "
        "transaction, not inside it."
    )


def closed() -> LedgerError:
    """The error for a store that was given back."""
    return LedgerError("The ledger is closed. Open it again.")


def parents_transaction() -> LedgerError:
    """The error for ending a transaction in a process that did not begin."""
    return LedgerError(
        "This transaction belongs to the process that forked this one, and "
        "ends there. Fork outside of transactions."
    )


def refuse_run(count: int) -> None:
    """
    Refuse to number too many rows at once.

    Raises:
        ValueError: ``count`` is not between 1 and 1,000.
    """
    if not 1 <= count <= MOST_ROWS:
        raise ValueError(
            f"Between 1 and {MOST_ROWS:,} rows are numbered at once; for "
            "more, ask again."
        )


def not_ours_to_wipe() -> LedgerError:
    """The error for a wipe inside somebody else's transaction."""
    return LedgerError(
        "A borrowed connection cannot wipe: its transaction is the caller's "
        "and still open. Commit, then call wipe() on the ledger's own store."
    )

"""Places in the queue that all processes of a shop share: its ledger's."""

from __future__ import annotations

import math
import os
import threading
import weakref
from typing import Final

from attrs import define

from anonsms.errors import LedgerError
from anonsms.ledger.store import Store


SECOND: Final = 1_000_000
"""Microseconds."""

_NEVER: Final = 2**62
"""Microseconds since 1970: later than any place."""

AHEAD: Final = 0.2
"""Seconds' worth of places that a busy process takes at once."""

# One statement: two processes cannot get the same place, nor wait for each
# other with one lock each.
_TAKE: Final = """
    INSERT INTO anonsms_pace (key, next_at) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET next_at =
        CASE WHEN anonsms_pace.next_at > ? THEN anonsms_pace.next_at ELSE ?
        END + ?
    WHERE anonsms_pace.next_at <= ?
    RETURNING next_at
"""
_ASK: Final = "SELECT next_at FROM anonsms_pace WHERE key = ?"
_HOLD: Final = """
    INSERT INTO anonsms_pace (key, next_at) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at
    WHERE anonsms_pace.next_at < excluded.next_at
"""


@define
class _Lease:
    """
    Places that this process took and may not have used yet.

    Attributes:
        done_at: Where those that it used end.
        end: Where its places end.
    """

    done_at: int
    end: int

    def has(self, costs: int, at: int) -> bool:
        """Whether there is a place left of those that did not lapse."""
        return max(self.done_at, at) + costs <= self.end


def _micros(cost: float, now: float) -> tuple[int, int]:
    """Both in microseconds, rounded so that it is never too much."""
    return math.ceil(cost * SECOND), math.floor(now * SECOND)


class StorePaceBook:
    """
    Places for all processes and machines that write to one ledger.

    There is one row for each limit, with the moment when everything promised
    so far is done at the limit's rate; ``anonsms.transport.gcra`` has the
    arithmetic. A process that is busy takes 0.2 s worth of places at once,
    so that the database is asked about five times a second and not for each
    request. Those that it does not use lapse as time passes over them: they
    are lost, and never used later on top of somebody else's.

    *Clocks.* Places are spans of time that never overlap, and are taken in
    the database, in one step: whatever the clocks say, no more are given out
    than the rate has. A machine whose clock is d seconds behind uses its
    places d seconds late, always, so that the rate stays what it is; where
    machines take turns, some t seconds may see what is due in t + d. One
    that is ahead makes the others wait for d at the beginning. So machines
    keep their clocks right to a few milliseconds (NTP, as is usual); a clock
    that is put back by an hour makes its limit wait for that hour.

    *Transactions.* A place that was used must not come back by a rollback,
    so that inside a transaction of the same thread none is given.

    Args:
        store: The ledger's, open as long as the book is used.
        ahead: Seconds' worth of places to take at once.
    """

    shared: Final = True

    def __init__(self, store: Store, *, ahead: float = AHEAD) -> None:
        self._store = store
        self._ahead = round(ahead * SECOND)
        self._forget()
        _OPEN.add(self)

    def at_hand(self, key: str, cost: float, now: float) -> bool:
        """Whether a place of what was taken is left."""
        lease = self._leases.get(key)
        return lease is not None and lease.has(*_micros(cost, now))

    def reserve(
        self,
        key: str,
        cost: float,
        burst: float,
        now: float,
        longest: float = math.inf,
    ) -> float:
        """
        Take the next place of a key, unless it is too far away.

        Returns:
            Seconds to wait for it; if more than ``longest``, it was not
            taken.

        Raises:
            LedgerError: The database refused, or this thread is inside a
                transaction.
        """
        costs, at = _micros(cost, now)
        # How long before the end of its place a request may leave.
        early = max(math.floor(burst * SECOND), costs)
        latest = _NEVER
        if math.isfinite(longest):
            latest = at + early + math.floor(longest * SECOND)
        with self._lock:
            lease = self._leases.get(key)
            if lease is None or not lease.has(costs, at):
                self._refuse_transaction()
                lease = None
                if longest >= 0:
                    lease = self._taken(key, costs, at, latest)
            if lease is not None:
                end = max(lease.done_at, at) + costs
                if longest >= 0 and end <= latest:
                    lease.done_at = end
            else:
                end = max(self._next_at(key), at) + costs
        return max(end - early - at, 0) / SECOND

    def hold(self, key: str, until: float) -> None:
        """
        Let no place of this key begin before ``until``.

        Other processes still use what they have taken: 0.2 s worth of
        places, and what they wait for already.

        Raises:
            LedgerError: As :meth:`reserve`.
        """
        with self._lock:
            self._refuse_transaction()
            self._leases.pop(key, None)
            self._store.execute(_HOLD, (key, math.ceil(until * SECOND)))

    def _taken(
        self, key: str, costs: int, at: int, latest: int
    ) -> _Lease | None:
        """
        Take places from the database: more than one if asked again.

        None if the first of them would end after ``latest``.
        """
        before = self._leases.get(key)
        several = costs
        if before is not None and at - before.end <= self._ahead:
            several = costs * max(self._ahead // costs, 1)
        with self._store.transaction():
            rows = self._store.query(
                _TAKE, (key, at + several, at, at, several, latest - costs)
            )
        if not rows:
            return None
        [[end]] = rows
        begin = int(end) - several
        if before is not None and before.end == begin:
            begin = before.done_at  # nobody was in between
        lease = self._leases[key] = _Lease(begin, int(end))
        return lease

    def _next_at(self, key: str) -> int:
        """Where the last of all places ends that anybody took."""
        rows = self._store.query(_ASK, (key,))
        return int(rows[0][0]) if rows else 0

    def _refuse_transaction(self) -> None:
        if self._store.in_transaction:
            raise LedgerError(
                "Places are taken outside of transactions, for a rollback "
                "would give away again what was used. Send after the commit."
            )

    def _forget(self) -> None:
        """Start with no places, and a lock that nobody holds."""
        self._leases: dict[str, _Lease] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<StorePaceBook in {self._store!r}>"


_OPEN: weakref.WeakSet[StorePaceBook] = weakref.WeakSet()


def _after_fork() -> None:
    # What was taken is the parent's; the child takes its own.
    for book in list(_OPEN):
        book._forget()  # noqa: SLF001


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)

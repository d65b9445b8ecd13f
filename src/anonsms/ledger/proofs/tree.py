"""The tree of proofs as it is stored, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.proofs.frontier import Frontier
from anonsms.ledger.proofs.merkle import (
    consistency_path,
    inclusion_path,
    root_at,
)
from anonsms.ledger.store import Hold, Store


_AT_ONCE: Final = 5_000  # events that are integrated in one transaction

# On a database with many writers, events of one process after which it
# brings the tree up to date. Who asks for a proof does so at once.
_DUE: Final = 500


class Tree:
    """
    The leaves in their order, and the hashes above them.

    Where only one transaction writes at a time a leaf gets its place with
    its event. Elsewhere events are first appended and later integrated, by
    one transaction at a time: who hands out places while others commit
    would hold all of them up.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting = 0

    @property
    def origin(self) -> str:
        """The ledger's name in checkpoints."""
        return self._row()[0]

    @property
    def size(self) -> int:
        """How many leaves have a place."""
        return self._row()[1]

    def begin(self, origin: str) -> None:
        """Make an empty tree, unless there is one."""
        self._store.execute(
            "INSERT INTO anonsms_tree (one, origin, size, frontier) "
            "VALUES (1, ?, 0, ?) ON CONFLICT DO NOTHING",
            (origin, b""),
        )

    def place(self, leaves: Sequence[bytes]) -> int | None:
        """
        Give new leaves their place, inside the transaction that adds them.

        Returns:
            The place of the first; ``None`` if they get it later.
        """
        if not self._store.serial:
            self._waiting += len(leaves)
            return None
        return self._grow(leaves)

    def integrate_if_due(self) -> None:
        """Bring the tree up to date when much is waiting."""
        if self._waiting >= _DUE and not self._store.in_transaction:
            self.integrate()

    def integrate(self) -> int:
        """
        Give every committed event its place.

        Returns:
            How many got one.
        """
        if self._store.serial:
            return 0
        done = 0
        while count := self._integrate_some():
            done += count
        self._waiting = 0
        return done

    def frontier(self) -> Frontier:
        """The right edge of the tree as it is stored."""
        _, size, roots = self._row()
        return Frontier(size, roots)

    def root(self, size: int) -> bytes:
        """The root that the tree had at a size."""
        return root_at(size, self._tiles)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The hashes that lead from a leaf to the root of a size."""
        return inclusion_path(index, size, self._tiles)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The hashes that show that a size continues an older one."""
        return consistency_path(old, new, self._tiles)

    def _integrate_some(self) -> int:
        with self._store.transaction():
            self._store.hold(Hold.TREE)
            rows = self._store.query(
                "SELECT seq, leaf FROM anonsms_event "
                "WHERE leaf_index IS NULL ORDER BY seq LIMIT ?",
                (_AT_ONCE,),
            )
            if rows:
                first = self._grow([leaf for _, leaf in rows])
                self._store.executemany(
                    "UPDATE anonsms_event SET leaf_index = ? WHERE seq = ?",
                    [(first + i, row[0]) for i, row in enumerate(rows)],
                )
        return len(rows)

    def _grow(self, leaves: Sequence[bytes]) -> int:
        frontier = self.frontier()
        first = frontier.size
        complete = frontier.extend(leaves)
        if complete:
            self._store.executemany(
                "INSERT INTO anonsms_node (level, place, hash) "
                "VALUES (?, ?, ?)",
                complete,
            )
        self._store.execute(
            "UPDATE anonsms_tree SET size = ?, frontier = ?",
            (frontier.size, frontier.roots),
        )
        return first

    def _row(self) -> tuple[str, int, bytes]:
        rows = self._store.query(
            "SELECT origin, size, frontier FROM anonsms_tree WHERE one = 1"
        )
        if not rows:
            raise LedgerError(
                "The tree of proofs is missing: its one row was removed. "
                "Restore the database from your backup."
            )
        [(origin, size, frontier)] = rows
        return origin, size, frontier

    def _tiles(self, level: int, start: int, stop: int) -> list[bytes]:
        """Stored hashes of one level, as :mod:`.merkle` asks for them."""
        if level == 0:
            rows = self._store.query(
                "SELECT leaf FROM anonsms_event "
                "WHERE leaf_index >= ? AND leaf_index < ? "
                "ORDER BY leaf_index",
                (start, stop),
            )
        else:
            rows = self._store.query(
                "SELECT hash FROM anonsms_node "
                "WHERE level = ? AND place >= ? AND place < ? ORDER BY place",
                (level, start, stop),
            )
        if len(rows) != stop - start:
            raise LedgerError(
                "Hashes of the tree of proofs are missing between "
                f"{start:,} and {stop:,} on level {level}. Run verify() to "
                "see what was removed."
            )
        return [row[0] for row in rows]
